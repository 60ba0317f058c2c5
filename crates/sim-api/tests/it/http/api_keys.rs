//! If a service requires keys, operations that need one do nothing without it, and no other operation needs one.

use serde_json::json;
use sim_api::{ApiKeys, Application, ErrorResponse, OpenApiVersion::V3_1, Readiness, Routes};

use crate::{
    contract::example,
    contract::openapi::{Operation, document, operations},
    service::{Call, JSON, operation_id, service, text},
};

const KEY: &str = "8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83";

fn guarded() -> Routes {
    let keys: ApiKeys = [(Application::new("web"), KEY)].into_iter().collect();
    service(&Readiness::default(), &keys)
}

fn needs_key(operation: &Operation) -> bool {
    operation.value["security"] != json!([])
}

/// Asserts that a call is refused in the name of an operation.
#[track_caller]
fn assert_unauthorized(operation: &Operation, call: Call, error: &ErrorResponse) {
    let response = call.respond_from(&guarded());
    assert_eq!((response.status().as_u16(), operation_id(&response)), (401, Some(operation.id())));
    assert_eq!(response.header("WWW-Authenticate"), Some("ApiKey realm=\"sim\""));
    assert_eq!(text(response), json!(error).to_string());
}

#[test]
fn an_operation_that_needs_a_key_does_nothing_without_and_another_asks_for_none() {
    let document = document(V3_1);
    for operation in operations(&document) {
        if needs_key(&operation) {
            assert_unauthorized(&operation, example(&operation), &ErrorResponse::api_key_missing());
            let wrong = example(&operation).with_header("X-API-Key", "wrong");
            assert_unauthorized(&operation, wrong, &ErrorResponse::api_key_invalid());
            let twice = example(&operation).with_header("X-API-Key", KEY).with_header("X-API-Key", KEY);
            assert_unauthorized(&operation, twice, &ErrorResponse::api_key_repeated());
        } else {
            assert_eq!(example(&operation).respond_from(&guarded()).status(), 200, "{}", operation.id());
        }
    }
}

#[test]
fn the_example_of_401_answers_a_request_without_a_key() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| needs_key(operation)) {
        let answer = text(example(operation).respond_from(&guarded()));
        assert_eq!(answer, operation.answer("401")["example"].to_string(), "{}", operation.id());
    }
}

#[test]
fn the_key_is_looked_at_before_the_parameters_and_the_body() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| needs_key(operation)) {
        let address = operation.address(|_| Some("x".to_owned()));
        for media_type in [JSON, "text/plain"] {
            let call = || Call::new(operation.method, address.as_str()).with_body(media_type, "{");
            assert_unauthorized(operation, call(), &ErrorResponse::api_key_missing());
            let status = call().with_header("X-API-Key", KEY).respond_from(&guarded()).status();
            assert!([415, 422].contains(&status.as_u16()), "{status}");
        }
    }
}

#[test]
fn an_answer_to_a_key_is_the_answer_of_an_open_service() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let open = text(example(&operation).respond(&Readiness::default()));
        let response = example(&operation).with_header("X-API-Key", KEY).respond_from(&guarded());
        assert_eq!((response.status().as_u16(), text(response)), (200, open), "{}", operation.id());
    }
}

#[test]
fn an_answer_to_a_key_is_kept_by_nobody_but_its_caller() {
    let document = document(V3_1);
    let mut found = 0;
    for operation in operations(&document).iter().filter(|operation| operation.documents("304")) {
        let open = example(operation).respond(&Readiness::default());
        let tag = open.header("ETag").expect("an answer that can be kept has a tag").to_owned();
        for call in [example(operation), example(operation).with_header("If-None-Match", tag)] {
            let response = call.with_header("X-API-Key", KEY).respond_from(&guarded());
            assert_eq!(response.header("Cache-Control"), Some("private, max-age=31536000, immutable"));
            let vary = open.header("Vary").map_or("x-api-key".to_owned(), |vary| format!("{vary}, x-api-key"));
            assert_eq!(response.header("Vary"), Some(vary.as_str()), "{}", operation.id());
            found += 1;
        }
    }
    assert_eq!(found, 4);
}

#[test]
fn a_method_that_there_is_not_needs_no_key() {
    for (method, address) in [("GET", "/simulate"), ("OPTIONS", "/simulate/42"), ("POST", "/simulate/42/trajectory")] {
        assert_eq!(Call::new(method, address).respond_from(&guarded()).status(), 405, "{method} {address}");
    }
}
