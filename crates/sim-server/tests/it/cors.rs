//! What a browser lets the page of another origin do.

use std::{num::NonZeroU32, time::Duration};

use sim_server::{Config, Rate};

use crate::support::{Answer, JSON, KEY, Server, web_key};

const PAGE: (&str, &str) = ("Origin", "https://app.example");
const STRANGER: (&str, &str) = ("Origin", "https://evil.example");
const ASKS: (&str, &str) = ("Access-Control-Request-Method", "POST");

fn open_to_pages(change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        let origins = "https://app.example,http://localhost:3000";
        *config = Config::from_variables([("SIM_CORS_ORIGINS", origins)]).expect("a configuration");
        change(config);
    })
}

/// The values of `Access-Control-…` headers, by the rest of their names.
fn access(answer: &Answer) -> Vec<(&str, &str)> {
    let mut access: Vec<_> = answer
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.strip_prefix("access-control-")?, value.as_str())))
        .collect();
    access.sort_unstable();
    access
}

/// Whether an answer depends on `Origin`, as it says.
fn varies(answer: &Answer) -> bool {
    answer.header("vary").is_some_and(|vary| vary.split(", ").any(|name| name == "origin"))
}

const EXPOSED: &str = "content-range, etag, ratelimit, ratelimit-policy, retry-after, x-request-id";

#[test]
fn without_origins_nothing_is_said_of_them() {
    let server = Server::start();
    for method in ["GET", "OPTIONS"] {
        let answer = server.call(method, "/simulate/42", &[PAGE, ASKS], None);
        assert_eq!((answer.status, access(&answer)), (if method == "GET" { 200 } else { 405 }, vec![]));
        assert!(!varies(&answer));
    }
}

#[test]
fn a_page_may_read_every_answer_errors_too() {
    let server = open_to_pages(|config| {
        config.api_keys = web_key();
        config.rate_limit = Some(Rate { tokens: NonZeroU32::MIN, per: Duration::from_hours(1) });
        config.rate_limit_burst = NonZeroU32::new(3).expect("3 is not 0");
    });
    let key = ("X-API-Key", KEY);
    for (method, target, headers, status) in [
        ("GET", "/health", [PAGE].as_slice(), 200),
        ("GET", "/openapi.json", &[PAGE], 200),
        ("GET", "/simulate/42", &[PAGE], 401),
        ("GET", "/simulate/42", &[PAGE, key], 200),
        ("GET", "/simulate/42", &[PAGE, key, ("If-None-Match", "*")], 304),
        ("POST", "/simulate", &[PAGE, key, JSON], 422),
        ("GET", "/simulate/42", &[PAGE, key], 429),
        ("GET", "/nope", &[PAGE], 404),
        ("GET", "/simulate", &[PAGE], 405),
        ("OPTIONS", "/simulate", &[PAGE], 405),
        ("GET", "/health/", &[PAGE], 307),
    ] {
        let answer = server.call(method, target, headers, None);
        assert_eq!(answer.status, status, "{method} {target}");
        assert_eq!(access(&answer), [("allow-origin", PAGE.1), ("expose-headers", EXPOSED)], "{method} {target}");
        assert!(varies(&answer), "{method} {target}");
    }
}

#[test]
fn another_page_and_a_client_that_is_none_are_told_nothing() {
    let server = open_to_pages(|_| {});
    for headers in [
        [].as_slice(),
        &[STRANGER],
        &[("Origin", "null")],
        &[("Origin", "https://app.example.evil.example")],
        &[("Origin", "https://app.example:8443")],
        &[("Origin", "http://app.example")],
        &[("Origin", "https://APP.example")],
    ] {
        let answer = server.call("GET", "/simulate/42", headers, None);
        assert_eq!((answer.status, access(&answer)), (200, vec![]), "{headers:?}");
        assert!(varies(&answer), "a cache must not give this answer to a page");
    }
}

#[test]
fn a_browser_that_asks_is_told_what_a_page_may_send_and_no_key_is_needed_for_that() {
    let server = open_to_pages(|config| config.api_keys = web_key());
    let asked_for = ("Access-Control-Request-Headers", "content-type,x-api-key");
    for target in ["/simulate", "/simulate/batch", "/simulate/42", "/simulate/42/trajectory", "/health", "/nope"] {
        let answer = server.call("OPTIONS", target, &[PAGE, ASKS, asked_for], None);
        assert_eq!((answer.status, answer.body.as_slice(), answer.header("content-type")), (204, &b""[..], None));
        let expected = [
            (
                "allow-headers",
                "accept, content-encoding, content-type, if-match, if-none-match, if-range, range, traceparent, \
                 tracestate, x-api-key, x-request-id",
            ),
            ("allow-methods", "GET, HEAD, POST"),
            ("allow-origin", PAGE.1),
            ("expose-headers", EXPOSED),
            ("max-age", "7200"),
        ];
        assert_eq!(access(&answer), expected, "{target}");
        assert!(varies(&answer), "{target}");
    }
}

#[test]
fn a_browser_that_asks_for_another_page_is_told_no() {
    let server = open_to_pages(|_| {});
    let answer = server.call("OPTIONS", "/simulate", &[STRANGER, ASKS], None);
    assert_eq!((answer.status, access(&answer)), (405, vec![]));
}

#[test]
fn no_answer_lets_a_browser_send_what_it_keeps() {
    let server = open_to_pages(|_| {});
    for (method, origin) in [("GET", PAGE), ("OPTIONS", PAGE), ("GET", STRANGER)] {
        let answer = server.call(method, "/simulate/42", &[origin, ASKS], None);
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_ne!(answer.header("access-control-allow-origin"), Some("*"));
    }
}
