//! What every operation, response and description of the contract must have.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::openapi::{Operation, VERSIONS, document, members, objects, operations, published};

/// Whether a value is text that says something.
fn says_something(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn every_operation_is_named_and_described() {
    for version in VERSIONS {
        let document = document(version);
        let mut ids = BTreeSet::new();
        for operation in operations(&document) {
            let (place, value) = (format!("{} {}", operation.method, operation.path), operation.value);
            let id = value["operationId"].as_str().unwrap_or_default();
            let is_snake_case = id.split('_').all(|word| {
                word.starts_with(|first: char| first.is_ascii_lowercase())
                    && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
            });
            assert!(is_snake_case, "{place}: operationId {id:?} is not snake_case");
            assert!(ids.insert(id.to_owned()), "{place}: operationId {id:?} is not unique");
            assert!(says_something(&value["summary"]), "{place} has no summary");
            assert!(says_something(&value["description"]), "{place} has no description");
            assert_eq!(value["tags"].as_array().map(Vec::len), Some(1), "{place} is not in one group");
        }
    }
}

#[test]
fn every_tag_is_declared_with_a_description_and_used() {
    for version in VERSIONS {
        let document = document(version);
        let declared = document["tags"].as_array().into_iter().flatten().inspect(|tag| {
            assert!(says_something(&tag["description"]), "{tag} has no description");
        });
        let declared: BTreeSet<_> = declared.filter_map(|tag| tag["name"].as_str()).collect();
        let operations = operations(&document);
        let used = operations.iter().flat_map(|operation| operation.value["tags"].as_array().into_iter().flatten());
        let used: BTreeSet<_> = used.filter_map(Value::as_str).collect();
        assert_eq!(used, declared);
    }
}

#[test]
fn every_body_is_json_with_a_schema_and_an_example() {
    for version in VERSIONS {
        let document = document(version);
        let mut bodies = 0;
        for (place, object) in objects(&document) {
            let Some(content) = object.get("content") else { continue };
            bodies += 1;
            assert!(object.get("description").is_some_and(says_something), "{place} has no description");
            let media_types: Vec<_> = members(content).map(|(media_type, _)| media_type).collect();
            assert_eq!(media_types, ["application/json"], "{place}");
            for keyword in ["schema", "example"] {
                assert!(content["application/json"].get(keyword).is_some(), "{place} has no {keyword}");
            }
        }
        let of_operation =
            |operation: &Operation| usize::from(operation.request_body().is_some()) + operation.responses().count();
        let documented: usize = operations(&document).iter().map(of_operation).sum();
        assert_eq!(bodies, documented, "an answer or a request has no content");
    }
}

#[test]
fn every_operation_answers_200_and_may_fail_with_500() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            for status in ["200", "500"] {
                let is_documented = operation.responses().any(|(documented, _)| documented == status);
                assert!(is_documented, "{} {} does not document {status}", operation.method, operation.path);
            }
        }
    }
}

#[test]
fn every_operation_with_a_body_documents_what_can_be_wrong_with_it() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document).iter().filter(|operation| operation.request_body().is_some()) {
            assert_eq!(operation.value["requestBody"]["required"], json!(true), "{}", operation.path);
            for status in ["408", "413", "415", "422"] {
                let is_documented = operation.responses().any(|(documented, _)| documented == status);
                assert!(is_documented, "{} {} does not document {status}", operation.method, operation.path);
            }
        }
    }
}

#[test]
fn every_error_is_the_one_error_schema_and_nothing_else_is() {
    let error = published("ErrorResponse");
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            for (status, _) in operation.responses() {
                let is_error = status.starts_with('4') || status.starts_with('5');
                assert_eq!(operation.answer(status)["schema"] == error, is_error, "{} {status}", operation.path);
            }
        }
    }
}

#[test]
fn the_only_server_is_the_one_that_serves_the_document() {
    for version in VERSIONS {
        let document = document(version);
        let urls: Vec<_> = document["servers"].as_array().unwrap().iter().map(|server| &server["url"]).collect();
        assert_eq!(urls, [&json!("/")]);
    }
}

#[test]
fn descriptions_are_not_about_the_code() {
    let words = [
        "struct", "enum", "crate", "impl", "trait", "fn", "serde", "poem", "usize", "isize", "u8", "u16", "u32", "u64",
        "i8", "i16", "i32", "i64", "f32", "f64", "bool",
    ];
    for (place, prose) in VERSIONS.map(document).iter().flat_map(prose) {
        for word in prose.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
            assert!(!words.contains(&word), "{place} says {word:?}: {prose}");
        }
        for code in ["::", "Option<", "Vec<", "[`"] {
            assert!(!prose.contains(code), "{place} says {code:?}: {prose}");
        }
    }
}

#[test]
fn descriptions_do_not_wrap_within_a_paragraph() {
    for (place, prose) in VERSIONS.map(document).iter().flat_map(prose) {
        assert_eq!(prose, prose.trim(), "{place}");
        for paragraph in prose.split("\n\n").filter(|paragraph| paragraph.contains('\n')) {
            let is_block = ["```", "- ", "|", "#"].iter().any(|mark| paragraph.starts_with(mark));
            assert!(is_block, "{place} wraps: {paragraph}");
        }
    }
}

/// Every text for people, with its place.
fn prose(document: &Value) -> Vec<(String, String)> {
    let texts = objects(document).into_iter().flat_map(|(place, object)| {
        let members = object.iter().filter(|(name, _)| ["summary", "description"].contains(&name.as_str()));
        let texts = members.filter_map(|(name, value)| Some((name, value.as_str()?)));
        texts.map(|(name, text)| (format!("{place}/{name}"), text.to_owned())).collect::<Vec<_>>()
    });
    texts.collect()
}
