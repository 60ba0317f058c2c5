//! Any URL: each parameter is accepted or refused as an independent reading says, and every error is JSON.
//!
//! An input is a request as text: its method and its target, then a line for each header.
#![no_main]

use futures_executor::block_on;
use futures_util::StreamExt;
use libfuzzer_sys::{Corpus, fuzz_target};
use poem::{Request, Response, http::Uri};
use serde_json::{Value, json};
use sim_fuzz::{
    recurrence,
    service::{Answer, Violation, call},
};

/// How much of a long answer is read, in parts.
const PARTS: usize = 3;

/// The parameters of the two operations with paths: name, smallest and largest value, and default.
const STEPS: &[Parameter] = &[Parameter { name: "steps", least: 1, greatest: 100_000, default: 10 }];
const WINDOW: &[Parameter] = &[
    Parameter { name: "start", least: 0, greatest: i32::MAX, default: 0 },
    Parameter { name: "count", least: 1, greatest: 10_000_000, default: 100 },
    Parameter { name: "stride", least: 1, greatest: i32::MAX, default: 1 },
];

struct Parameter {
    name: &'static str,
    least: i32,
    greatest: i32,
    default: i32,
}

fn request(text: &str) -> Option<(Request, Uri)> {
    let mut lines = text.lines();
    let (method, target) = lines.next()?.split_once(' ')?;
    let uri: Uri = target.parse().ok()?;
    let mut request = Request::builder().method(method.parse().ok()?).uri(uri.clone());
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        let (name, value) =
            (name.parse::<poem::http::HeaderName>().ok()?, value.parse::<poem::http::HeaderValue>().ok()?);
        request = request.header(name, value);
    }
    Some((request.finish(), uri))
}

/// A decimal integer within bounds, or the type of the expected error.
fn integer(text: &str, least: i64, greatest: i64) -> Result<i64, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_ascii_digit()) {
        return Err("int_parsing");
    }
    // Longer ones are out of range, unless they begin with zeros.
    let digits = digits.trim_start_matches('0');
    let size: i128 = if digits.len() > 30 { i128::MAX } else { format!("0{digits}").parse().expect("digits") };
    let number = if text.starts_with('-') { -size } else { size };
    match number {
        _ if number < least.into() => Err("greater_than_equal"),
        _ if number > greatest.into() => Err("less_than_equal"),
        _ => Ok(i64::try_from(number).expect("between two of them")),
    }
}

/// The values of the parameters of a query, or what is wrong with them.
fn read(seed: &str, query: &str, parameters: &[Parameter]) -> Result<Vec<i64>, Vec<Violation>> {
    let seed = percent_encoding::percent_decode_str(seed).decode_utf8_lossy();
    let seed = integer(&seed, i64::MIN, i64::MAX).map_err(|kind| (kind.to_owned(), vec![json!("path"), json!("seed")]));
    let of_query = parameters.iter().map(|parameter| {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let sent: Vec<_> = pairs.filter(|(name, _)| name == parameter.name).map(|(_, value)| value).collect();
        let read = match &sent[..] {
            [] => Ok(parameter.default.into()),
            [value] => integer(value, parameter.least.into(), parameter.greatest.into()),
            _ => Err("repeated"),
        };
        read.map_err(|kind| (kind.to_owned(), vec![json!("query"), json!(parameter.name)]))
    });
    let all: Vec<Result<i64, Violation>> = std::iter::once(seed).chain(of_query).collect();
    let wrong: Vec<_> = all.iter().filter_map(|read| read.clone().err()).collect();
    if wrong.is_empty() { Ok(all.into_iter().flatten().collect()) } else { Err(wrong) }
}

fn check_simulation(response: Response, expected: &Result<Vec<i64>, Vec<Violation>>) {
    let answer = Answer::of(response);
    match expected.as_deref() {
        Ok([seed, steps]) => {
            let result = recurrence::state(*seed, *steps);
            let body = format!(r#"{{"seed":{seed},"steps":{steps},"result":{result}}}"#);
            assert_eq!((answer.status, answer.body), (200, body));
        }
        Ok(other) => panic!("{other:?}"),
        Err(violations) => assert_eq!((answer.status, answer.violations()), (422, violations.clone())),
    }
}

fn check_trajectory(response: Response, expected: &Result<Vec<i64>, Vec<Violation>>) {
    match expected.as_deref() {
        Ok([seed, start, count, stride]) if start + count * stride <= 100_000 => {
            let answer = Answer::of(response);
            let states = recurrence::states(*seed).skip(usize::try_from(*start).expect("a small number"));
            let states = states.step_by(usize::try_from(*stride).expect("a small number"));
            let values: Vec<_> = states.take(usize::try_from(*count).expect("a small number")).collect();
            let body: Value = serde_json::from_str(&answer.body).expect("an answer is JSON");
            let expected = json!({"seed": seed, "start": start, "count": count, "stride": stride, "values": values});
            assert_eq!((answer.status, body), (200, expected));
        }
        Ok(_) => check_any(response),
        Err(violations) => {
            let answer = Answer::of(response);
            assert_eq!((answer.status, answer.violations()), (422, violations.clone()));
        }
    }
}

/// An error is JSON of the one shape, and any other answer can be read.
fn check_any(response: Response) {
    match response.status().as_u16() {
        200 | 206 => {
            let parts = block_on(response.into_body().into_bytes_stream().take(PARTS).collect::<Vec<_>>());
            assert!(parts.iter().all(Result::is_ok));
        }
        304 => {}
        405 => assert_eq!(Answer::of(response).body, r#"{"detail":"Method Not Allowed"}"#),
        406 | 412 | 415 | 416 | 422 => assert!(!Answer::of(response).violations().is_empty()),
        other => panic!("status {other}"),
    }
}

fuzz_target!(|text: &str| -> Corpus {
    let Some((request, uri)) = request(text) else { return Corpus::Reject };
    let is_plain_get = text.starts_with("GET ") && !text.contains(": ");
    let Some(response) = call(request) else { return Corpus::Keep };
    let query = uri.query().unwrap_or_default();
    match *uri.path().split('/').collect::<Vec<_>>() {
        // The path of another operation, however it is written.
        ["", "simulate", segment] if percent_encoding::percent_decode_str(segment).eq(*b"batch") => check_any(response),
        ["", "simulate", seed] if is_plain_get => {
            check_simulation(response, &read(seed, query, STEPS));
        }
        ["", "simulate", seed, "trajectory"] if is_plain_get => check_trajectory(response, &read(seed, query, WINDOW)),
        _ => check_any(response),
    }
    Corpus::Keep
});
