//! What there is too much of: requests at once, and bytes of each part of a request.

use serde_json::json;

use crate::support::{Client, JSON, KEY, Server, head_of_post, request, web_key};

const BODY: &[u8] = br#"{"seed":42}"#;

/// A client whose request is being carried out: the service waits for its body.
fn begin(server: &Server, headers: &[(&str, &str)]) -> Client {
    let mut client = server.connect();
    client.send(head_of_post(&[headers, &[("Content-Length", "11"), ("Expect", "100-continue")]].concat()));
    assert_eq!(client.answer().status, 100);
    client
}

#[test]
fn a_simulation_too_many_is_a_503_at_once_and_all_else_goes_on() {
    let server = Server::with(|config| config.max_in_flight = 2);
    let mut first = begin(&server, &[]);
    let second = begin(&server, &[]);
    let mut third = server.connect();
    // Its body is neither sent nor asked for.
    third.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    let answer = third.answer();
    let expected = json!({
        "type": "overloaded", "loc": [], "msg": "The service is busy; try again in 1 s", "ctx": {"retry_after": 1},
    });
    assert_eq!((answer.error(503), answer.header("retry-after")), (expected, Some("1")));
    assert_eq!(server.get("/simulate/42").status, 503);
    for (target, status) in [("/health", 200), ("/docs", 200), ("/openapi.json", 200), ("/nope", 404)] {
        assert_eq!(server.get(target).status, status, "{target}");
    }
    first.send(BODY);
    assert_eq!(first.answer().status, 200);
    assert_eq!(server.get("/simulate/42").status, 200);
    drop(second);
}

#[test]
fn a_request_that_breaks_off_gives_its_place_back() {
    let server = Server::with(|config| config.max_in_flight = 1);
    for _ in 0..10 {
        let mut client = begin(&server, &[]);
        client.finish_sending();
        assert_eq!(client.answer().status, 400);
    }
    assert_eq!(server.get("/simulate/42").status, 200);
}

#[test]
fn a_request_without_a_key_never_holds_a_place() {
    let server = Server::with(|config| (config.max_in_flight, config.api_keys) = (1, web_key()));
    let mut stranger = server.connect();
    stranger.send(head_of_post(&[("Content-Length", "11")]));
    assert_eq!(stranger.answer().status, 401);
    let mut caller = begin(&server, &[("X-API-Key", KEY)]);
    caller.send(BODY);
    assert_eq!(caller.answer().status, 200);
}

#[test]
fn a_body_has_as_many_bytes_as_are_set() {
    let server = Server::with(|config| config.max_body_bytes = 2000);
    let padded = |length: usize| format!(r#"{{"seed":42{}}}"#, " ".repeat(length - 11));
    assert_eq!(server.simulate(padded(2000)).status, 200);
    let error = server.simulate(padded(2001)).error(413);
    assert_eq!((&error["type"], &error["ctx"]), (&json!("body_too_large"), &json!({"max_bytes": 2000})));
    let server = Server::with(|config| config.max_body_bytes = 2 << 20);
    assert_eq!(server.simulate(padded(2 << 20)).status, 200);
}

#[test]
fn an_address_has_as_many_bytes_as_are_set() {
    let server = Server::with(|config| config.max_uri_bytes = 256);
    assert_eq!(server.get(&format!("/health?{}", "x".repeat(256 - 8))).status, 200);
    let error = server.get(&format!("/health?{}", "x".repeat(257 - 8))).error(414);
    assert_eq!((&error["type"], &error["ctx"]), (&json!("uri_too_long"), &json!({"max_bytes": 256})));
}

#[test]
fn a_header_section_has_as_many_bytes_and_headers_as_are_set() {
    let with_header = |length: usize| request("GET", "/health", &[("X", &"x".repeat(length))], None);
    let with_headers = |count: usize| request("GET", "/health", &vec![("X", "x"); count - 1], None);
    let server = Server::with(|config| (config.max_header_bytes, config.max_headers) = (2000, 16));
    for (request, status) in
        [(with_header(1500), 200), (with_header(2500), 431), (with_headers(16), 200), (with_headers(17), 431)]
    {
        let mut client = server.connect();
        client.send(request);
        assert_eq!(client.answer().status, status);
    }
    let server = Server::with(|config| (config.max_header_bytes, config.max_headers) = (60_000, 200));
    for request in [with_header(50_000), with_headers(200)] {
        let mut client = server.connect();
        client.send(request);
        assert_eq!(client.answer().status, 200);
    }
    assert_eq!(server.call("POST", "/simulate", &[JSON], Some(BODY)).status, 200);
}
