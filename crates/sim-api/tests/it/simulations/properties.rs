//! Laws of `simulate` over generated bodies.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use crate::{
    contract::judge::{Judge, named_places, quotes_what_was_sent},
    service::simulate,
    simulations::bodies,
};

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of("simulate"));

/// The state of the generator after `steps` single steps.
fn walked(seed: i64, steps: i32) -> i64 {
    (0..steps).fold(seed.rem_euclid(1 << 31), |state, _| (1_103_515_245 * state + 12_345) % (1 << 31))
}

proptest! {
    // What a failure prints is enough to make a test of it.
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_service_accepts_what_the_published_schema_accepts(text in bodies::json()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let status = if JUDGE.accepts(&body) { 200 } else { 422 };
        prop_assert_eq!(simulate(text).status, status);
    }

    #[test]
    fn every_place_that_breaks_the_published_schema_is_named_and_quoted_once(text in bodies::json()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let answer: Value = serde_json::from_str(&simulate(text).body).unwrap();
        prop_assert_eq!(named_places(&answer), Vec::from_iter(JUDGE.wrong_places(&body)));
        prop_assert!(quotes_what_was_sent(&body, &answer), "{}", answer);
    }

    #[test]
    fn every_answer_is_as_published(text in bodies::json()) {
        let answer = simulate(text);
        let body = serde_json::from_str(&answer.body).unwrap();
        prop_assert!(JUDGE.knows(&answer, &body), "{:?}", answer);
    }

    #[test]
    fn a_valid_body_is_answered_with_the_state_after_its_steps(valid in bodies::valid()) {
        let steps = valid.steps.unwrap_or(10);
        let expected = format!(r#"{{"seed":{},"steps":{steps},"result":{}}}"#, valid.seed, walked(valid.seed, steps));
        let answer = simulate(valid.text);
        prop_assert_eq!((answer.status, answer.body), (200, expected));
    }

    #[test]
    fn any_bytes_are_answered(bytes in bodies::bytes(bodies::json())) {
        let answer = simulate(bytes.clone());
        prop_assert!([200, 422].contains(&answer.status));
        // A quoted input may be more than this parser reads.
        if let Ok(body) = serde_json::from_str(&answer.body) {
            prop_assert!(JUDGE.knows(&answer, &body), "{:?}", answer);
        }
    }

    #[test]
    fn bytes_are_called_not_json_where_they_are_not(bytes in bodies::bytes(bodies::json())) {
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
