//! What a request says of the answer that it wants, for every kind of resource: operations, pages, documents and metrics.

use std::io::Read;

use crate::support::{Answer, Client, JSON, Server, request};

const TRAJECTORY: &str = "/simulate/42/trajectory";
const LONG: &str = "/simulate/42/trajectory?count=1000";
/// Everything that has an entity tag.
const TAGGED: [&str; 6] = ["/simulate/42", TRAJECTORY, LONG, "/docs", "/openapi.json", "/assets/docs.js"];

fn get(server: &Server, target: &str, headers: &[(&str, &str)]) -> Answer {
    server.call("GET", target, headers, None)
}

/// The headers that tell a cache what to keep, and for whom.
fn caching(answer: &Answer) -> [Option<&str>; 5] {
    ["etag", "vary", "cache-control", "content-location", "expires"].map(|name| answer.header(name))
}

#[test]
fn accept_is_one_list_of_weighted_ranges() {
    let server = Server::start();
    for (lines, media_type) in [
        (&["text/html", "text/csv"][..], "text/csv"),
        (&["text/html;q=1", "application/*;q=0.1", "text/csv;q=0.2"], "text/csv"),
        (&[r#"application/json;x="a,b";q=0.1, text/csv;q=0.5"#], "text/csv"),
        (&[r#"application/json;x="\",\"";q=0.1, text/csv;q=0.5"#], "text/csv"),
        (&["application/json;q=0.250, text/csv;q=0.251"], "text/csv"),
        (&["text/*, application/json;q=0.999"], "text/csv"),
        (&["*/*;q=0.5, application/json;q=0.499, application/x-ndjson;q=0"], "text/csv"),
        (&["*/*"], "application/json"),
    ] {
        let headers: Vec<_> = lines.iter().map(|line| ("Accept", *line)).collect();
        let answer = get(&server, TRAJECTORY, &headers);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some(media_type)), "{lines:?}");
    }
    let refused = get(&server, TRAJECTORY, &[("Accept", "text/html"), ("Accept", "image/*")]);
    assert_eq!(refused.error(406)["input"], "text/html, image/*");
}

#[test]
fn a_304_tells_a_cache_what_its_200_tells() {
    let server = Server::with(|config| {
        *config = sim_server::Config::from_variables([("SIM_CORS_ORIGINS", "https://app.example")]).expect("an origin");
    });
    for target in TAGGED {
        for coding in ["identity", "gzip", "br", "zstd", "gzip;q=0.5, *;q=0.1", "identity;q=0, gzip"] {
            let accepted = ("Accept-Encoding", coding);
            let whole = get(&server, target, &[accepted]);
            let tag = whole.header("etag").expect("a tag");
            let opaque = tag.strip_prefix("W/").unwrap_or(tag);
            let (listed, weak) = (format!("\"x,\", {opaque}"), format!("W/{opaque}"));
            for known in [&[tag][..], &[weak.as_str()], &[listed.as_str()], &["\"x\"", opaque], &["*"]] {
                let known = known.iter().map(|line| ("If-None-Match", *line));
                let headers: Vec<_> = known.chain([accepted]).collect();
                for method in ["GET", "HEAD"] {
                    let again = server.call(method, target, &headers, None);
                    assert_eq!((again.status, again.body.as_slice()), (304, &b""[..]), "{method} {target} {headers:?}");
                    assert_eq!(caching(&again), caching(&whole), "{method} {target} {headers:?}");
                    assert_eq!((again.header("content-type"), again.header("content-encoding")), (None, None));
                }
            }
        }
    }
}

#[test]
fn a_condition_that_does_not_hold_is_a_412() {
    let server = Server::start();
    for target in TAGGED.into_iter().chain(["/health", "/redoc"]) {
        let tag = get(&server, target, &[]).header("etag").map(str::to_owned);
        for known in ["\"nope\"", "W/\"nope\"", "", "nope"] {
            let answer = get(&server, target, &[("If-Match", known), ("If-None-Match", "*")]);
            assert_eq!(answer.error(412)["type"], "precondition_failed", "{target} {known}");
            assert_eq!(answer.header("etag"), tag.as_deref(), "{target}");
        }
        assert_eq!(get(&server, target, &[("If-Match", "*")]).status, 200, "{target}");
        if let Some(tag) = &tag {
            assert_eq!(get(&server, target, &[("If-Match", "\"x\""), ("If-Match", tag)]).status, 200, "{target}");
            assert_eq!(get(&server, target, &[("If-Match", &format!("W/{tag}"))]).status, 412, "{target}");
            assert_eq!(get(&server, target, &[("If-Match", tag), ("If-None-Match", tag)]).status, 304, "{target}");
        }
        let dates = [("If-Modified-Since", "Sat, 29 Oct 2033 19:43:31 GMT"), ("If-Unmodified-Since", "x")];
        assert_eq!(get(&server, target, &dates).status, 200, "{target} has no date");
    }
    for target in ["/simulate", "/simulate/batch"] {
        let body =
            Some(if target == "/simulate" { &br#"{"seed":42}"#[..] } else { br#"{"simulations":[{"seed":42}]}"# });
        for (condition, status) in [
            (("If-Match", "*"), 412),
            (("If-Match", "\"x\""), 412),
            (("If-None-Match", "*"), 200),
            (("If-None-Match", "\"x\""), 200),
        ] {
            let answer = server.call("POST", target, &[JSON, condition], body);
            assert_eq!(answer.status, status, "{target} {condition:?}");
        }
    }
    let mut metrics = Client::connect(server.metrics_address);
    metrics.send(request("GET", "/metrics", &[("If-Match", "\"x\"")], None));
    assert_eq!(metrics.answer().error(412)["type"], "precondition_failed");
}

#[test]
fn a_condition_changes_no_answer_that_is_no_success() {
    let server = Server::start();
    for condition in [("If-Match", "\"nope\""), ("If-None-Match", "*")] {
        for (method, target, status) in [
            ("GET", "/nope", 404),
            ("GET", "/simulate", 405),
            ("GET", "/health/", 307),
            ("GET", "/", 307),
            ("GET", "/simulate/x", 422),
            ("POST", "/simulate", 415),
        ] {
            assert_eq!(server.call(method, target, &[condition], None).status, status, "{method} {target}");
        }
    }
}

#[test]
fn a_range_is_one_of_get_and_of_what_the_conditions_let_through() {
    let server = Server::start();
    let binary = ("Accept", "application/octet-stream");
    let whole = get(&server, TRAJECTORY, &[binary]);
    let tag = whole.header("etag").expect("a tag");
    for range in ["bytes=0-3", "Bytes=0-3", "bytes=-4", "bytes=400-"] {
        let range = ("Range", range);
        let head = server.call("HEAD", TRAJECTORY, &[binary, range], None);
        assert_eq!((head.status, head.header("content-length")), (200, Some("400")), "{range:?}");
        let status = if range.1 == "bytes=400-" { 416 } else { 206 };
        for (headers, expected) in [
            (&[][..], status),
            (&[("If-Range", tag)], status),
            (&[("If-Range", "\"x\"")], 200),
            (&[("If-Match", tag)], status),
            (&[("If-Match", "\"x\"")], 412),
            (&[("If-None-Match", tag)], 304),
            (&[("If-None-Match", "\"x\"")], status),
            (&[("Accept-Encoding", "gzip, identity;q=0")], 200),
        ] {
            let answer = get(&server, TRAJECTORY, &[&[binary, range], headers].concat());
            assert_eq!(answer.status, expected, "{range:?} {headers:?}");
            if matches!(expected, 206 | 304 | 412 | 416) {
                assert_eq!((answer.header("etag"), answer.header("vary")), (Some(tag), whole.header("vary")));
            }
        }
    }
}

/// The body of an answer, freed of its content coding.
fn decoded(answer: &Answer) -> Vec<u8> {
    let mut plain = Vec::new();
    let read = match answer.header("content-encoding") {
        Some("br") => brotli::Decompressor::new(answer.body.as_slice(), 4096).read_to_end(&mut plain),
        Some("gzip") => flate2::read::GzDecoder::new(answer.body.as_slice()).read_to_end(&mut plain),
        Some("zstd") => zstd::Decoder::new(answer.body.as_slice()).and_then(|mut body| body.read_to_end(&mut plain)),
        other => panic!("{other:?} is no coding"),
    };
    read.expect("the body is whole");
    plain
}

#[test]
fn who_refuses_the_plain_form_gets_a_coding_or_is_told_that_there_is_none() {
    let server = Server::start();
    for (method, target, body) in [
        ("GET", "/health", None),
        ("POST", "/simulate", Some(&br#"{"seed":42}"#[..])),
        ("POST", "/simulate", Some(b"{}")),
        ("GET", "/simulate/42", None),
        ("GET", "/simulate/x", None),
        ("GET", LONG, None),
        ("GET", "/docs", None),
        ("GET", "/openapi.json", None),
        ("GET", "/assets/swagger-ui-5.35.0/swagger-ui.css", None),
    ] {
        let plain = server.call(method, target, &[JSON], body);
        for accepted in ["*;q=1, identity;q=0", "gzip, identity;q=0", "gzip;q=0.001, *;q=0", "identity;q=0.0, br, gzip"]
        {
            let answer = server.call(method, target, &[JSON, ("Accept-Encoding", accepted)], body);
            assert_eq!((answer.status, decoded(&answer) == plain.body), (plain.status, true), "{target} {accepted}");
        }
        for refused in ["*;q=0", "identity;q=0", "identity;q=0, compress", "br;q=0, gzip;q=0, *;q=0.000"] {
            let answer = server.call(method, target, &[JSON, ("Accept-Encoding", refused)], body);
            let error = answer.error(406);
            assert_eq!((error["loc"][1].as_str(), error["input"].as_str()), (Some("accept-encoding"), Some(refused)));
        }
    }
    let mut metrics = Client::connect(server.metrics_address);
    metrics.send(request("GET", "/metrics", &[("Accept-Encoding", "identity;q=0, gzip")], None));
    assert!(decoded(&metrics.answer()).starts_with(b"# HELP"));
    metrics.send(request("GET", "/metrics", &[("Accept-Encoding", "*;q=0")], None));
    assert_eq!(metrics.answer().status, 406);
}

#[test]
fn accept_encoding_is_one_list_of_weighted_codings() {
    let server = Server::start();
    for (lines, coding) in [
        (&["deflate", "gzip"][..], Some("gzip")),
        (&["gzip;q=0.250, br;q=0.251"], Some("br")),
        (&["br;q=0.1, gzip"], Some("gzip")),
        (&["gzip;q=0.5, identity"], None),
        (&["x-gzip"], Some("gzip")),
        (&["*"], Some("br")),
    ] {
        let headers: Vec<_> = lines.iter().map(|line| ("Accept-Encoding", *line)).collect();
        for target in ["/docs", "/openapi.json"] {
            assert_eq!(get(&server, target, &headers).header("content-encoding"), coding, "{target} {lines:?}");
        }
    }
}
