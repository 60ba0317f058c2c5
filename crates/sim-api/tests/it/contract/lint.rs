//! What every operation, response and description of the contract must have.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sim_api::OpenApiVersion::V3_1;

use crate::contract::openapi::{Operation, VERSIONS, document, members, objects, operations, published};

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
fn every_body_has_a_schema_and_an_example() {
    for version in VERSIONS {
        let document = document(version);
        let mut bodies = 0;
        for (place, object) in objects(&document) {
            let Some(content) = object.get("content") else { continue };
            bodies += 1;
            assert!(object.get("description").is_some_and(says_something), "{place} has no description");
            for (media_type, media) in members(content) {
                assert!(media.get("schema").is_some_and(Value::is_object), "{place} has no schema for {media_type}");
                // What no schema can describe, words do.
                let is_text = media["schema"]["type"] == "string";
                assert_eq!(says_something(&media["schema"]["description"]), is_text, "{place}: {media_type}");
                // Bytes cannot be shown in JSON.
                let is_binary = media_type == "application/octet-stream";
                assert_eq!(media.get("example").is_none(), is_binary, "{place}: the example for {media_type}");
            }
        }
        let of_operation = |operation: &Operation| {
            let answers = operation.responses().filter(|(status, _)| *status != "304");
            usize::from(operation.request_body().is_some()) + answers.count()
        };
        let documented: usize = operations(&document).iter().map(of_operation).sum();
        assert_eq!(bodies, documented, "an answer or a request has no content, or a 304 has one");
    }
}

#[test]
fn every_request_every_error_and_the_first_of_every_answer_is_json() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            let media_types = |body: &Value| {
                members(&body["content"]).map(|(media_type, _)| media_type.to_owned()).collect::<Vec<_>>()
            };
            if let Some(request) = operation.value.get("requestBody") {
                assert_eq!(media_types(request), ["application/json"], "{}", operation.id());
            }
            for (status, response) in operation.responses() {
                if status.starts_with(['4', '5']) {
                    assert_eq!(media_types(response), ["application/json"], "{} {status}", operation.id());
                }
            }
            assert_eq!(media_types(&operation.value["responses"]["200"])[0], "application/json", "{}", operation.id());
        }
    }
}

#[test]
fn every_parameter_is_described_and_those_of_an_address_have_an_example() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            for parameter in operation.parameters() {
                let place = format!("{} {}", operation.id(), parameter["name"]);
                assert!(says_something(&parameter["description"]), "{place} has no description");
                let schema = parameter["schema"].as_object().unwrap_or_else(|| panic!("{place} has no schema"));
                let in_address = match parameter["in"].as_str() {
                    Some("path" | "query") => true,
                    Some("header") => false,
                    other => panic!("{place} is in {other:?}"),
                };
                // What bounds an integer has is held against every schema.
                assert_eq!(schema["type"], if in_address { "integer" } else { "string" }, "{place}");
                assert_eq!(parameter.get("example").is_some(), in_address, "{place}: the example");
                assert_eq!(parameter["required"], json!(parameter["in"] == "path"), "{place}");
                assert_eq!(schema.contains_key("default"), parameter["in"] == "query", "{place}: the default");
            }
        }
    }
}

#[test]
fn the_parameters_of_a_path_are_those_that_it_names() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let named = operation.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
        let in_path = operation.parameters().filter(|parameter| parameter["in"] == "path");
        let described = in_path.filter_map(|parameter| parameter["name"].as_str());
        assert_eq!(named.collect::<Vec<_>>(), described.collect::<Vec<_>>(), "{}", operation.path);
    }
}

#[test]
fn every_operation_that_can_be_called_wrongly_documents_422() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let takes_input = operation.request_body().is_some() || operation.address_parameters().next().is_some();
        assert_eq!(operation.documents("422"), takes_input, "{}", operation.id());
    }
}

#[test]
fn every_answer_with_a_tag_can_be_asked_for_by_it() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let is_asked_for = operation.parameters().any(|parameter| parameter["name"] == "If-None-Match");
        assert_eq!(operation.documents("304"), is_asked_for, "{}", operation.id());
        for status in ["200", "206", "304"].into_iter().filter(|status| operation.documents(status)) {
            let headers = &operation.value["responses"][status]["headers"];
            for name in ["ETag", "Cache-Control"] {
                assert_eq!(headers.get(name).is_some(), is_asked_for, "{name} of {} {status}", operation.id());
            }
        }
    }
}

