//! A new process takes the place of an old one under load, and no client notices.

use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::Value;

use crate::support::{Client, Process, head_of_post, run};

const CLIENTS: usize = 8;
/// How many requests a process answers before the test goes on.
const SOME: usize = 200;

fn listener() -> TcpListener {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free")
}

/// Calls until it is told to stop, and says how often; a call that fails fails the test, for nothing is tried again.
fn call(address: SocketAddr, stop: &AtomicBool) -> usize {
    let mut client = Client::connect(address);
    let mut answered = 0;
    while !stop.load(Ordering::Relaxed) {
        let answer = client.simulate(r#"{"seed":42}"#);
        assert_eq!((answer.status, answer.text()), (200, r#"{"seed":42,"steps":10,"result":1535244752}"#));
        answered += 1;
        if answer.header("connection") == Some("close") {
            client = Client::connect(address);
        }
    }
    answered
}

/// Ends a process and says how many requests the rest of its log tells of.
fn end(process: &mut Process) -> usize {
    process.signal("TERM");
    let lines = process.rest();
    assert_eq!(process.wait().code(), Some(0));
    let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect();
    assert_eq!(events.last().expect("a last line")["message"], "drained");
    events.iter().filter(|event| event["message"] == "request").count()
}

/// Waits for some requests to be answered.
fn serve_some(process: &Process) {
    (0..SOME).for_each(|_| drop(process.event("request")));
}

/// Has clients call two processes that share a listener, one after the other, and compares what was answered with what
/// was logged; `hand_over` starts the second process and ends the first.
fn restart(hand_over: impl FnOnce(&TcpListener, Process) -> (Process, usize)) {
    let listener = listener();
    let address = listener.local_addr().expect("a listener has an address");
    let stop = AtomicBool::new(false);
    let first = Process::start_on(&listener);
    let (answered, logged) = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(|| call(address, &stop))).collect();
        serve_some(&first);
        let (mut second, logged_by_first) = hand_over(&listener, first);
        serve_some(&second);
        stop.store(true, Ordering::Relaxed);
        let answered: usize = clients.into_iter().map(|client| client.join().expect("no call fails")).sum();
        (answered, SOME + logged_by_first + SOME + end(&mut second))
    });
    assert_eq!(answered, logged);
}

#[test]
fn no_request_fails_where_a_process_hands_its_listener_on() {
    restart(|listener, mut first| {
        let logged = end(&mut first);
        (Process::start_on(listener), logged)
    });
}

#[test]
fn two_processes_may_share_a_listener_for_a_while() {
    restart(|listener, mut first| {
        let second = Process::start_on(listener);
        second.event("listening");
        (second, end(&mut first))
    });
}

#[test]
fn a_new_caller_is_answered_until_the_end_of_the_drain_whoever_else_is_connected() {
    let listener = listener();
    let mut process = Process::start_on(&listener);
    let address = process.address();
    let [mut idle, mut slow, mut stranger] = [(); 3].map(|()| Client::connect(address));
    stranger.send("GET /health HTTP/1.1\r\n");
    slow.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(slow.answer().status, 100);
    assert_eq!(idle.get("/health").status, 200);
    process.signal("TERM");
    // By then nobody is accepted any more where no listener is shared.
    idle.expect_closed();
    for _ in 0..3 {
        assert_eq!(Client::connect(address).simulate(r#"{"seed":42}"#).status, 200);
    }
    slow.send(r#"{"seed":42}"#);
    assert_eq!(slow.answer().status, 200);
    drop((idle, slow, stranger));
    process.event("drained");
    assert_eq!(process.wait().code(), Some(0));
}

#[test]
fn the_log_names_the_address_of_a_listener_that_was_handed_over() {
    let listener = listener();
    assert_eq!(Process::start_on(&listener).address(), listener.local_addr().expect("a listener has an address"));
}

#[test]
fn what_is_handed_over_and_no_listener_is_an_error_that_says_so() {
    let output = run(&[], &[("LISTEN_FDS", "1"), ("LISTEN_FDS_FIRST_FD", "0")]);
    assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""));
    assert_eq!(output.stderr, "failure: LISTEN_FDS passes no TCP listener: fd 0 is not a socket\n");
}
