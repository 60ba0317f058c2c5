//! serde writes errors and poem-openapi describes them: their names for the same field must agree.
//!
//! Other types are held to that by the examples of the contract, which poem-openapi writes and the service reads and
//! answers. Of an error, most fields are optional, and no example has them all.

use std::borrow::Cow;

use poem_openapi::types::ToJSON;
use serde_json::{Value, json};
use sim_api::{ErrorContext, ErrorDetail, ErrorResponse, Figure, Location, OpenApiVersion::V3_1};

use crate::contract::openapi::{document, members, published, validator};

/// An error with every field that there is, and one with none that is optional.
fn error() -> ErrorResponse {
    let context = ErrorContext {
        ge: Some(Figure(i64::MIN.into())),
        gt: Some(Figure(0.into())),
        le: Some(Figure(i64::MAX.into())),
        lt: Some(Figure(1.into())),
        pattern: Some("^a".to_owned()),
        discriminator: Some("kind".to_owned()),
        tag: Some("c".to_owned()),
        expected_tags: Some("'a', 'b'".to_owned()),
        nearest: Some("b".to_owned()),
        error: Some("what".to_owned()),
        expected: Some("that".to_owned()),
        min_length: Some(1),
        max_length: Some(2),
        actual_length: Some(3),
        max_bytes: Some(1),
        retry_after: Some(2),
        request_id: Some("id".to_owned()),
        position: Some(4),
        cost: Some(5),
        max_cost: Some(6),
    };
    let loc = vec!["body".into(), Location::Name(Cow::Borrowed("field")), Location::Position(7)];
    let full = ErrorDetail::new("kind", loc, "message").with_input(r#"{"b": [1.5, null], "a": "x"}"#);
    ErrorResponse { detail: vec![full.with_context(context), ErrorDetail::new("kind", vec![], "message")] }
}

#[test]
fn serde_and_poem_openapi_write_the_same_error() {
    assert_eq!(json!(error()), error().to_json().expect("an error can be written"));
}

#[test]
fn an_error_is_valid_and_uses_every_published_property() {
    let document = document(V3_1);
    let error = json!(error());
    assert!(validator(&document, &published("ErrorResponse")).is_valid(&error), "{error}");
    let full = &error["detail"][0];
    for (name, value) in [("ErrorResponse", &error), ("ErrorDetail", full), ("ErrorContext", &full["ctx"])] {
        let names = |value: &Value| members(value).map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
        let (mut written, mut published) =
            (names(value), names(&document["components"]["schemas"][name]["properties"]));
        written.sort_unstable();
        published.sort_unstable();
        assert_eq!(written, published, "{name}");
    }
}
