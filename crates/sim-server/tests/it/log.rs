//! The log: one JSON line a request, which says what it was and nothing of what it held.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    iter,
    net::{Ipv4Addr, TcpListener},
};

use serde_json::{Value, json};

use crate::support::{Client, JSON, KEY, Process, head_of_post, repository_file, request};

/// Stops the process and returns the events of its requests.
#[track_caller]
fn requests(process: Process) -> Vec<Value> {
    process.stop().into_iter().filter(|event| event["message"] == "request").collect()
}

#[test]
fn each_request_is_one_line() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    let mut ids = Vec::new();
    let mut call = |method, target, body| {
        client.send(request(method, target, &[JSON], body));
        let answer = client.answer();
        ids.push(answer.header("x-request-id").expect("every answer has an id").to_owned());
    };
    call("POST", "/simulate", Some(&br#"{"seed":42}"#[..]));
    call("POST", "/simulate", Some(b"{}"));
    call("POST", "/simulate/batch", Some(br#"{"simulations":[{"seed":42}]}"#));
    call("POST", "/simulate/batch", Some(b"{}"));
    call("GET", "/simulate/42?steps=7", None);
    call("GET", "/simulate/x", None);
    call("POST", "/%73imulate/%62atch", Some(br#"{"simulations":[{"seed":42}]}"#));
    call("GET", "/health", None);
    call("GET", "/nope", None);
    call("DELETE", "/health", None);
    call("POST", "/simulate/42", None);
    call("GET", "/openapi.json", None);
    drop(client);
    let events = requests(process);
    let expected = [
        json!(["simulate", "/simulate", "POST", "/simulate", 200]),
        json!(["simulate", "/simulate", "POST", "/simulate", 422]),
        json!(["simulate_batch", "/simulate/batch", "POST", "/simulate/batch", 200]),
        json!(["simulate_batch", "/simulate/batch", "POST", "/simulate/batch", 422]),
        json!(["get_simulation", "/simulate/{seed}", "GET", "/simulate/42", 200]),
        json!(["get_simulation", "/simulate/{seed}", "GET", "/simulate/x", 422]),
        json!(["simulate_batch", "/simulate/batch", "POST", "/%73imulate/%62atch", 200]),
        json!(["get_health", "/health", "GET", "/health", 200]),
        json!([null, null, "GET", "/nope", 404]),
        json!([null, null, "DELETE", "/health", 405]),
        json!([null, null, "POST", "/simulate/42", 405]),
        json!([null, "/openapi.json", "GET", "/openapi.json", 200]),
    ];
    assert_eq!(events.len(), expected.len(), "{events:?}");
    for ((event, expected), id) in events.iter().zip(expected).zip(&ids) {
        let Value::Object(fields) = event else { panic!("{event}") };
        let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let named = ["operation_id", "route", "method", "path", "status"].map(field);
        assert_eq!(json!(named), expected);
        assert_eq!((field("level"), field("request_id")), (json!("INFO"), json!(id)));
        assert!(field("duration_us").is_u64() && field("timestamp").is_string(), "{event}");
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[test]
fn the_bytes_of_both_bodies_are_told() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    let mut expected = Vec::new();
    let body = br#"{"seed":42}"#;
    client.send(request("POST", "/simulate", &[JSON], Some(body)));
    expected.push(json!([body.len(), client.answer().body.len()]));
    client.send(head_of_post(&[("Transfer-Encoding", "chunked")]));
    client.send("5\r\n{\"see\r\n6\r\nd\":42}\r\n0\r\n\r\n");
    expected.push(json!([body.len(), client.answer().body.len()]));
    client.send(request("GET", "/simulate/42/trajectory?count=100000", &[], None));
    expected.push(json!([0, client.answer().body.len()]));
    client.send(request("HEAD", "/docs", &[], None));
    assert_eq!(client.head_of_answer().status, 200);
    expected.push(json!([0, 0]));
    drop(client);
    let events = requests(process);
    let told: Vec<_> = events.iter().map(|event| json!([event["request_bytes"], event["response_bytes"]])).collect();
    assert_eq!(told, expected);
    assert!(events.iter().all(|event| event["cut_off"].is_null()), "{events:?}");
}

#[test]
fn an_answer_that_its_client_does_not_take_whole_is_told_to_be_cut_off() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    client.send(request("GET", "/simulate/42/trajectory?count=10000000", &[], None));
    client.head_of_answer();
    client.reset();
    let event = process.event("request");
    assert_eq!(json!([event["status"], event["cut_off"]]), json!([200, true]));
    assert!(event["response_bytes"].as_u64().is_some_and(|bytes| bytes < 100_000_000), "{event}");
}

#[test]
fn a_fault_of_ours_is_a_warning() {
    let process = Process::start(&["--port", "0", "--max-in-flight", "1"], &[]);
    let address = process.address();
    let (mut first, mut second) = (Client::connect(address), Client::connect(address));
    first.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(first.answer().status, 100);
    second.send(request("GET", "/simulate/42", &[], None));
    assert_eq!(second.answer().status, 503);
    first.send(br#"{"seed":42}"#);
    assert_eq!(first.answer().status, 200);
    drop((first, second));
    let events = requests(process);
    let levels: Vec<_> = events.iter().map(|event| json!([event["status"], event["level"]])).collect();
    assert_eq!(levels, [json!([503, "WARN"]), json!([200, "INFO"])]);
}

#[test]
fn every_field_of_the_line_is_documented() {
    let process = Process::start(&["--port", "0"], &[("SIM_API_KEYS", &format!("web:{KEY}"))]);
    let mut client = process.connect();
    let run =
        br#"{"model":{"inputs":{"x":{"kind":"uniform","min":0,"max":1}},"formulas":{},"outputs":{"x":{}}},"seed":7}"#;
    client.send(request("POST", "/models/run", &[JSON, ("X-API-Key", KEY)], Some(run)));
    assert_eq!(client.answer().status, 200);
    drop(client);
    let events = requests(process);
    let fields: BTreeSet<_> = events[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let document = repository_file("docs/logs.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let documented: BTreeSet<_> = rows.map(|(field, _)| field).collect();
    let only_documented: Vec<_> = documented.difference(&fields).collect();
    assert_eq!((only_documented, fields.difference(&documented).count()), (vec![&"cut_off", &"trace_id"], 0));
}

#[test]
fn a_request_whose_client_goes_away_within_its_body_is_a_line_too() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue"), ("X-Request-Id", "gone")]));
    assert_eq!(client.answer().status, 100);
    client.reset();
    let event = process.event("request");
    assert_eq!(json!([event["request_id"], event["path"], event["status"]]), json!(["gone", "/simulate", 400]));
}

#[test]
fn the_operation_is_named_where_nothing_is_sent_but_a_head() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    client.send(request("GET", "/simulate/42", &[("If-None-Match", "*")], None));
    assert_eq!(client.answer().status, 304);
    client.send(request("HEAD", "/simulate/42", &[], None));
    assert_eq!(client.head_of_answer().status, 200);
    drop(client);
    let events = requests(process);
    let logged: Vec<_> =
        events.iter().map(|event| json!([event["operation_id"], event["method"], event["status"]])).collect();
    assert_eq!(logged, [json!(["get_simulation", "GET", 304]), json!(["get_simulation", "HEAD", 200])]);
}

#[test]
fn the_id_that_a_request_brings_is_kept_and_a_bad_one_replaced() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    let too_long = "x".repeat(129);
    let sent = ["b1946ac9-2492:d2347c6235b4.d261_1184", "a b", "\"quoted\"", too_long.as_str()];
    let mut answered = Vec::new();
    for id in sent {
        client.send(request("GET", "/health", &[("X-Request-Id", id)], None));
        answered.push(client.answer().header("x-request-id").expect("every answer has an id").to_owned());
    }
    drop(client);
    assert_eq!(answered[0], sent[0]);
    assert!((1..sent.len()).all(|index| answered[index] != sent[index]), "{answered:?}");
    let logged: Vec<_> = requests(process).into_iter().map(|event| event["request_id"].clone()).collect();
    assert_eq!(logged, answered);
}

#[test]
fn nothing_private_is_logged() {
    let mut process = Process::start(&["--port", "0"], &[("RUST_LOG", "trace")]);
    let mut client = process.connect();
    let headers =
        [JSON, ("X-API-Key", "secret-key"), ("Authorization", "Bearer secret-token"), ("Cookie", "secret-cookie")];
    client.send(request("POST", "/simulate?secret-query", &headers, Some(br#"{"seed":42,"x":"secret-body"}"#)));
    assert_eq!(client.answer().status, 200);
    client.send(request("POST", "/simulate?secret-query", &headers, Some(br#"{"seed":"secret-body"}"#)));
    assert_eq!(client.answer().status, 422);
    client.send(request("GET", "/simulate/42?steps=secret-query", &headers, None));
    assert_eq!(client.answer().status, 422);
    client.send("secret garbage\r\n\r\n");
    assert_eq!(client.answer().status, 400);
    drop(client);
    process.signal("TERM");
    let log = process.rest().join("\n");
    assert!(log.contains("\"status\":422"), "{log}");
    assert!(!log.contains("secret"), "{log}");
    process.wait();
}

#[test]
fn bytes_that_are_no_request_are_a_line_too() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    client.send("hello\r\n\r\n");
    assert_eq!(client.answer().status, 400);
    assert_eq!(process.event("request refused")["status"], 400);
}

#[test]
fn a_path_is_logged_as_it_was_sent() {
    let process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    let path = r#"/%0A"\{}'é"#;
    assert_eq!(client.get(path).status, 404);
    assert_eq!(process.event("request")["path"], path);
}

#[test]
fn a_filter_silences_the_line_and_not_the_answer() {
    let process = Process::start(&["--port", "0"], &[("RUST_LOG", "info,sim_server::request=warn")]);
    assert_eq!(process.connect().get("/health").status, 200);
    assert_eq!(requests(process), [Value::Null; 0]);
}

/// The block that a process prints when it starts on a terminal, each line as its name and its value.
fn block(process: &Process) -> Vec<(String, String)> {
    let line = || process.line().expect("a line");
    let title = line();
    assert!(title.starts_with(concat!("sim ", env!("CARGO_PKG_VERSION"), " (")), "{title}");
    assert_eq!(line(), "");
    let lines = iter::from_fn(|| Some(line()).filter(|line| !line.is_empty()));
    let split = |line: String| line.trim().split_once("  ").map(|(name, value)| (name.into(), value.trim().into()));
    lines.map(|line| split(line).expect("a name and a value")).collect()
}

#[test]
fn a_start_on_a_terminal_is_a_block_for_people() {
    let process = Process::start_on_terminal(&["--port", "0", "--metrics-port", "0"], &[]);
    let block: BTreeMap<_, _> = block(&process).into_iter().collect();
    let address = |url: &str| url.strip_prefix("http://")?.split('/').next()?.parse().ok();
    for (name, path) in [("metrics", "/metrics"), ("docs", "/docs")] {
        let mut client = Client::connect(address(&block[name]).expect("an address"));
        assert_eq!(client.get(path).status, 200, "{name}");
    }
    assert_eq!(address(&block["listening"]), address(&block["docs"]));
    assert_eq!(block["API keys"], "\u{1b}[33mnone: open to everybody (SIM_API_KEYS is not set)\u{1b}[0m");
    let line = process.line().expect("a line");
    assert!(line.contains("INFO") && line.contains("request") && line.contains('\u{1b}'), "{line}");
}

#[test]
fn on_a_terminal_too_what_is_wrong_at_the_start_comes_first() {
    let process = Process::start_on_terminal(&["--port", "0"], &[("FLY_APP_NAME", "sim")]);
    let line = process.line().expect("a line");
    assert!(line.contains("ERROR") && line.contains("loopback"), "{line}");
    assert_eq!(block(&process)[0].0, "listening");
}

#[test]
fn a_terminal_may_have_the_log_as_json() {
    let process = Process::start_on_terminal(&["--port", "0", "--log-format", "json"], &[]);
    assert_eq!(process.connect().get("/health").status, 200);
    process.event("request");
}

#[test]
fn text_is_for_people() {
    let process = Process::start(&["--port", "0", "--log-format", "text"], &[]);
    let line = process.line().expect("a line");
    let address = line.split("url=\"http://").nth(1).and_then(|rest| rest.split('"').next()).expect("an address");
    assert!(
        line.contains("WARN listening") && line.contains("open to everybody") && !line.contains('\u{1b}'),
        "{line}"
    );
    assert_eq!(Client::connect(address.parse().expect("an address")).get("/health").status, 200);
    let line = process.line().expect("a line");
    assert!(line.contains("INFO request") && line.contains("path=\"/health\""), "{line}");
}

#[test]
fn a_log_that_nobody_reads_any_more_ends_nothing() {
    let mut process = Process::start(&["--port", "0"], &[]);
    let mut client = process.connect();
    process.close_output(|| assert_eq!(client.get("/health").status, 200));
    for _ in 0..100 {
        assert_eq!(client.get("/health").status, 200);
    }
    drop(client);
    process.signal("TERM");
    assert_eq!(process.wait().code(), Some(0));
}

#[test]
fn a_full_disk_under_the_log_ends_nothing() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let full = File::options().write(true).open("/dev/full").expect("there is a full disk");
    let mut process = Process::start_on_with_output(&listener, full);
    let mut client = Client::connect(listener.local_addr().expect("an address"));
    for _ in 0..100 {
        assert_eq!(client.get("/health").status, 200);
    }
    drop(client);
    process.signal("TERM");
    assert_eq!(process.wait().code(), Some(0));
}
