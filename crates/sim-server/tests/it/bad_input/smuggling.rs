//! Requests that two servers in a row could read as different ones.

use super::{exchange, statuses};
use crate::support::{Server, head_of_post};

/// What a server that finds a first request shorter than another does takes for a second one.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: sim\r\n\r\n";

/// Asserts that the bytes were refused, with one answer or with none.
#[track_caller]
fn expect_no_second_request(server: &Server, bytes: &str) {
    let answered = exchange(server, bytes);
    let statuses = statuses(&answered);
    assert!(statuses.len() <= 1, "{bytes:?}: {statuses:?}");
    assert!(statuses.iter().all(|status| status.starts_with('4')), "{bytes:?}: {statuses:?}");
}

#[test]
fn a_length_beside_a_transfer_coding_smuggles_nothing() {
    let server = Server::start();
    for headers in
        ["Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"]
    {
        let head = format!("POST /simulate HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n{headers}\r\n");
        expect_no_second_request(&server, &format!("{head}0\r\n\r\n{SMUGGLED}"));
    }
}

#[test]
fn a_broken_chunk_smuggles_nothing() {
    let server = Server::start();
    for body in [
        "x\r\n{}\r\n0\r\n\r\n",
        "-1\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r\n{}0\r\n\r\n",
        "1\r\n{}\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n",
        "2;\n\r\n{}\r\n0\r\n\r\n",
        "\r\n",
    ] {
        let head = head_of_post(&[("Transfer-Encoding", "chunked")]);
        expect_no_second_request(&server, &format!("{}{body}{SMUGGLED}", String::from_utf8_lossy(&head)));
    }
}

#[test]
fn a_transfer_coding_that_is_hidden_smuggles_nothing() {
    let server = Server::start();
    for header in [
        "Transfer-Encoding: xchunked",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding:\u{b}chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "X: x\r\n Transfer-Encoding: chunked",
        "X: x\nTransfer-Encoding: chunked",
    ] {
        let head = "POST /simulate HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\n";
        expect_no_second_request(&server, &format!("{head}Content-Length: 5\r\n{header}\r\n\r\n0\r\n\r\n{SMUGGLED}"));
    }
}

#[test]
fn a_folded_header_is_refused() {
    let server = Server::start();
    for fold in [" ", "\t"] {
        expect_no_second_request(&server, &format!("GET /health HTTP/1.1\r\nHost: sim\r\nX: a\r\n{fold}b\r\n\r\n"));
    }
}

#[test]
fn bare_line_feeds_smuggle_nothing() {
    let server = Server::start();
    // RFC 9112 lets a server read them as the end of a line.
    let answered = exchange(&server, "GET /health HTTP/1.1\nHost: sim\n\n");
    assert_eq!(statuses(&answered), ["200"]);
    expect_no_second_request(
        &server,
        &format!("POST /simulate HTTP/1.1\nContent-Length: {}\n\n{SMUGGLED}", SMUGGLED.len()),
    );
}
