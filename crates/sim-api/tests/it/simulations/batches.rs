//! Laws of `simulate_batch` over generated bodies.

use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::{Value, json};
use sim_api::Readiness;

use crate::{
    contract::judge::{Judge, entries, named_places, quotes_what_was_sent},
    service::{Answer, Call, simulate},
    simulations::bodies,
};

/// How many violations one answer lists.
const MAX_ENTRIES: usize = 100;
/// How many simulations a batch may have.
const MAX_ITEMS: usize = 10_000;

static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::of("simulate_batch"));

fn batch(body: impl Into<Vec<u8>>) -> Answer {
    Call::post("/simulate/batch", body).send(&Readiness::default())
}

fn parsed(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).expect("an answer is JSON")
}

/// The index of the simulation that a place is in or is.
fn index(place: &str) -> Option<usize> {
    place.strip_prefix("/body/simulations/")?.split('/').next()?.parse().ok()
}

/// What is wrong with a simulation sent alone, as a batch says it.
fn entries_of_item(index: usize, item: &str) -> Vec<Value> {
    let mut answer = parsed(&simulate(item));
    let Some(entries) = answer["detail"].as_array_mut() else { return vec![] };
    for entry in &mut *entries {
        let location = entry["loc"].as_array_mut().expect("an entry has a location");
        location.splice(1..1, [json!("simulations"), json!(index)]);
    }
    std::mem::take(entries)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_service_accepts_the_batches_that_the_published_schema_accepts(text in bodies::batch()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let status = if JUDGE.accepts(&body) { 200 } else { 422 };
        prop_assert_eq!(batch(text).status, status);
    }

    #[test]
    fn every_place_that_breaks_the_published_schema_is_named_and_quoted_once(text in bodies::batch()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let answer = parsed(&batch(text));
        prop_assert_eq!(named_places(&answer), Vec::from_iter(JUDGE.wrong_places(&body)));
        prop_assert!(quotes_what_was_sent(&body, &answer), "{}", answer);
    }

    #[test]
    fn every_answer_to_a_batch_is_as_published(text in bodies::batch()) {
        let answer = batch(text);
        prop_assert!(JUDGE.knows(&answer, &parsed(&answer)), "{:?}", answer);
    }

    #[test]
    fn a_batch_is_answered_as_its_simulations_are_alone((items, space) in bodies::valid_batch()) {
        let alone: Vec<_> = items.iter().map(|item| simulate(item.as_str()).body).collect();
        let answer = batch(bodies::batch_of(&items, space));
        prop_assert_eq!((answer.status, answer.body), (200, format!(r#"{{"simulations":[{}]}}"#, alone.join(","))));
    }

    #[test]
    fn a_batch_is_refused_for_what_its_simulations_are_refused_for_alone(items in bodies::items()) {
        let alone: Vec<_> =
            items.iter().enumerate().flat_map(|(index, item)| entries_of_item(index, item)).collect();
        let answer = batch(bodies::batch_of(&items, ""));
        prop_assert_eq!(answer.status, if alone.is_empty() { 200 } else { 422 });
        prop_assert_eq!(entries(&parsed(&answer)).cloned().collect::<Vec<_>>(), alone);
    }

    #[test]
    fn any_bytes_are_answered_as_a_batch(bytes in bodies::bytes(bodies::batch())) {
        let answer = batch(bytes);
        prop_assert!([200, 422].contains(&answer.status));
        // A quoted input may be more than this parser reads.
        if let Ok(body) = serde_json::from_str(&answer.body) {
            prop_assert!(JUDGE.knows(&answer, &body), "{:?}", answer);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn long_batches_are_accepted_and_refused_as_published((length, text) in bodies::long_batch()) {
        let body: Value = serde_json::from_str(&text).unwrap();
        let answer = batch(text);
        let body_of_answer = parsed(&answer);
        prop_assert_eq!(answer.status, if JUDGE.accepts(&body) { 200 } else { 422 });
        prop_assert!(JUDGE.knows(&answer, &body_of_answer));
        if answer.status == 200 {
            prop_assert_eq!(body_of_answer["simulations"].as_array().map(Vec::len), Some(length));
            return Ok(());
        }
        // Of a batch that is too long, only as many simulations are looked into as there may be.
        let mut wrong = JUDGE.wrong_places(&body);
        wrong.retain(|place| index(place).is_none_or(|index| index < MAX_ITEMS));
        let named = named_places(&body_of_answer);
        prop_assert_eq!(named.len(), wrong.len().min(MAX_ENTRIES));
        prop_assert!(named.is_sorted_by(|one, next| one < next), "a place is named twice");
        prop_assert!(named.iter().all(|place| wrong.contains(place)), "{:?}", named);
        prop_assert!(quotes_what_was_sent(&body, &body_of_answer));
    }
}
