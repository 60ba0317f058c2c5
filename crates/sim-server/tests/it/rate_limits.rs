//! A service that limits its callers: at a token an hour, so that no test waits for one.

use std::{num::NonZeroU32, time::Duration};

use poem::http::HeaderName;
use serde_json::json;
use sim_api::{ApiKeys, Application};
use sim_server::{Config, Rate};

use crate::support::{Answer, JSON, KEY, Process, Server, request};

/// A service where each client has `burst` tokens for this hour.
fn limited(burst: u32, change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        config.rate_limit = Some(Rate { tokens: NonZeroU32::MIN, per: Duration::from_hours(1) });
        config.rate_limit_burst = NonZeroU32::new(burst).expect("a bucket holds something");
        change(config);
    })
}

fn get(server: &Server, headers: &[(&str, &str)]) -> Answer {
    server.call("GET", "/simulate/42", headers, None)
}

#[test]
fn without_a_limit_nothing_is_said_of_one() {
    let answer = get(&Server::start(), &[]);
    assert_eq!((answer.header("ratelimit"), answer.header("ratelimit-policy")), (None, None));
}

#[test]
fn a_client_that_has_used_up_its_rate_is_told_how_long_to_wait() {
    let server = limited(2, |_| {});
    for left in [1, 0] {
        let answer = get(&server, &[]);
        let limit = format!("\"default\";r={left};t={}", 3600 * (2 - left));
        assert_eq!((answer.status, answer.header("ratelimit")), (200, Some(limit.as_str())));
        assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=2;w=7200"));
        assert_eq!(answer.header("retry-after"), None);
    }
    let answer = get(&server, &[]);
    let expected = json!({
        "type": "rate_limited", "loc": [], "msg": "The rate is used up for 3600 s", "ctx": {"retry_after": 3600},
    });
    assert_eq!(answer.error(429), expected);
    assert_eq!(answer.header("retry-after"), Some("3600"));
    assert_eq!(answer.header("ratelimit"), Some("\"default\";r=0;t=3600"));
    assert_eq!(answer.header("ratelimit-policy"), Some("\"default\";q=2;w=7200"));
}

#[test]
fn only_simulations_cost_anything() {
    let server = limited(1, |_| {});
    assert_eq!(get(&server, &[]).status, 200);
    for (method, target, status) in [
        ("GET", "/health", 200),
        ("GET", "/docs", 200),
        ("GET", "/openapi.json", 200),
        ("GET", "/nope", 404),
        ("GET", "/simulate", 405),
        ("GET", "/simulate/42", 429),
        ("HEAD", "/simulate/42", 429),
        ("GET", "/simulate/x", 429),
        ("POST", "/simulate", 429),
    ] {
        assert_eq!(server.call(method, target, &[], None).status, status, "{method} {target}");
    }
}

#[test]
fn an_answer_of_more_work_is_given_and_then_paid_for() {
    let server = limited(3, |_| {});
    let answer = server.get("/simulate/42/trajectory?count=20000");
    assert_eq!((answer.status, answer.header("ratelimit")), (200, Some("\"default\";r=0;t=39600")));
    assert_eq!(get(&server, &[]).header("retry-after"), Some("32400"));

    let server = limited(3, |_| {});
    let body = json!({ "simulations": vec![json!({"seed": 42}); 100] }).to_string();
    let answer = server.call("POST", "/simulate/batch", &[JSON], Some(body.as_bytes()));
    assert_eq!((answer.status, answer.header("ratelimit")), (200, Some("\"default\";r=0;t=10800")));
}

#[test]
fn a_run_of_a_model_is_paid_for_by_its_cost() {
    let model = json!({
        "inputs": {"x": {"kind": "normal", "mean": 0, "sd": 1}}, "formulas": {"y": "x + 1"}, "outputs": {"y": {}},
    });
    let check = json!({"model": model, "samples": 10_000}).to_string();
    let answer = Server::start().call("POST", "/models/check", &[JSON], Some(check.as_bytes()));
    let cost = answer.json()["cost"].as_u64().expect("a cost is a number");
    let tokens = 1 + cost / 50_000;
    assert!(tokens > 10, "{tokens}");
    let server = limited(3, |_| {});
    let run = json!({"model": model, "seed": 7, "samples": 10_000}).to_string();
    let answer = server.call("POST", "/models/run", &[JSON], Some(run.as_bytes()));
    let limit = format!("\"default\";r=0;t={}", 3600 * tokens);
    assert_eq!((answer.status, answer.header("ratelimit")), (200, Some(limit.as_str())));
    assert_eq!(get(&server, &[]).header("retry-after"), Some((3600 * (tokens - 2)).to_string().as_str()));
}

#[test]
fn each_application_has_its_own_rate_whatever_its_key_and_its_address() {
    let (web_too, mobile) = (format!("{}e", &KEY[1..]), format!("{}f", &KEY[1..]));
    let keys = [("web", KEY), ("web", &web_too), ("mobile", &mobile)];
    let keys: ApiKeys = keys.into_iter().map(|(name, key)| (Application::new(name), key)).collect();
    let server = limited(1, |config| {
        config.api_keys = keys;
        config.client_ip_header = Some(HeaderName::from_static("fly-client-ip"));
    });
    for (key, address, status) in
        [(KEY, "192.0.2.1", 200), (KEY, "192.0.2.1", 429), (&web_too, "192.0.2.2", 429), (&mobile, "192.0.2.1", 200)]
    {
        assert_eq!(get(&server, &[("X-API-Key", key), ("Fly-Client-IP", address)]).status, status);
    }
}

#[test]
fn who_guesses_keys_is_held_to_the_rate_of_its_address_and_keeps_nobody_out() {
    let keys: ApiKeys = [(Application::new("web"), KEY)].into_iter().collect();
    let server = limited(2, |config| config.api_keys = keys);
    for (key, status) in [("a", 401), ("b", 401), ("c", 429), ("d", 429), (KEY, 200)] {
        assert_eq!(get(&server, &[("X-API-Key", key)]).status, status, "{key}");
    }
    assert_eq!(get(&server, &[]).status, 429);
}

#[test]
fn a_header_names_the_client_only_where_it_is_trusted() {
    let server = limited(1, |config| config.client_ip_header = Some(HeaderName::from_static("fly-client-ip")));
    for (address, status) in [("192.0.2.1", 200), ("192.0.2.2", 200), ("192.0.2.1", 429)] {
        assert_eq!(get(&server, &[("Fly-Client-IP", address)]).status, status, "{address}");
    }
    let server = limited(1, |_| {});
    for (address, status) in [("192.0.2.1", 200), ("192.0.2.2", 429)] {
        assert_eq!(get(&server, &[("Fly-Client-IP", address)]).status, status, "{address}");
    }
}

#[test]
fn the_settings_are_those_of_the_process_and_a_refusal_is_a_line_of_the_log() {
    let environment = [("SIM_RATE_LIMIT", "1/h"), ("SIM_RATE_LIMIT_BURST", "1")];
    let process = Process::start(&["--port", "0"], &environment);
    let mut client = process.connect();
    for status in [200, 429] {
        client.send(request("GET", "/simulate/42", &[], None));
        assert_eq!(client.answer().status, status);
        let event = process.event("request");
        assert_eq!(json!([event["operation_id"], event["status"]]), json!(["get_simulation", status]));
    }
}
