//! A body that is not what the contract says.

use serde_json::json;

use crate::support::{JSON, Server, max_body_bytes};

/// The types of the errors that a body is answered with, as a 422.
#[track_caller]
fn types(server: &Server, body: impl AsRef<[u8]>) -> Vec<String> {
    let errors = server.simulate(body).errors(422);
    server.expect_alive();
    errors.iter().map(|error| error["type"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn malformed_json_is_one_error_that_says_where() {
    let server = Server::start();
    for body in
        ["{", "}", "[1,2", "{\"seed\":1,}", "{'seed':1}", "{\"seed\" 1}", "\"", "nul", "{\"seed\":01}", "\0", "1 2"]
    {
        let error = server.simulate(body).error(422);
        assert_eq!(error["type"], "json_invalid", "{body:?}");
        assert!(error["loc"][1].is_u64() && error["ctx"]["error"].is_string(), "{error}");
    }
    server.expect_alive();
}

#[test]
fn every_wrong_type_is_an_error() {
    let server = Server::start();
    for value in [json!(null), json!("1"), json!(true), json!([]), json!([1]), json!({}), json!({"seed": 1})] {
        assert_eq!(types(&server, json!({"seed": value, "steps": value}).to_string()), ["int_type", "int_type"]);
    }
    for body in ["1", "null", "true", "\"seed\"", "[]", "[{\"seed\":1}]"] {
        assert_eq!(types(&server, body), ["model_attributes_type"], "{body}");
    }
    assert_eq!(types(&server, r#"{"seed":1.5,"steps":1.5}"#), ["int_from_float", "int_from_float"]);
}

#[test]
fn every_number_out_of_range_is_an_error() {
    let server = Server::start();
    for (steps, kind) in [("0", "greater_than_equal"), ("-1", "greater_than_equal"), ("100001", "less_than_equal")] {
        assert_eq!(types(&server, format!(r#"{{"seed":1,"steps":{steps}}}"#)), [kind]);
    }
}

#[test]
fn all_violations_are_listed_at_once() {
    assert_eq!(types(&Server::start(), r#"{"steps":100001}"#), ["missing", "less_than_equal"]);
}

#[test]
fn huge_numbers_are_errors_and_quoted_as_numbers_or_else_as_strings() {
    let server = Server::start();
    let digits = "9".repeat(max_body_bytes() - 100);
    for (number, kind) in [
        (digits.clone(), "less_than_equal"),
        (format!("-{digits}"), "greater_than_equal"),
        ("1e30".to_owned(), "less_than_equal"),
        ("-1e30".to_owned(), "greater_than_equal"),
        ("1e400".to_owned(), "finite_number"),
        ("-1e999999999".to_owned(), "finite_number"),
        ("18446744073709551616".to_owned(), "less_than_equal"),
        (format!("0.{}", "5".repeat(max_body_bytes() - 100)), "int_from_float"),
        ("1.5e-300".to_owned(), "int_from_float"),
    ] {
        let answer = server.simulate(format!(r#"{{"seed":{number}}}"#));
        assert_eq!(answer.status, 422, "{number:.40}");
        assert!(
            answer.text().starts_with(&format!(r#"{{"detail":[{{"type":"{kind}","loc":["body","seed"]"#)),
            "{number:.40}"
        );
        // Not every JSON reader takes a number that no double holds.
        let is_double = number.parse::<f64>().is_ok_and(f64::is_finite);
        let quoted = if is_double { number.clone() } else { format!("\"{number}\"") };
        assert!(answer.text().contains(&format!(r#""input":{quoted}"#)), "{number:.40}");
    }
    server.expect_alive();
}

#[test]
fn deep_nesting_is_an_error_and_costs_no_stack() {
    let server = Server::start();
    for open in ["[", "{\"seed\":", "{\"x\":["] {
        assert_eq!(types(&server, open.repeat(max_body_bytes() / open.len())), ["json_invalid"]);
    }
}

#[test]
fn many_fields_are_read_within_the_limit() {
    let fields: Vec<_> = (0..50_000).map(|index| format!(r#","x{index}":1"#)).collect();
    let answer = Server::start().simulate(format!(r#"{{"seed":42{}}}"#, fields.concat()));
    assert_eq!(answer.text(), r#"{"seed":42,"steps":10,"result":1535244752}"#);
}

#[test]
fn an_empty_body_is_a_missing_one() {
    let server = Server::start();
    for body in [Some(&b""[..]), None] {
        let error = server.call("POST", "/simulate", &[JSON], body).error(422);
        assert_eq!(error, json!({"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}));
    }
    assert_eq!(types(&server, " \n"), ["json_invalid"]);
}

#[test]
fn whatever_is_not_one_json_media_type_is_a_415() {
    let server = Server::start();
    for sent in ["", "application/json, text/plain", "application", "*/*", "application/jsonp"] {
        let answer = server.call("POST", "/simulate", &[("Content-Type", sent)], Some(br#"{"seed":42}"#));
        assert_eq!(answer.error(415)["type"], "unsupported_media_type", "{sent}");
    }
    server.expect_alive();
}
