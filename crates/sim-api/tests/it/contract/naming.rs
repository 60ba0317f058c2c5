//! serde writes what is sent and poem-openapi writes what is published: their names for the same field must agree.

use std::{borrow::Cow, collections::BTreeMap};

use poem_openapi::types::{Example, ToJSON, Type};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sim_api::{
    ErrorContext, ErrorDetail, ErrorResponse, Health, HealthStatus, Location, OpenApiVersion::V3_1,
    SimulateBatchRequest, SimulateBatchResponse, SimulateRequest, SimulateResponse, Trajectory,
};

use crate::contract::openapi::{document, members, published, validator};

/// Values of every published type, as each of the two writes them.
#[derive(Default)]
struct Written(BTreeMap<String, Vec<[Value; 2]>>);

impl Written {
    fn add<T: ToJSON + Serialize>(&mut self, value: &T) {
        let by_serde = serde_json::to_value(value).expect("every value can be written");
        let by_poem = value.to_json().expect("every value can be written");
        self.0.entry(T::name().into_owned()).or_default().push([by_serde, by_poem]);
    }
}

fn full_context() -> ErrorContext {
    ErrorContext {
        ge: Some(i64::MIN),
        le: Some(i64::MAX),
        error: Some("what".to_owned()),
        expected: Some("that".to_owned()),
        min_length: Some(1),
        max_length: Some(2),
        actual_length: Some(3),
        max_bytes: Some(1),
        retry_after: Some(2),
        request_id: Some("id".to_owned()),
    }
}

fn full_detail() -> ErrorDetail {
    let loc = vec!["body".into(), Location::Name(Cow::Borrowed("field")), Location::Position(7)];
    ErrorDetail::new("kind", loc, "message").with_input(r#"{"b": [1.5, null], "a": "x"}"#).with_context(full_context())
}

fn written() -> Written {
    let mut written = Written::default();
    written.add(&HealthStatus::Ok);
    written.add(&Health::example());
    written.add(&SimulateResponse::example());
    written.add(&SimulateBatchResponse::example());
    written.add(&SimulateResponse { seed: i64::MIN, steps: 1, result: i32::MAX });
    written.add(&Trajectory::example());
    written.add(&ErrorContext::default());
    written.add(&full_context());
    written.add(&ErrorDetail::new("kind", vec![], "message"));
    written.add(&full_detail());
    written.add(&ErrorResponse { detail: vec![full_detail(), full_detail()] });
    written.add(&ErrorResponse::unsupported_media_type(None));
    written.add(&ErrorResponse::body_too_large(1));
    written
}

#[test]
fn serde_and_poem_openapi_write_the_same() {
    for (name, values) in written().0 {
        for [by_serde, by_poem] in values {
            assert_eq!(by_serde, by_poem, "{name}");
        }
    }
}

#[test]
fn what_is_written_is_valid_and_uses_every_published_property() {
    let document = document(V3_1);
    for (name, values) in written().0 {
        let validator = validator(&document, &published(&name));
        let schema = &document["components"]["schemas"][&name];
        for [value, _] in &values {
            assert!(validator.is_valid(value), "{name} {value}");
            for (property, _) in members(value) {
                assert!(schema["properties"].get(property).is_some(), "{name} does not publish {property}");
            }
        }
        for (property, _) in members(&schema["properties"]) {
            assert!(values.iter().any(|[value, _]| value.get(property).is_some()), "{name} never has {property}");
        }
    }
}

#[test]
fn a_request_is_read_as_it_is_written() {
    fn read<T: ToJSON + DeserializeOwned>(request: &T) -> T {
        let by_poem = request.to_json().expect("every value can be written");
        serde_json::from_value(by_poem).expect("what is written can be read")
    }
    for request in [SimulateRequest::example(), SimulateRequest { seed: i64::MIN, steps: 100_000 }] {
        assert_eq!(read(&request), request);
    }
    let batch = SimulateBatchRequest::example();
    assert_eq!(read(&batch), batch);
}

#[test]
fn no_published_type_is_left_out() {
    let document = document(V3_1);
    let published = members(&document["components"]["schemas"]).map(|(name, _)| name.to_owned());
    let requests = [SimulateRequest::name(), SimulateBatchRequest::name()].map(Cow::into_owned);
    let mut covered: Vec<_> = written().0.into_keys().chain(requests).collect();
    covered.sort_unstable();
    assert_eq!(covered, published.collect::<Vec<_>>());
}
