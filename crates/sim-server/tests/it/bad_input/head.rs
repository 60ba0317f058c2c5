//! Heads that hyper accepts and HTTP/1.1 does not: a host, a target or a coding that is none.

use serde_json::json;

use crate::support::{Answer, Client, JSON, Server, request};

/// What the service and its metrics page answer to some bytes, each on a connection that it then closes.
fn refusals(server: &Server, sent: &[u8]) -> [Answer; 2] {
    [server.address, server.metrics_address].map(|address| {
        let mut client = Client::connect(address);
        client.send(sent);
        let answer = client.answer();
        assert_eq!(answer.header("connection"), Some("close"), "{}", String::from_utf8_lossy(sent));
        assert!(answer.header("date").is_some());
        client.expect_closed();
        answer
    })
}

#[track_caller]
fn expect_bad_request(server: &Server, sent: &str) {
    for answer in refusals(server, sent.as_bytes()) {
        let expected = json!({"type": "bad_request", "loc": [], "msg": "The request is not valid HTTP/1.1"});
        assert_eq!(answer.error(400), expected, "{sent:?}");
    }
}

#[test]
fn a_host_that_is_missing_repeated_or_none_is_a_400() {
    let server = Server::start();
    for headers in [
        "",
        "Host:\r\n",
        "Host: \r\n",
        "Host: sim\r\nHost: sim\r\n",
        "Host: sim\r\nHost: other\r\n",
        "Host: sim\r\nhost:\r\n",
        "Host: a b\r\n",
        "Host: a, b\r\n",
        "Host: user@sim\r\n",
        "Host: sim/path\r\n",
        "Host: http://sim\r\n",
        "Host: sim:port\r\n",
        "Host: sim:80:80\r\n",
        "Host: [::1\r\n",
        "Host: ::1\r\n",
        "Host: s\u{fc}m\r\n",
    ] {
        for target in ["/health", "/docs", "/metrics", "http://sim/health", "/nope"] {
            expect_bad_request(&server, &format!("GET {target} HTTP/1.1\r\n{headers}\r\n"));
        }
    }
    expect_bad_request(&server, "GET /health HTTP/1.0\r\nHost: sim\r\nHost: sim\r\n\r\n");
    server.expect_alive();
}

#[test]
fn every_host_that_is_one_is_served() {
    let server = Server::start();
    for host in ["sim", "sim:8000", "127.0.0.1:1", "[::1]:8000", "sim.example.", "a_b", "sim:"] {
        let mut client = server.connect();
        client.send(format!("GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        assert_eq!(client.answer().status, 200, "{host}");
    }
}

#[test]
fn a_target_that_is_none_is_a_400() {
    let server = Server::start();
    for target in [
        "/simulate/42?steps=1#steps=2",
        "/health#",
        "/#/docs",
        "#",
        "http://sim/health#top",
        "*",
        "health",
        "sim:80",
        "ftp://sim/health",
        "http://user@sim/health",
        "http:///health",
    ] {
        expect_bad_request(&server, &format!("GET {target} HTTP/1.1\r\nHost: sim\r\n\r\n"));
    }
    let mut client = server.connect();
    let good = request("GET", "/simulate/42", &[("Referer", "http://sim/docs#/simulate")], None);
    client.send([good.clone(), request("GET", "/simulate/42#x", &[], None)].concat());
    assert_eq!((client.answer().status, client.answer().status), (200, 400));
    server.expect_alive();
}

#[test]
fn a_transfer_coding_that_is_unknown_is_a_501() {
    let server = Server::start();
    for codings in [
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: x;a=\"b,c\", chunked",
        "Transfer-Encoding: deflate , , chunked",
    ] {
        for line in ["POST /simulate", "POST /simulate/batch", "GET /health", "POST /nope"] {
            let head = format!("{line} HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n{codings}\r\n\r\n");
            for answer in refusals(&server, format!("{head}b\r\n{{\"seed\":42}}\r\n0\r\n\r\n").as_bytes()) {
                assert_eq!(answer.error(501)["type"], "unsupported_transfer_coding", "{head:?}");
            }
        }
    }
    expect_bad_request(
        &server,
        "POST /simulate HTTP/1.1\r\nHost: sim\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    );
    server.expect_alive();
}

#[test]
fn a_chunk_that_is_none_is_a_400_and_the_end_of_the_connection() {
    let server = Server::start();
    for body in ["zz\r\n{}\r\n0\r\n\r\n", "\r\n", "-1\r\n", "2\r\n{}0\r\n\r\n", "1 1\r\n", "fffffffffffffffff\r\n"] {
        for target in ["/simulate", "/simulate/batch"] {
            let mut client = server.connect();
            client.send(request("POST", target, &[JSON, ("Transfer-Encoding", "chunked")], None));
            client.send(body);
            let answer = client.answer();
            assert_eq!(answer.error(400)["type"], "body_incomplete", "{target} {body:?}");
            assert_eq!(answer.header("connection"), Some("close"));
            client.expect_closed();
        }
    }
    server.expect_alive();
}

#[test]
fn a_coded_body_is_a_415_that_names_the_coding() {
    let server = Server::start();
    for (headers, coding) in [
        (&[("Content-Encoding", "gzip")][..], "gzip"),
        (&[("Content-Encoding", "GZip")], "GZip"),
        (&[("Content-Encoding", "identity, br")], "br"),
        (&[("Content-Encoding", "identity"), ("Content-Encoding", "zstd")], "zstd"),
        (&[("Content-Encoding", "deflate, gzip")], "deflate"),
    ] {
        for target in ["/simulate", "/simulate/batch"] {
            let answer = server.call("POST", target, &[&[JSON], headers].concat(), Some(b"\x1f\x8b"));
            let error = answer.error(415);
            assert_eq!((&error["type"], &error["input"]), (&json!("unsupported_content_coding"), &json!(coding)));
            assert_eq!(answer.header("accept-encoding"), Some("identity"), "{target}");
        }
    }
    for plain in ["identity", "Identity", "", ","] {
        let headers = [JSON, ("Content-Encoding", plain)];
        assert_eq!(server.call("POST", "/simulate", &headers, Some(br#"{"seed":42}"#)).status, 200, "{plain:?}");
    }
}
