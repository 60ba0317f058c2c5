//! A client that takes its time.

use serde_json::json;

use crate::support::{SECOND, Server, head_of_post, request};

#[test]
fn a_slow_body_is_a_408() {
    let server = Server::with(|config| config.request_timeout = SECOND);
    let clients = [("Content-Length", "11"), ("Transfer-Encoding", "chunked")].map(|framing| {
        let mut client = server.connect();
        client.send(head_of_post(&[framing]));
        client.send("2\r\n{\"");
        client
    });
    for mut client in clients {
        let answer = client.answer();
        let expected =
            json!({"type": "request_timeout", "loc": ["body"], "msg": "The request should arrive within 1 s"});
        assert_eq!(answer.error(408), expected);
        assert_eq!(answer.header("connection"), Some("close"));
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn slow_headers_end_the_connection() {
    let server = Server::with(|config| config.header_timeout = SECOND);
    let sent = ["G", "GET /health", "GET /health HTTP/1.1\r\nHost: s", "GET /health HTTP/1.1\r\nHost: sim\r\n"];
    let clients = sent.map(|sent| {
        let mut client = server.connect();
        client.send(sent);
        client
    });
    for mut client in clients {
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn headers_that_drip_end_the_connection() {
    let server = Server::with(|config| config.header_timeout = SECOND);
    let mut client = server.connect();
    let head = format!("GET /health HTTP/1.1\r\nHost: sim\r\nX: {}", "x".repeat(10_000));
    assert!(client.drip(head.into_bytes()));
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_body_that_drips_is_a_408() {
    let server = Server::with(|config| config.request_timeout = SECOND);
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", "10000")]));
    assert!(client.drip([b' '; 10_000]));
    assert_eq!(client.answer().error(408)["type"], "request_timeout");
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_body_that_drips_where_none_is_wanted_ends_the_connection() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(request("POST", "/nope", &[("Content-Length", "10000")], None));
    assert_eq!(client.answer().status, 404);
    assert!(client.drip([b' '; 10_000]));
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn slow_headers_of_a_second_request_end_the_connection() {
    let server = Server::with(|config| config.header_timeout = SECOND);
    let mut client = server.connect();
    assert_eq!(client.get("/health").status, 200);
    client.send("GET /health HTTP/1.1\r\n");
    client.expect_closed();
}

#[test]
fn a_silent_client_is_left() {
    let server = Server::with(|config| config.header_timeout = SECOND);
    server.connect().expect_closed();
    server.expect_alive();
}
