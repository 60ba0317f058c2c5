//! A body that is too large, or comes in pieces, or not at all.

use crate::support::{JSON, Server, head_of_post, max_body_bytes, request};

#[test]
fn a_body_declared_too_large_is_refused_before_it_is_sent() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", &(max_body_bytes() + 1).to_string())]));
    assert_eq!(client.answer().error(413)["type"], "body_too_large");
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_client_that_is_sending_too_large_a_body_still_reads_the_413() {
    let server = Server::start();
    let mut client = server.connect();
    let length = 4 * max_body_bytes();
    client.send(head_of_post(&[("Content-Length", &length.to_string())]));
    client.send(vec![b' '; length]);
    let answer = client.answer();
    assert_eq!(answer.error(413)["type"], "body_too_large");
    assert_eq!(answer.header("connection"), Some("close"));
    client.finish_sending();
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_chunked_body_that_grows_too_large_is_refused() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(head_of_post(&[("Transfer-Encoding", "chunked")]));
    let chunk = [b"4000\r\n", vec![b' '; 0x4000].as_slice(), b"\r\n"].concat();
    for _ in 0..4 * max_body_bytes() / 0x4000 {
        client.send(&chunk);
    }
    assert_eq!(client.answer().error(413)["type"], "body_too_large");
    client.finish_sending();
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn what_surrounds_chunks_is_limited_too() {
    let server = Server::start();
    let megabyte = "x".repeat(1 << 20);
    for body in [
        format!("1;{megabyte}\r\n1\r\n0\r\n\r\n"),
        "1;xxxxxxxx\r\n1\r\n".repeat(100_000),
        format!("1\r\n1\r\n0\r\nTrailer: {megabyte}\r\n\r\n"),
        format!("1\r\n1\r\n0\r\n{}\r\n", "T: x\r\n".repeat(10_000)),
        format!("{}1\r\n1\r\n0\r\n\r\n", "0".repeat(1 << 20)),
    ] {
        let mut client = server.connect();
        client.send(head_of_post(&[("Transfer-Encoding", "chunked")]));
        // The server may have had enough before all is sent.
        let _ = client.try_send(&body);
        let status = client.answer().status;
        assert!([400, 413, 422].contains(&status), "{status}: {body:.20}");
        client.finish_sending();
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn a_chunked_body_is_read_like_any_other() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(head_of_post(&[("Transfer-Encoding", "chunked")]));
    client.send("9\r\n{\"seed\":4\r\n2;note=x\r\n2}\r\n0\r\nTrailer: x\r\n\r\n");
    assert_eq!(client.answer().text(), r#"{"seed":42,"steps":10,"result":1535244752}"#);
    assert_eq!(client.get("/health").status, 200);
}

#[test]
fn a_client_that_asks_before_sending_too_much_is_told_no_at_once() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", "999999999"), ("Expect", "100-continue")]));
    assert_eq!(client.answer().error(413)["type"], "body_too_large");
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_client_that_asks_before_sending_is_told_to_continue() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(client.answer().status, 100);
    client.send(r#"{"seed":42}"#);
    assert_eq!(client.answer().text(), r#"{"seed":42,"steps":10,"result":1535244752}"#);
}

#[test]
fn a_client_that_asks_before_sending_another_media_type_is_told_no_at_once() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = [("Content-Type", "text/plain"), ("Content-Length", "11"), ("Expect", "100-continue")];
    client.send(request("POST", "/simulate", &headers, None));
    assert_eq!(client.answer().error(415)["type"], "unsupported_media_type");
    server.expect_alive();
}

#[test]
fn a_body_that_ends_early_is_a_400_and_the_end_of_the_connection() {
    let server = Server::start();
    for (framing, body) in [
        (("Content-Length", "11"), ""),
        (("Content-Length", "11"), "{\"seed\""),
        (("Transfer-Encoding", "chunked"), ""),
        (("Transfer-Encoding", "chunked"), "b\r\n{\"seed\""),
        (("Transfer-Encoding", "chunked"), "b\r\n{\"seed\":42}\r\n"),
    ] {
        let mut client = server.connect();
        client.send([&head_of_post(&[framing]), body.as_bytes()].concat());
        client.finish_sending();
        assert_eq!(client.answer().error(400)["type"], "body_incomplete");
        client.expect_closed();
    }
    server.expect_alive();
}

#[test]
fn a_body_that_nobody_waits_for_is_announced_to_end_the_connection() {
    let server = Server::start();
    for (method, target, media_type, status) in [
        ("POST", "/nope", "application/json", 404),
        ("DELETE", "/simulate", "application/json", 405),
        ("POST", "/simulate", "text/plain", 415),
        ("GET", "/health", "application/json", 200),
        ("GET", "/docs", "application/json", 200),
    ] {
        let mut client = server.connect();
        client.send(request(method, target, &[("Content-Type", media_type), ("Content-Length", "2")], None));
        let answer = client.answer();
        assert_eq!((answer.status, answer.header("connection")), (status, Some("close")), "{method} {target}");
        client.send("{}");
        client.expect_closed();
    }
}

#[test]
fn a_body_where_none_is_wanted_is_skipped() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(request("GET", "/health", &[JSON], Some(b"{")));
    assert_eq!(client.answer().status, 200);
    client.send(request("POST", "/nope", &[JSON], Some(b"{")));
    assert_eq!(client.answer().status, 404);
    assert_eq!(client.get("/health").status, 200);
}
