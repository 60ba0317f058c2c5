//! The documentation pages, their assets and the contract: fixed bytes, in every encoding, kept as long as they may be.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use flate2::read::GzDecoder;

use crate::support::{Answer, Server, request};

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const REVALIDATE: &str = "no-cache";
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Every fixed resource: its path, its media type, and how long it may be kept.
const RESOURCES: [(&str, &str, &str); 13] = [
    ("/docs", HTML, REVALIDATE),
    ("/redoc", HTML, REVALIDATE),
    ("/openapi.json", "application/json", REVALIDATE),
    ("/openapi-3.0.json", "application/json", REVALIDATE),
    ("/assets/contract.js", SCRIPT, REVALIDATE),
    ("/assets/docs.js", SCRIPT, REVALIDATE),
    ("/assets/docs.css", STYLE, REVALIDATE),
    ("/assets/redoc.js", SCRIPT, REVALIDATE),
    ("/assets/redoc.css", STYLE, REVALIDATE),
    ("/assets/favicon.svg", "image/svg+xml", REVALIDATE),
    ("/assets/swagger-ui-5.35.0/swagger-ui-bundle.js", SCRIPT, IMMUTABLE),
    ("/assets/swagger-ui-5.35.0/swagger-ui.css", STYLE, IMMUTABLE),
    ("/assets/redoc-3.0.1/redoc.standalone.js", SCRIPT, IMMUTABLE),
];

fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> Answer {
    server.call("GET", target, headers, None)
}

/// The body, freed of its content coding.
fn decoded(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = match answer.header("content-encoding") {
        Some("br") => brotli::Decompressor::new(answer.body.as_slice(), 4096).read_to_end(&mut plain),
        Some("gzip") => GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain),
        None => answer.body.as_slice().read_to_end(&mut plain),
        Some(other) => panic!("{other} was not asked for"),
    };
    read.expect("the body is whole");
    plain
}

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("assets")
}

#[test]
fn every_resource_has_its_media_type_and_its_life() {
    let server = Server::start();
    for (path, media_type, cache_control) in RESOURCES {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(media_type), "{path}");
        assert_eq!(answer.header("cache-control"), Some(cache_control), "{path}");
        assert_eq!(answer.header("vary"), Some("accept-encoding"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("content-encoding"), None, "{path}");
        assert!(answer.header("content-length").is_some(), "{path}");
    }
}

#[test]
fn every_encoding_decodes_to_the_same_bytes() {
    let server = Server::start();
    for (path, ..) in RESOURCES {
        let plain = server.get(path).body;
        assert!(plain.len() > 100, "{path}");
        for encoding in ["br", "gzip"] {
            let answer = get(&server, path, &[("Accept-Encoding", encoding)]);
            assert_eq!(answer.header("content-encoding"), Some(encoding), "{path}");
            assert!(answer.body.len() < plain.len(), "{path} is larger as {encoding}");
            assert!(decoded(&answer) == plain, "{path} differs as {encoding}");
        }
    }
}

#[test]
fn the_encoding_is_the_smallest_that_the_client_takes() {
    let server = Server::start();
    for (accepted, chosen) in [
        ("gzip, deflate, br, zstd", Some("br")),
        ("gzip, deflate", Some("gzip")),
        ("br;q=0, gzip;q=0.5", Some("gzip")),
        ("identity", None),
        ("zstd", None),
        ("", None),
    ] {
        let answer = get(&server, "/docs", &[("Accept-Encoding", accepted)]);
        assert_eq!((answer.status, answer.header("content-encoding")), (200, chosen), "{accepted:?}");
    }
}

#[test]
fn every_vendored_file_is_served_as_it_lies_there() {
    let server = Server::start();
    let mut count = 0;
    for folder in fs::read_dir(assets()).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        let files = folder.is_dir().then(|| fs::read_dir(&folder).expect("a folder"));
        for file in files.into_iter().flatten().map(|entry| entry.expect("an entry").path()) {
            let encoding = match file.extension().and_then(|extension| extension.to_str()) {
                Some("br") => "br",
                Some("gz") => "gzip",
                _ => continue,
            };
            let path = file.with_extension("");
            let path = format!("/assets/{}", path.strip_prefix(assets()).expect("an asset").display());
            let answer = get(&server, &path, &[("Accept-Encoding", encoding)]);
            assert_eq!((answer.status, answer.header("cache-control")), (200, Some(IMMUTABLE)), "{path}");
            assert!(answer.body == fs::read(&file).expect("a file"), "{path} differs as {encoding}");
            count += 1;
        }
    }
    assert_eq!(count, 6, "three files in two encodings");
}

#[test]
fn a_resource_that_the_client_has_is_not_sent_again() {
    let server = Server::start();
    for (path, ..) in RESOURCES {
        for encoding in ["br", "gzip", "identity"] {
            let first = get(&server, path, &[("Accept-Encoding", encoding)]);
            let tag = first.header("etag").expect("every resource has a tag");
            for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
                let mut client = server.connect();
                client.send(request("GET", path, &[("Accept-Encoding", encoding), ("If-None-Match", known)], None));
                let again = client.answer();
                assert_eq!((again.status, again.header("etag")), (304, Some(tag)), "{path}");
                for name in ["cache-control", "vary", "content-security-policy"] {
                    assert_eq!(again.header(name), first.header(name), "{name} of {path}");
                }
                assert_eq!(again.header("content-type"), None, "{path}");
                // A body would be read as the next answer.
                assert_eq!(client.get("/health").text(), r#"{"status":"ok"}"#, "{path}");
            }
        }
    }
}

#[test]
fn a_resource_that_the_client_has_in_another_state_is_sent() {
    let server = Server::start();
    let tag = |encoding| {
        let answer = get(&server, "/docs", &[("Accept-Encoding", encoding)]);
        answer.header("etag").expect("every resource has a tag").to_owned()
    };
    let (brotli, gzip) = (tag("br"), tag("gzip"));
    assert_ne!(brotli, gzip, "each encoding is a representation of its own");
    for known in [gzip.as_str(), "\"other\"", ""] {
        let answer = get(&server, "/docs", &[("Accept-Encoding", "br"), ("If-None-Match", known)]);
        assert_eq!((answer.status, answer.header("etag")), (200, Some(brotli.as_str())));
    }
}

#[test]
fn pages_load_nothing_from_elsewhere_and_are_framed_by_nobody() {
    let server = Server::start();
    for path in ["/docs", "/redoc"] {
        let page = server.get(path);
        let policy = page.header("content-security-policy").expect("a page has a policy");
        let directives: Vec<_> = policy.split(';').map(str::trim).collect();
        for directive in [
            "default-src 'none'",
            "script-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(directives.contains(&directive), "{directive} is not in {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        let html = page.text();
        assert!(html.starts_with("<!doctype html>"));
        for forbidden in ["http:", "https:", "src=\"//", "href=\"//", "<style", "style=", " onload=", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden} is in {path}");
        }
        assert!(!html.contains("<script>"), "{path} has a script within");
    }
    let docs = server.get("/docs");
    assert!(docs.header("content-security-policy").is_some_and(|policy| policy.contains("style-src 'self';")));
}

#[test]
fn resources_are_only_read() {
    let server = Server::start();
    for (path, ..) in [("/", "", "")].into_iter().chain(RESOURCES) {
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            let answer = server.call(method, path, &[], None);
            assert_eq!((answer.status, answer.text()), (405, r#"{"detail":"Method Not Allowed"}"#), "{method} {path}");
            assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
        }
    }
}
