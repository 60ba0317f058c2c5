//! Judges requests and answers by the published schemas, with an independent JSON Schema validator.

use std::{collections::BTreeSet, iter};

use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::Value;
use sim_api::OpenApiVersion::V3_1;

use crate::{
    contract::openapi::{document, operations, validator},
    service::Answer,
};

/// The published schemas of an operation.
pub(crate) struct Judge {
    request: Validator,
    answers: Vec<(String, Validator)>,
}

impl Judge {
    /// Of an operation with a body.
    pub(crate) fn of(operation_id: &str) -> Self {
        let document = document(V3_1);
        let operations = operations(&document);
        let operation = operations.iter().find(|operation| operation.id() == operation_id);
        let operation = operation.expect("the contract has the operation");
        let request = operation.request_body().expect("the operation takes a body");
        let answers = operation
            .responses()
            .map(|(status, _)| (status.to_owned(), validator(&document, &operation.answer(status)["schema"])));
        Self { request: validator(&document, &request["schema"]), answers: answers.collect() }
    }

    /// Whether the schema accepts a body.
    pub(crate) fn accepts(&self, body: &Value) -> bool {
        self.request.is_valid(body)
    }

    /// The places of all that the schema finds wrong in a body, as the service names places.
    pub(crate) fn wrong_places(&self, body: &Value) -> BTreeSet<String> {
        let places = self.request.iter_errors(body).map(|error| {
            let mut place = format!("/body{}", error.instance_path());
            if let ValidationErrorKind::Required { property } = error.kind() {
                place = format!("{place}/{}", property.as_str().unwrap_or_default());
            }
            place
        });
        places.collect()
    }

    /// Whether an answer with this body matches the schema of its status.
    pub(crate) fn knows(&self, answer: &Answer, body: &Value) -> bool {
        let status = answer.status.to_string();
        self.answers.iter().any(|(documented, validator)| *documented == status && validator.is_valid(body))
    }
}

/// The entries of an error; empty if the answer is not an error.
pub(crate) fn entries(answer: &Value) -> impl Iterator<Item = &Value> {
    answer["detail"].as_array().into_iter().flatten()
}

/// The places that an answer names, one for each entry, in order of their names.
pub(crate) fn named_places(answer: &Value) -> Vec<String> {
    let place = |entry: &Value| {
        let items = entry["loc"].as_array().into_iter().flatten();
        let items = items.map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned));
        iter::once(String::new()).chain(items).collect::<Vec<_>>().join("/")
    };
    let mut places: Vec<_> = entries(answer).map(place).collect();
    places.sort_unstable();
    places
}

/// Whether every entry of an error quotes the value that its location leads to, or the object that lacks the field.
///
/// # Panics
///
/// If a location leads nowhere.
pub(crate) fn quotes_what_was_sent(body: &Value, answer: &Value) -> bool {
    entries(answer).all(|entry| {
        let location = entry["loc"].as_array().expect("an entry has a location");
        assert_eq!(location[0], "body", "{entry}");
        let lead = |items: &[Value]| {
            items.iter().try_fold(body, |value, item| match item {
                Value::String(name) => value.get(name),
                index => value.get(usize::try_from(index.as_u64()?).ok()?),
            })
        };
        let found = lead(&location[1..]);
        match entry["type"].as_str() {
            Some("missing") => found.is_none() && lead(&location[1..location.len() - 1]) == entry.get("input"),
            // Too long to be quoted.
            Some("too_short" | "too_long") => found.is_some_and(Value::is_array) && entry.get("input").is_none(),
            _ => found.is_some() && found == entry.get("input"),
        }
    })
}
