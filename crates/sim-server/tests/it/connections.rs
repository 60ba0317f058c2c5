//! Connections: what one carries, how many there are, and how each ends.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::{Client, JSON, Process, SECOND, Server, head_of_post, max_body_bytes, request};

const HEALTHY: &str = r#"{"status":"ok"}"#;

#[test]
fn a_connection_carries_many_requests() {
    let server = Server::start();
    let mut client = server.connect();
    for steps in 1..=100 {
        let answer = client.simulate(format!(r#"{{"seed":42,"steps":{steps}}}"#));
        assert_eq!((answer.status, answer.header("connection")), (200, None));
        assert_eq!(answer.json()["steps"], steps);
        assert_eq!(client.get("/nope").status, 404);
        assert_eq!(client.simulate("{").status, 422);
    }
}

#[test]
fn requests_sent_at_once_are_answered_in_their_order() {
    let server = Server::start();
    let mut client = server.connect();
    let body = |seed: usize| format!(r#"{{"seed":{seed},"steps":1}}"#);
    let requests: Vec<_> =
        (0..100).flat_map(|seed| request("POST", "/simulate", &[JSON], Some(body(seed).as_bytes()))).collect();
    client.send(requests);
    for seed in 0..100 {
        assert_eq!(client.answer().json()["seed"], seed);
    }
}

#[test]
fn a_request_may_come_byte_by_byte() {
    let server = Server::start();
    let mut client = server.connect();
    let bytes = request("POST", "/simulate", &[JSON], Some(br#"{"seed":42}"#));
    for byte in bytes {
        client.send([byte]);
    }
    assert_eq!(client.answer().text(), r#"{"seed":42,"steps":10,"result":1535244752}"#);
}

#[test]
fn a_client_that_asks_for_it_has_its_connection_closed() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(request("GET", "/health", &[("Connection", "close")], None));
    let answer = client.answer();
    assert_eq!((answer.text(), answer.header("connection")), (HEALTHY, Some("close")));
    client.expect_closed();
}

#[test]
fn http_1_0_is_served_and_its_connection_closed() {
    let server = Server::start();
    let mut client = server.connect();
    client.send("GET /health HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer().text(), HEALTHY);
    client.expect_closed();
}

#[test]
fn http_1_0_keeps_its_connection_where_it_asks_to() {
    let server = Server::start();
    let mut client = server.connect();
    for _ in 0..2 {
        client.send("GET /health HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        let answer = client.answer();
        assert_eq!((answer.text(), answer.header("connection")), (HEALTHY, Some("keep-alive")));
    }
}

#[test]
fn a_client_that_has_ended_its_side_still_gets_its_answers() {
    let server = Server::start();
    // The end of its side comes with the request or after it, as the network has it.
    for _ in 0..100 {
        let mut client = server.connect();
        let health = request("GET", "/health", &[], None);
        client.send([health.clone(), health].concat());
        client.finish_sending();
        assert_eq!(client.answer().text(), HEALTHY);
        assert_eq!(client.answer().text(), HEALTHY);
        client.expect_closed();
    }
}

#[test]
fn a_connection_beyond_the_cap_waits_for_one_to_end() {
    let server = Server::with(|config| config.max_connections = 1);
    let mut first = server.connect();
    assert_eq!(first.get("/health").text(), HEALTHY);
    let mut second = server.connect();
    second.send(request("GET", "/health", &[], None));
    assert!(second.has_nothing_to_read());
    assert_eq!(first.get("/health").text(), HEALTHY);
    assert!(second.has_nothing_to_read());
    drop(first);
    assert_eq!(second.answer().text(), HEALTHY);
}

#[test]
fn a_connection_that_fails_gives_its_place_back() {
    let server = Server::with(|config| config.max_connections = 1);
    let unfinished = "POST /simulate HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    for sent in ["", "GET", "\0\r\n\r\n", unfinished] {
        let mut client = server.connect();
        client.send(sent);
        drop(client);
        server.expect_alive();
    }
}

#[test]
fn a_connection_that_is_reset_gives_its_place_back() {
    let server = Server::with(|config| config.max_connections = 1);
    let unfinished = head_of_post(&[("Content-Length", "9")]);
    let health = request("GET", "/health", &[], None);
    let trajectory = request("GET", "/simulate/42/trajectory?count=10000000", &[], None);
    for sent in [&b""[..], b"GET", b"\0\r\n\r\n", &unfinished, &health, &trajectory, &health.repeat(1000)] {
        let mut client = server.connect();
        client.send(sent);
        client.reset();
        server.expect_alive();
    }
    let mut client = server.connect();
    client.send(&trajectory);
    assert_eq!(client.head_of_answer().status, 200);
    client.reset();
    server.expect_alive();
}

#[test]
fn idle_connections_keep_nobody_else_waiting() {
    let server = Process::start(&["--port", "0"], &[]);
    let address = server.address();
    let mut idle: Vec<_> = (0..500).map(|_| Client::connect(address)).collect();
    assert_eq!(Client::connect(address).get("/health").text(), HEALTHY);
    for client in &mut idle {
        assert_eq!(client.get("/health").text(), HEALTHY);
    }
    assert_eq!(Client::connect(address).get("/health").text(), HEALTHY);
    for client in &mut idle {
        assert_eq!(client.get("/health").text(), HEALTHY);
    }
}

#[test]
fn an_idle_connection_is_closed() {
    let server = Server::with(|config| (config.header_timeout, config.idle_timeout) = (SECOND, SECOND));
    let mut client = server.connect();
    assert_eq!(client.get("/health").text(), HEALTHY);
    client.expect_closed();
    server.expect_alive();
}

#[test]
fn a_reader_that_stalls_is_left() {
    let server = Server::with(|config| {
        (config.header_timeout, config.idle_timeout) = (SECOND, SECOND);
        config.max_connections = 1;
    });
    let mut client = server.connect();
    // More answers than fit into the buffers between the two.
    client.send(request("GET", "/assets/swagger-ui-5.35.0/swagger-ui-bundle.js", &[], None).repeat(64));
    // The only place is free again once the server has left.
    server.expect_alive();
    drop(client);
}

#[test]
fn a_client_that_does_not_close_after_its_last_answer_is_left() {
    let server = Server::with(|config| config.max_connections = 1);
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", &(max_body_bytes() + 1).to_string())]));
    assert_eq!(client.answer().status, 413);
    client.expect_closed();
    server.expect_alive();
    drop(client);
}

#[test]
fn a_process_without_descriptors_says_so_serves_who_is_there_and_goes_on_once_it_has_some() {
    let process = Process::start_after("ulimit -n 24", &["--port", "0"]);
    let address = process.address();
    let mut first = Client::connect(address);
    assert_eq!(first.get("/health").text(), HEALTHY);
    let clients: Vec<_> = (0..24).map(|_| Client::connect(address)).collect();
    let warnings: Vec<_> = (0..3).map(|_| process.event("cannot accept connections")).collect();
    assert_eq!(warnings[0]["level"], "WARN");
    // It rests between its tries, so the first two digits of a second differ.
    let times = warnings.iter().map(|warning| warning["timestamp"].as_str().expect("a time")[..21].to_owned());
    assert_eq!(times.collect::<BTreeSet<_>>().len(), 3, "{warnings:?}");
    assert_eq!(first.get("/health").text(), HEALTHY);
    drop(clients);
    assert_eq!(Client::connect(address).get("/health").text(), HEALTHY);
}

#[test]
fn the_limit_of_open_files_is_raised_as_far_as_it_goes() {
    let process = Process::start_after("ulimit -S -n 24", &["--port", "0"]);
    let address = process.address();
    let mut clients: Vec<_> = (0..48).map(|_| Client::connect(address)).collect();
    for client in &mut clients {
        assert_eq!(client.get("/health").text(), HEALTHY);
    }
}

#[test]
fn a_limit_of_open_files_below_that_of_connections_is_warned_of() {
    let arguments = ["--port", "0", "--max-connections"];
    let process = Process::start_after("ulimit -n 100", &[&arguments[..], &["100"]].concat());
    let warning = process.event("the limit of open files is too low for SIM_MAX_CONNECTIONS");
    assert_eq!((&warning["level"], &warning["allowed"]), (&"WARN".into(), &100.into()));
    let process = Process::start_after("ulimit -n 100", &[&arguments[..], &["50"]].concat());
    let first: Value = serde_json::from_str(&process.line().expect("a line")).expect("JSON");
    assert_eq!(first["message"], "listening");
}
