//! A service that asks for keys, over the wire and in its log.

use serde_json::json;

use crate::support::{Client, JSON, KEY, Process, Server, contract, head_of_post, request, web_key};

const WITH_KEY: (&str, &str) = ("X-API-Key", KEY);

fn guarded() -> Server {
    Server::with(|config| config.api_keys = web_key())
}

#[test]
fn a_request_without_a_key_is_a_401_that_says_how_to_show_one() {
    let server = guarded();
    for (headers, kind, message) in [
        ([].as_slice(), "api_key_missing", "X-API-Key should hold the key of an application"),
        (&[("X-API-Key", "secret")], "api_key_invalid", "X-API-Key should hold a key that the service knows"),
        (&[("X-API-Key", "")], "api_key_invalid", "X-API-Key should hold a key that the service knows"),
        (&[WITH_KEY, WITH_KEY], "api_key_invalid", "X-API-Key should be sent once"),
        (&[("Authorization", KEY)], "api_key_missing", "X-API-Key should hold the key of an application"),
    ] {
        let body = Some(&br#"{"seed":42}"#[..]);
        let answer = server.call("POST", "/simulate", &[&[JSON], headers].concat(), body);
        assert_eq!(answer.error(401), json!({"type": kind, "loc": ["header", "x-api-key"], "msg": message}));
        assert_eq!(answer.header("www-authenticate"), Some("ApiKey realm=\"sim\""));
    }
    assert_eq!(server.call("GET", &format!("/simulate/42?X-API-Key={KEY}"), &[], None).status, 401);
}

#[test]
fn a_request_with_a_key_is_answered_however_the_header_is_spelt() {
    let server = guarded();
    for name in ["X-API-Key", "x-api-key", "X-Api-Key"] {
        assert_eq!(server.call("GET", "/simulate/42", &[(name, KEY)], None).status, 200);
        assert_eq!(server.call("HEAD", "/simulate/42", &[(name, KEY)], None).status, 200);
    }
}

#[test]
fn every_operation_asks_for_a_key_where_the_contract_says_so() {
    let (server, contract) = (guarded(), contract());
    let mut asked = 0;
    for (path, operations) in contract["paths"].as_object().expect("the contract has paths") {
        for (method, operation) in operations.as_object().expect("a path has operations") {
            let status = server.call(&method.to_uppercase(), &path.replace("{seed}", "42"), &[], None).status;
            let is_guarded = operation["security"] != json!([]);
            assert_eq!(status, if is_guarded { 401 } else { 200 }, "{method} {path}");
            asked += usize::from(is_guarded);
        }
    }
    assert_eq!(asked, 6);
}

#[test]
fn what_is_no_simulation_needs_no_key() {
    let server = guarded();
    for (method, target, status) in [
        ("GET", "/health", 200),
        ("HEAD", "/health", 200),
        ("GET", "/docs", 200),
        ("GET", "/redoc", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/openapi-3.0.json", 200),
        ("GET", "/nope", 404),
        ("GET", "/simulate", 405),
        ("OPTIONS", "/simulate", 405),
        ("DELETE", "/simulate/42", 405),
        ("GET", "/simulate/42/", 307),
    ] {
        assert_eq!(server.call(method, target, &[], None).status, status, "{method} {target}");
    }
    assert_eq!(server.call("HEAD", "/simulate/42", &[], None).status, 401);
}

#[test]
fn a_client_without_a_key_is_told_no_before_it_sends_its_body() {
    let server = guarded();
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(client.answer().error(401)["type"], "api_key_missing");
    let mut client = server.connect();
    client.send(head_of_post(&[("Content-Length", "999999999")]));
    assert_eq!(client.answer().error(401)["type"], "api_key_missing");
    server.expect_alive();
}

#[test]
fn the_answer_to_a_key_is_kept_by_nobody_but_its_caller() {
    let server = guarded();
    let answer = server.call("GET", "/simulate/42", &[WITH_KEY], None);
    let headers = |name| answer.header(name);
    assert_eq!(headers("cache-control"), Some("private, max-age=31536000, immutable"));
    assert_eq!(headers("vary"), Some("x-api-key"));
    let long = "/simulate/42/trajectory?count=1000";
    let answer = server.call("GET", long, &[WITH_KEY, ("Accept-Encoding", "gzip")], None);
    assert_eq!(answer.header("cache-control"), Some("private, max-age=31536000, immutable"));
    assert_eq!(answer.header("vary"), Some("accept, x-api-key, accept-encoding"));
}

#[test]
fn an_open_service_says_so_once() {
    let process = Process::start(&["--port", "0"], &[]);
    let start = process.event("listening");
    assert!(start["api_keys"].as_str().is_some_and(|said| said.contains("open to everybody")), "{start}");
    assert_eq!(start["level"], "WARN");
    assert_eq!(Client::connect(Process::address_in(&start)).get("/simulate/42").status, 200);
    let events = process.stop();
    assert!(!events.iter().any(|event| event.to_string().contains("open to everybody")), "{events:?}");
}

#[test]
fn the_log_names_the_application_and_never_its_key() {
    let list = format!("web:{KEY},web:{0}e,mobile:{0}f", &KEY[1..]);
    let environment = [("SIM_API_KEYS", list.as_str()), ("RUST_LOG", "trace")];
    let process = Process::start(&["--port", "0"], &environment);
    let start = process.event("listening");
    assert_eq!((&start["level"], &start["api_keys"]), (&"INFO".into(), &"2 applications".into()));
    let mut client = Client::connect(Process::address_in(&start));
    let mobile = format!("{}f", &KEY[1..]);
    for (key, target) in
        [(KEY, "/simulate/42"), (mobile.as_str(), "/simulate/x"), ("swordfish", "/simulate/42"), (KEY, "/health")]
    {
        client.send(request("GET", target, &[("X-API-Key", key)], None));
        client.answer();
    }
    drop(client);
    let events = process.stop();
    let log = json!([start, events]).to_string();
    assert!(!log.contains(&KEY[1..]) && !log.contains("swordfish"), "{log}");
    let requests = events.iter().filter(|event| event["message"] == "request");
    let logged: Vec<_> =
        requests.map(|event| json!([event["operation_id"], event["application"], event["status"]])).collect();
    let expected = [
        json!(["get_simulation", "web", 200]),
        json!(["get_simulation", "mobile", 422]),
        json!(["get_simulation", null, 401]),
        json!(["get_health", null, 200]),
    ];
    assert_eq!(logged, expected);
}

#[test]
fn a_filter_that_hides_the_warning_of_an_open_service_does_not_hide_it_unseen() {
    for (filter, is_told) in [("off", true), ("error", true), ("sim_server=error", true), ("warn", false), ("", false)]
    {
        let script = format!("export RUST_LOG={filter} && exec 2>&1");
        let process = Process::start_after(&script, &["--port", "0"]);
        let first = process.line().expect("a line");
        assert_eq!(first.starts_with("warning: open to everybody"), is_told, "{filter}: {first}");
    }
}
