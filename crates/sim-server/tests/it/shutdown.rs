//! Shutdown: requests in flight finish, idle connections are closed, and it does not take forever.

use std::{
    io::{Read, Write},
    iter,
    net::{SocketAddr, TcpListener, TcpStream},
    time::Duration,
};

use serde_json::json;
use sim_server::Drained;

use crate::support::{Client, Process, SECOND, Server, head_of_post};

const BODY: &[u8] = br#"{"seed":42}"#;
const RESULT: &str = r#"{"seed":42,"steps":10,"result":1535244752}"#;

/// Begins a request whose body is still to come, and is sure that the server has begun it too.
fn begin_request(client: &mut Client) {
    client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(client.answer().status, 100);
}

/// Whether somebody who connects now is answered.
fn is_answered(address: SocketAddr) -> bool {
    let answer = TcpStream::connect(address).and_then(|mut stream| {
        stream.write_all(b"GET /health HTTP/1.0\r\n\r\n")?;
        stream.read(&mut [0])
    });
    answer.is_ok_and(|received| received > 0)
}

#[test]
fn health_is_503_once_shutdown_has_begun() {
    let mut server = Server::start();
    let mut client = server.connect();
    assert_eq!(client.get("/health").status, 200);
    server.begin_shutdown();
    // The signal is on its way to the server: the answers change when it arrives.
    let answer =
        iter::repeat_with(|| client.get("/health")).find(|answer| answer.status != 200).expect("a last answer");
    let expected = json!({"type": "shutting_down", "loc": [], "msg": "The service is shutting down"});
    assert_eq!(answer.error(503), expected);
    assert_eq!(answer.header("connection"), Some("close"));
    client.expect_closed();
    drop(client);
    assert_eq!(server.drained(), Drained { cut_off: 0 });
}

#[test]
fn a_request_in_flight_finishes_and_is_the_last_of_its_connection() {
    let mut server = Server::start();
    let (mut client, mut idle) = (server.connect(), server.connect());
    begin_request(&mut client);
    assert_eq!(idle.get("/health").status, 200);
    server.begin_shutdown();
    // A sign that shutdown has begun, and more: the listener is gone.
    idle.expect_closed();
    drop(idle);
    client.send(BODY);
    let answer = client.answer();
    assert_eq!((answer.status, answer.text(), answer.header("connection")), (200, RESULT, Some("close")));
    client.expect_closed();
    drop(client);
    assert_eq!(server.drained(), Drained { cut_off: 0 });
}

#[test]
fn a_connection_that_was_accepted_last_still_gets_its_answer() {
    let mut server = Server::start();
    let mut client = server.connect();
    // Accepted in their order, so that one is there.
    server.expect_alive();
    server.begin_shutdown();
    // Others are answered until the listener is gone.
    while is_answered(server.address) {}
    assert!(client.is_left_alone_for(Duration::from_millis(100)));
    let answer = client.simulate(BODY);
    assert_eq!((answer.status, answer.text(), answer.header("connection")), (200, RESULT, Some("close")));
    client.expect_closed();
    drop(client);
    assert_eq!(server.drained(), Drained { cut_off: 0 });
}

#[test]
fn a_server_in_use_still_answers_new_connections_once_all_others_are_gone() {
    let mut server = Server::start();
    let mut client = server.connect();
    assert_eq!(client.get("/health").status, 200);
    server.begin_shutdown();
    while client.get("/health").status != 503 {}
    client.expect_closed();
    drop(client);
    for _ in 0..3 {
        assert_eq!(server.simulate(BODY).text(), RESULT);
    }
    assert_eq!(server.drained(), Drained { cut_off: 0 });
}

#[test]
fn idle_connections_are_closed() {
    let mut server = Server::start();
    let (mut used, mut silent) = (server.connect(), server.connect());
    assert_eq!(used.get("/health").status, 200);
    // Accepted in their order, so the silent one is there.
    assert_eq!(server.get("/health").status, 200);
    server.begin_shutdown();
    used.expect_closed();
    silent.expect_closed();
    drop((used, silent));
    assert_eq!(server.drained(), Drained { cut_off: 0 });
}

#[test]
fn a_request_that_never_finishes_is_cut_off() {
    let mut server = Server::with(|config| config.shutdown_grace = SECOND);
    let mut client = server.connect();
    begin_request(&mut client);
    server.begin_shutdown();
    assert_eq!(server.drained(), Drained { cut_off: 1 });
}

#[test]
fn no_grace_is_no_wait() {
    let mut server = Server::with(|config| config.shutdown_grace = Duration::ZERO);
    let mut client = server.connect();
    begin_request(&mut client);
    server.begin_shutdown();
    assert_eq!(server.drained(), Drained { cut_off: 1 });
}

#[test]
fn a_half_sent_header_section_does_not_hold_up_the_end() {
    let mut server = Server::with(|config| config.shutdown_grace = SECOND);
    let mut client = server.connect();
    client.send("GET /health HTTP/1.1\r\n");
    // Connections are accepted in their order, so that one is there.
    server.expect_alive();
    server.begin_shutdown();
    server.drained();
}

// With processes: a listener of the test process is shared for a moment with any process that another test forks.
#[test]
fn the_port_is_free_afterwards() {
    let process = Process::start(&["--port", "0"], &[]);
    let address = process.address();
    let mut client = Client::connect(address);
    assert_eq!(client.get("/health").status, 200);
    process.stop();
    let next = Process::start(&["--port", &address.port().to_string()], &[]);
    assert_eq!(next.address(), address);
    assert!(is_answered(address));
}

fn expect_orderly_end(signal: &str) {
    let mut process = Process::start(&["--port", "0"], &[]);
    let address = process.address();
    let mut client = Client::connect(address);
    begin_request(&mut client);
    process.signal(signal);
    assert_eq!(process.event("shutting down")["signal"], format!("SIG{signal}"));
    client.send(BODY);
    assert_eq!(client.answer().text(), RESULT);
    client.expect_closed();
    drop(client);
    process.event("drained");
    assert_eq!(process.rest(), [""; 0]);
    assert_eq!(process.wait().code(), Some(0));
    TcpListener::bind(address).expect("the port is free");
}

#[test]
fn sigterm_ends_the_process_in_order() {
    expect_orderly_end("TERM");
}

#[test]
fn sigint_ends_the_process_in_order() {
    expect_orderly_end("INT");
}

#[test]
fn a_process_that_cuts_a_request_off_says_so_and_ends_with_0() {
    let mut process = Process::start(&["--port", "0", "--shutdown-grace-secs", "0"], &[]);
    let mut client = process.connect();
    begin_request(&mut client);
    process.signal("TERM");
    assert_eq!(process.event("connections were cut off")["cut_off"], 1);
    process.rest();
    assert_eq!(process.wait().code(), Some(0));
    client.expect_closed();
}

#[test]
fn ctrl_c_during_the_drain_ends_it_at_once_and_a_repeated_sigterm_does_not() {
    for first in ["INT", "TERM"] {
        let mut process = Process::start(&["--port", "0", "--shutdown-grace-secs", "3600"], &[]);
        let mut client = process.connect();
        begin_request(&mut client);
        process.signal(first);
        process.event("shutting down");
        process.signal("TERM");
        assert_eq!(client.peer().get("/health").status, 503);
        process.signal("INT");
        assert_eq!(process.event("ended at once")["level"], "WARN");
        process.rest();
        assert_eq!(process.wait().code(), Some(0));
        client.expect_closed();
    }
}
