//! The recorded answers of the replaced service; `parity/README.md` says how each is compared.

use serde_json::{Value, json};

use crate::support::{Answer, Server, request};

const CASES: &str = include_str!("parity/cases.jsonl");

fn cases() -> impl Iterator<Item = Value> {
    CASES.lines().map(|line| serde_json::from_str(line).expect("a case is JSON"))
}

#[test]
fn every_recorded_request_is_answered_as_it_was() {
    let server = Server::start();
    let mut client = server.connect();
    let (mut failures, mut count) = (Vec::new(), 0);
    for case in cases() {
        client.send(bytes(&case));
        if let Err(difference) = judge(&case, &client.answer()) {
            failures.push(format!("{difference}\n  {case}"));
        }
        count += 1;
    }
    assert_eq!(count, 758);
    assert!(failures.is_empty(), "{} of {count} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn no_recorded_answer_is_one_that_this_service_gives_otherwise_on_purpose() {
    for case in cases() {
        let (status, method) = (case["status"].as_u64(), case["method"].as_str());
        assert!(matches!(status, Some(200 | 404 | 405 | 422)), "{case}");
        assert_ne!(method, Some("HEAD"), "{case}");
        let body = case["body"].as_str().and_then(|body| serde_json::from_str::<Value>(body).ok());
        let Some(body) = body.filter(|_| status == Some(200)) else { continue };
        let is_number = |name| body.get(name).is_none_or(Value::is_number);
        assert!(is_number("seed") && is_number("steps"), "{case}");
    }
}

fn bytes(case: &Value) -> Vec<u8> {
    let text = |key: &str| case[key].as_str().expect("a text");
    let headers = case["headers"].as_object().expect("an object");
    let headers: Vec<_> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().expect("a text"))).collect();
    let body = match (case["body"].as_str(), case["body_hex"].as_str()) {
        (Some(body), _) => Some(body.as_bytes().to_vec()),
        (None, Some(digits)) => Some(from_hex(digits)),
        (None, None) => None,
    };
    request(text("method"), text("path"), &headers, body.as_deref())
}

fn from_hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|start| &digits[start..start + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("a hexadecimal number")).collect()
}

fn judge(case: &Value, answer: &Answer) -> Result<(), String> {
    let same = |what: &str, is_same: bool| {
        let difference = || format!("{what} differs: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
        is_same.then_some(()).ok_or_else(difference)
    };
    same("status", case["status"] == answer.status)?;
    same("content type", case["content_type"].as_str() == answer.header("content-type"))?;
    let recorded = case["response"].as_str().expect("a text");
    let exact = || same("body", recorded.as_bytes() == answer.body);
    match case["compare"].as_str().expect("a text") {
        "exact" => exact(),
        "method" => {
            let names = |allow: Option<&str>| -> Vec<_> {
                allow.into_iter().flat_map(|allow| allow.split(", ")).map(str::to_owned).collect()
            };
            let allowed = names(answer.header("allow"));
            same("Allow", names(case["allow"].as_str()).iter().all(|name| allowed.contains(name)))?;
            exact()
        }
        "error" if case["status"] == 200 => exact(),
        "error" => same("detail", are_same(entries(recorded), entries(answer.text()))),
        "malformed" => same("detail", are_same(outlines(recorded), outlines(answer.text()))),
        unknown => panic!("{unknown:?} is no way to compare"),
    }
}

/// The entries of an error.
fn entries(body: &str) -> Vec<Value> {
    match serde_json::from_str::<Value>(body).expect("an error is JSON")["detail"].take() {
        Value::Array(entries) => entries,
        other => panic!("{other} is no list of entries"),
    }
}

fn outlines(body: &str) -> Vec<Value> {
    entries(body).into_iter().map(|entry| json!([entry["type"], entry["msg"], entry["loc"][0]])).collect()
}

/// Whether the entries are the same, in any order.
fn are_same(recorded: Vec<Value>, mut answered: Vec<Value>) -> bool {
    let is_found =
        |entry| answered.iter().position(|other| *other == entry).map(|found| answered.remove(found)).is_some();
    recorded.into_iter().all(is_found) && answered.is_empty()
}