#[test]
fn every_header_of_an_answer_is_described_and_has_a_schema() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            let headers = operation.responses().flat_map(|(_, response)| members(&response["headers"]));
            for (name, header) in headers {
                let component = header["$ref"].as_str().map(|reference| document.pointer(&reference[1..]).unwrap());
                let header = component.unwrap_or(header);
                assert!(says_something(&header["description"]), "{name} of {} has no description", operation.id());
                assert!(header["schema"]["type"].is_string(), "{name} of {} has no schema", operation.id());
                assert_eq!(header["required"], json!(true), "{name} of {}", operation.id());
            }
        }
    }
}

#[test]
fn the_contract_says_whom_to_ask_what_it_may_be_used_for_and_how_to_begin() {
    for version in VERSIONS {
        let info = &document(version)["info"];
        for place in ["/title", "/version", "/contact/name", "/license/name", "/license/url"] {
            assert!(info.pointer(place).is_some_and(says_something), "{version} has no {place}");
        }
        let description = info["description"].as_str().unwrap();
        assert!(description.contains("```sh\ncurl ") && description.contains("```json\n{"), "{description}");
    }
}

#[test]
fn every_operation_answers_200_and_may_be_refused_before_it_is_reached_or_fail() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            for status in ["200", "400", "431", "500"] {
                assert!(operation.documents(status), "{} does not document {status}", operation.id());
            }
        }
    }
}

#[test]
fn the_groups_come_in_the_order_of_their_operations() {
    for version in VERSIONS {
        let document = document(version);
        let mut used: Vec<_> =
            operations(&document).iter().map(|operation| operation.value["tags"][0].clone()).collect();
        used.dedup();
        let declared = document["tags"].as_array().into_iter().flatten();
        assert_eq!(declared.map(|tag| tag["name"].clone()).collect::<Vec<_>>(), used, "{version}");
    }
}

#[test]
fn every_answer_is_listed_by_its_status_in_order() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            let statuses: Vec<_> = operation.responses().map(|(status, _)| status).collect();
            assert!(statuses.is_sorted(), "{} {statuses:?}", operation.id());
            let is_status = |status: &&str| status.parse().is_ok_and(|status| (200..600).contains(&status));
            assert!(statuses.iter().all(is_status), "{} {statuses:?}", operation.id());
        }
    }
}

#[test]
fn what_needs_a_key_may_be_put_off_and_nothing_else_is() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document) {
            let needs_key = operation.value["security"] != json!([]);
            assert_eq!(operation.documents("429"), needs_key, "{}", operation.id());
            let retry = operation.value["responses"]["503"]["headers"].get("Retry-After");
            assert_eq!(retry.is_some(), needs_key, "{}", operation.id());
            for name in ["Retry-After", "RateLimit", "RateLimit-Policy"] {
                let header = operation.value["responses"]["429"]["headers"].get(name);
                assert_eq!(header.is_some(), needs_key, "{name} of {}", operation.id());
            }
        }
    }
}

#[test]
fn everything_but_the_health_needs_the_key_that_the_contract_describes() {
    for version in VERSIONS {
        let document = document(version);
        let schemes = document["components"]["securitySchemes"].as_object().expect("the contract has a scheme");
        assert_eq!(schemes.keys().collect::<Vec<_>>(), ["ApiKey"]);
        let scheme = &schemes["ApiKey"];
        assert!(says_something(&scheme["description"]));
        assert_eq!([&scheme["type"], &scheme["in"], &scheme["name"]], ["apiKey", "header", "X-API-Key"], "{scheme}");
        assert_eq!(document.get("security"), None, "each operation says it for itself");
        for operation in operations(&document) {
            let needs_key = operation.id() != "get_health";
            let expected = if needs_key { json!([{ "ApiKey": [] }]) } else { json!([]) };
            assert_eq!(operation.value["security"], expected, "{}", operation.id());
            assert_eq!(operation.documents("401"), needs_key, "{}", operation.id());
            let challenge = &operation.value["responses"]["401"]["headers"];
            assert_eq!(challenge.get("WWW-Authenticate").is_some(), needs_key, "{}", operation.id());
        }
    }
}

#[test]
fn every_operation_with_a_body_documents_what_can_be_wrong_with_it() {
    for version in VERSIONS {
        let document = document(version);
        for operation in operations(&document).iter().filter(|operation| operation.request_body().is_some()) {
            assert_eq!(operation.value["requestBody"]["required"], json!(true), "{}", operation.path);
            for status in ["408", "413", "415"] {
                assert!(operation.documents(status), "{} does not document {status}", operation.id());
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
fn a_server_is_named_where_its_address_is_known() {
    for version in VERSIONS {
        assert_eq!(document(version).get("servers"), None);
        let document: Value =
            serde_json::from_str(&sim_api::document_of_server(version, "https://api.example/sim")).unwrap();
        let urls: Vec<_> = document["servers"].as_array().unwrap().iter().map(|server| &server["url"]).collect();
        assert_eq!(urls, [&json!("https://api.example/sim")]);
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
