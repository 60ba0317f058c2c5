//! The states of a simulation, as they are sent.

use std::io::Read;

use crate::support::{Server, request};

const BINARY: (&str, &str) = ("Accept", "application/octet-stream");
const CSV: (&str, &str) = ("Accept", "text/csv");

/// The states from a seed, one step at a time.
fn walked(seed: u64, count: usize) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(seed), |state| Some((1_103_515_245 * state + 12_345) % (1 << 31))).take(count)
}

fn csv(seed: u64, count: usize) -> String {
    let lines = walked(seed, count).enumerate().map(|(step, state)| format!("{step},{state}\n"));
    std::iter::once("step,value\n".to_owned()).chain(lines).collect()
}

#[test]
fn a_long_answer_is_sent_in_chunks_a_short_one_at_once_and_the_connection_goes_on() {
    let server = Server::start();
    let mut client = server.connect();
    for count in [100_000, 1, 1490, 1489] {
        client.send(request("GET", &format!("/simulate/42/trajectory?count={count}"), &[], None));
        let answer = client.answer();
        let coding = if count > 1489 { Some("chunked") } else { None };
        assert_eq!((answer.status, answer.header("transfer-encoding")), (200, coding));
        let values: Vec<_> = walked(42, count).map(|state| state.to_string()).collect();
        let expected = format!(r#"{{"seed":42,"start":0,"stride":1,"count":{count},"values":[{}]}}"#, values.join(","));
        assert!(answer.text() == expected, "{count}: {:.200}", answer.text());
    }
}

#[test]
fn binary_numbers_have_a_length_whole_and_in_part() {
    let server = Server::start();
    let expected: Vec<u8> = walked(7, 50_000).flat_map(|state| u32::try_from(state).unwrap().to_le_bytes()).collect();
    let target = "/simulate/7/trajectory?count=50000";
    let whole = server.call("GET", target, &[BINARY], None);
    assert_eq!((whole.status, whole.header("content-length")), (200, Some("200000")));
    assert!(whole.body == expected);
    let part = server.call("GET", target, &[BINARY, ("Range", "bytes=99999-150000")], None);
    assert_eq!((part.status, part.header("content-range")), (206, Some("bytes 99999-150000/200000")));
    assert!(part.body == expected[99_999..=150_000]);
}

#[test]
fn head_says_what_get_says_without_the_states() {
    let server = Server::start();
    let target = "/simulate/42/trajectory?count=10000000";
    for headers in [[BINARY], [CSV]] {
        let head = server.call("HEAD", target, &headers, None);
        assert_eq!(head.status, 200);
        let length = if headers == [BINARY] { Some("40000000") } else { None };
        assert_eq!((head.header("content-length"), head.header("etag").is_some()), (length, true));
    }
}

#[test]
fn text_is_compressed_for_clients_that_accept_it_and_binary_numbers_are_not() {
    let server = Server::start();
    let target = "/simulate/42/trajectory?count=10000";
    let expected = csv(42, 10_000);
    for encoding in ["br", "zstd", "gzip"] {
        let answer = server.call("GET", target, &[CSV, ("Accept-Encoding", encoding)], None);
        assert_eq!((answer.status, answer.header("content-encoding")), (200, Some(encoding)));
        assert_eq!(answer.header("vary"), Some("accept, accept-encoding"));
        let tag = answer.header("etag").expect("an answer that may be kept has a tag");
        assert!(tag.starts_with("W/"), "{tag}");
        let mut text = String::new();
        match encoding {
            "br" => brotli::Decompressor::new(&answer.body[..], 4096).read_to_string(&mut text),
            "zstd" => zstd::Decoder::new(&answer.body[..]).and_then(|mut decoder| decoder.read_to_string(&mut text)),
            _ => flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut text),
        }
        .expect("what was compressed can be read");
        assert!(text == expected, "{encoding}");
        let known = [CSV, ("Accept-Encoding", encoding), ("If-None-Match", tag)];
        assert_eq!(server.call("GET", target, &known, None).status, 304, "{encoding}");
    }
    let short = server.call("GET", "/simulate/42/trajectory?count=10", &[CSV, ("Accept-Encoding", "gzip")], None);
    assert_eq!((short.text(), short.header("content-encoding")), (csv(42, 10).as_str(), None));
    let plain = server.call("GET", target, &[CSV], None);
    assert_eq!((plain.text() == expected, plain.header("content-encoding")), (true, None));
    let binary = server.call("GET", target, &[BINARY, ("Accept-Encoding", "br, gzip")], None);
    assert_eq!((binary.header("content-encoding"), binary.body.len()), (None, 40_000));
}

#[test]
fn a_reader_that_goes_away_ends_its_answer_and_no_other() {
    let server = Server::with(|config| config.max_connections = 1);
    let mut client = server.connect();
    client.send(request("GET", "/simulate/42/trajectory?count=10000000", &[], None));
    assert_eq!(client.head_of_answer().status, 200);
    drop(client);
    // The one place is free again only when the answer that nobody reads has ended.
    server.expect_alive();
}

#[test]
fn every_violation_of_the_address_is_told_and_no_answer_begins() {
    let server = Server::start();
    let answer = server.call("GET", "/simulate/x/trajectory?start=-1&count=0&stride=0", &[], None);
    let detail = answer.json()["detail"].as_array().map(Vec::len);
    assert_eq!((answer.status, detail, answer.header("cache-control")), (422, Some(4), Some("no-store")));
}
