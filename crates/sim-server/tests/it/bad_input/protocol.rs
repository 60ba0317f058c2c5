//! Bytes that are no request of HTTP/1.1, or too many of them.

use serde_json::json;

use super::statuses;
use crate::support::{JSON, Server, request};

#[test]
fn bytes_that_are_no_http_are_a_400() {
    let server = Server::start();
    for sent in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"[..],
        b"\xFF\xFE\xFD\r\n\r\n",
        b"hello\r\n\r\n",
        b"GET /health\r\n\r\n",
        b"GET /health HTTP/3.0\r\n\r\n",
        b"GET /a b HTTP/1.1\r\n\r\n",
        b"GET /health HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /health HTTP/1.1\r\nNa me: x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nName : x\r\n\r\n",
        b"GET /health HTTP/1.1\r\nName: \x00\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nContent-Length: +1\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST /simulate HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    ] {
        let mut client = server.connect();
        client.send(sent);
        let answer = client.answer();
        let expected = json!({"type": "bad_request", "loc": [], "msg": "The request is not valid HTTP/1.1"});
        assert_eq!(answer.error(400), expected, "{}", String::from_utf8_lossy(sent));
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(answer.header("date").is_some_and(|date| date.ends_with(" GMT")), "RFC 9110, section 6.6.1");
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn garbage_after_a_good_request_is_a_400_of_its_own() {
    let server = Server::start();
    let mut client = server.connect();
    client.send([request("GET", "/health", &[], None), b"\x01\x02\r\n\r\n".to_vec()].concat());
    assert_eq!(client.answer().text(), r#"{"status":"ok"}"#);
    assert_eq!(client.answer().error(400)["type"], "bad_request");
    client.expect_closed();
}

#[test]
fn a_client_that_speaks_http_2_is_told_so_in_http_1() {
    let server = Server::start();
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    let settings_and_more = format!("{preface}{}", "\0\0\0\x04\0\0\0\0\0".repeat(10_000));
    for sent in ["PRI * HTTP/2.0\r\n\r\n", preface, &settings_and_more] {
        let mut client = server.connect();
        client.send(sent);
        let answer = client.answer();
        assert_eq!(answer.error(400)["msg"], "The request is not valid HTTP/1.1");
        assert_eq!(answer.header("connection"), Some("close"));
        assert!(answer.header("date").is_some_and(|date| date.ends_with(" GMT")), "RFC 9110, section 6.6.1");
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn an_offer_to_change_to_http_2_is_not_taken_up() {
    let server = Server::start();
    let headers =
        [("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"), ("HTTP2-Settings", "AAMAAABkAARAAAAAAAIAAAAA")];
    let answer = server.call("GET", "/health", &headers, None);
    assert_eq!((answer.status, answer.header("upgrade")), (200, None));
}

/// What is too long is answered once too much of it has come, so a client may still be sending.
#[track_caller]
fn expect_headers_too_large(server: &Server, head: &str) {
    let mut client = server.connect();
    client.send(head);
    let answer = client.answer();
    let expected = json!({"type": "headers_too_large", "loc": ["header"], "msg": "The header section is too large"});
    assert_eq!(answer.error(431), expected);
    assert_eq!(answer.header("connection"), Some("close"));
    assert!(answer.header("date").is_some_and(|date| date.ends_with(" GMT")), "RFC 9110, section 6.6.1");
    client.finish_sending();
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_request_line_that_is_longer_than_a_header_section_is_a_431() {
    let server = Server::start();
    for length in [16 << 10, 70_000, 1 << 20] {
        expect_headers_too_large(&server, &format!("GET /{} HTTP/1.1\r\nHost: sim\r\n\r\n", "x".repeat(length)));
    }
}

#[test]
fn an_address_that_is_too_long_is_a_414() {
    let server = Server::start();
    let address = |length: usize| format!("/{}?{}", "x".repeat(length / 2 - 1), "x".repeat(length / 2 - 1));
    let expected = json!({
        "type": "uri_too_long", "loc": [], "msg": "The address should have at most 8192 bytes", "ctx": {"max_bytes": 8192},
    });
    assert_eq!(server.get(&address(8192)).status, 404);
    assert_eq!(server.get(&address(8194)).error(414), expected);
    server.expect_alive();
}

#[test]
fn headers_that_are_too_long_or_too_many_are_a_431() {
    let server = Server::start();
    expect_headers_too_large(&server, &format!("GET /health HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(1 << 20)));
    expect_headers_too_large(&server, &format!("GET /health HTTP/1.1\r\n{}\r\n", "X: x\r\n".repeat(101)));
    let fitting = [("X", "x"); 99];
    assert_eq!(server.call("GET", "/health", &fitting, None).status, 200);
}

#[test]
fn no_answer_to_any_byte_of_a_request_replaced_is_a_500() {
    let server = Server::start();
    let good = request("POST", "/simulate", &[JSON], Some(br#"{"seed":42}"#));
    for position in 0..good.len() {
        for byte in [0, b' ', b'\r', b'\n', b':', b'"', b'9', 0xFF] {
            let mut bad = good.clone();
            bad[position] = byte;
            let mut client = server.connect();
            client.send(&bad);
            client.finish_sending();
            let answered = client.until_closed();
            assert!(!statuses(&answered).iter().any(|status| status.starts_with('5')), "{bad:?}");
        }
    }
    server.expect_alive();
}
