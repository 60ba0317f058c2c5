//! Laws of `simulate` over generated bodies.

use std::{collections::BTreeSet, iter, sync::LazyLock};

use jsonschema::{Validator, error::ValidationErrorKind};
use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};
use sim_api::OpenApiVersion::V3_1;

use crate::{
    bodies,
    openapi::{document, operations, published, validator},
    service::{Answer, simulate},
};

static REQUEST: LazyLock<Validator> = LazyLock::new(|| validator(&document(V3_1), &published("SimulateRequest")));

/// Judges an answer by the schema that the contract publishes for its status.
fn is_as_published(answer: &Answer, body: &Value) -> bool {
    static ANSWERS: LazyLock<Vec<(String, Validator)>> = LazyLock::new(|| {
        let document = document(V3_1);
        let operations = operations(&document);
        let simulate = operations.iter().find(|operation| operation.path == "/simulate");
        let simulate = simulate.expect("the contract has the operation");
        let validators = simulate
            .responses()
            .map(|(status, _)| (status.to_owned(), validator(&document, &simulate.answer(status)["schema"])));
        validators.collect()
    });
    let status = answer.status.to_string();
    ANSWERS.iter().any(|(documented, validator)| *documented == status && validator.is_valid(body))
}

/// The places of all that the published schema finds wrong, as the service names places.
fn wrong_places(body: &Value) -> BTreeSet<String> {
    let places = REQUEST.iter_errors(body).map(|error| {
        let mut place = format!("/body{}", error.instance_path());
        if let ValidationErrorKind::Required { property } = error.kind() {
            place = format!("{place}/{}", property.as_str().unwrap_or_default());
        }
        place
    });
    places.collect()
}

/// The places that an answer names, one for each entry.
fn named_places(answer: &Value) -> Vec<String> {
    let entries = answer["detail"].as_array().into_iter().flatten();
    let place = |entry: &Value| {
        let names = entry["loc"].as_array().into_iter().flatten().filter_map(Value::as_str);
        iter::once("").chain(names).collect::<Vec<_>>().join("/")
    };
    entries.map(place).collect()
}

/// Where the generator ends, one step at a time.
fn walked(seed: i64, steps: i32) -> i64 {
    (0..steps).fold(seed.rem_euclid(1 << 31), |state, _| (1_103_515_245 * state + 12_345) % (1 << 31))
}

proptest! {
    // What a failure prints is enough to make a test of it.
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_service_accepts_what_the_published_schema_accepts(text in bodies::json()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let status = if REQUEST.is_valid(&body) { 200 } else { 422 };
        prop_assert_eq!(simulate(text).status, status);
    }

    #[test]
    fn every_place_that_breaks_the_published_schema_is_named_once(text in bodies::json()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let answer: Value = serde_json::from_str(&simulate(text).body).unwrap();
        let mut named = named_places(&answer);
        named.sort_unstable();
        prop_assert_eq!(named, Vec::from_iter(wrong_places(&body)));
    }

    #[test]
    fn every_answer_is_as_published(text in bodies::json()) {
        let answer = simulate(text);
        let body = serde_json::from_str(&answer.body).unwrap();
        prop_assert!(is_as_published(&answer, &body), "{:?}", answer);
    }

    #[test]
    fn a_valid_body_is_answered_with_the_state_after_its_steps(valid in bodies::valid()) {
        let steps = valid.steps.unwrap_or(10);
        let expected = format!(r#"{{"seed":{},"steps":{steps},"result":{}}}"#, valid.seed, walked(valid.seed, steps));
        let answer = simulate(valid.text);
        prop_assert_eq!((answer.status, answer.body), (200, expected));
    }

    #[test]
    fn any_bytes_are_answered(bytes in bodies::bytes()) {
        let answer = simulate(bytes.clone());
        prop_assert!([200, 422].contains(&answer.status));
        // A quoted input may be more than this parser reads.
        if let Ok(body) = serde_json::from_str(&answer.body) {
            prop_assert!(is_as_published(&answer, &body), "{:?}", answer);
        }
    }

    #[test]
    fn bytes_are_called_not_json_where_they_are_not(bytes in bodies::bytes()) {
        let is_json = serde_json::from_slice::<&RawValue>(&bytes).is_ok();
        let answer = simulate(bytes.clone());
        let says_json_invalid = answer.body.starts_with(r#"{"detail":[{"type":"json_invalid","#);
        prop_assert_eq!(says_json_invalid, !is_json && !bytes.is_empty());
    }

    #[test]
    fn a_body_that_stops_short_is_refused_at_its_end(valid in bodies::valid(), end in any::<prop::sample::Index>()) {
        let text = valid.text.trim();
        let end = (1..=end.index(text.len() - 1)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(1);
        let answer: Value = serde_json::from_str(&simulate(&text[..end]).body).unwrap();
        prop_assert_eq!(&answer["detail"][0]["loc"], &json!(["body", end]), "{}", &text[..end]);
    }
}
