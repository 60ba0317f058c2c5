//! What every schema of the contract must have.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::contract::openapi::{VERSIONS, document, objects, schemas};

#[test]
fn every_component_and_every_property_has_a_description() {
    for version in VERSIONS {
        let document = document(version);
        let mut described = 0;
        for (place, schema) in schemas(&document) {
            if place.contains("/components/schemas/") && ["schemas", "properties"].contains(&holder(&place)) {
                let description = schema.get("description").and_then(Value::as_str).unwrap_or_default();
                assert!(!description.trim().is_empty(), "{place} has no description");
                described += 1;
            }
        }
        assert!(described > 0);
    }
}

/// The name of what holds the last item of a place.
fn holder(place: &str) -> &str {
    place.rsplit('/').nth(1).unwrap_or_default()
}

/// Generators turn unsigned formats into signed types, and clients read what has no format as what they please.
#[test]
fn every_integer_has_a_signed_format_and_bounds_within_it() {
    for version in VERSIONS {
        let document = document(version);
        let integers: Vec<_> = schemas(&document)
            .into_iter()
            .filter(|(_, schema)| schema.get("type") == Some(&json!("integer")))
            .collect();
        assert!(!integers.is_empty());
        for (place, schema) in integers {
            let of_format = match schema.get("format").and_then(Value::as_str) {
                Some("int32") => i64::from(i32::MIN)..=i64::from(i32::MAX),
                Some("int64") => i64::MIN..=i64::MAX,
                other => panic!("{place} has the format {other:?}"),
            };
            let integer = |keyword: &str| schema.get(keyword).and_then(Value::as_i64);
            let bounds =
                [("minimum", *of_format.start()), ("maximum", *of_format.end())].map(|(keyword, of_format_alone)| {
                    if !schema.contains_key(keyword) {
                        return of_format_alone;
                    }
                    let bound = integer(keyword).unwrap_or_else(|| panic!("{place}: the {keyword} is no integer"));
                    assert!(of_format.contains(&bound), "{place}: {bound} is no integer of its format");
                    bound
                });
            assert!(bounds[0] < bounds[1], "{place}");
            if schema.contains_key("default") {
                let default = integer("default").unwrap_or_else(|| panic!("{place}: the default is no integer"));
                assert!((bounds[0]..=bounds[1]).contains(&default), "{place}: the default is out of bounds");
            }
        }
    }
}

#[test]
fn no_format_is_unsigned() {
    for version in VERSIONS {
        for (place, object) in objects(&document(version)) {
            let format = object.get("format").and_then(Value::as_str).unwrap_or_default();
            assert!(!format.starts_with('u') || format.starts_with("uri") || format == "uuid", "{place}: {format}");
        }
    }
}

#[test]
fn every_required_property_has_a_schema() {
    for version in VERSIONS {
        for (place, schema) in schemas(&document(version)) {
            for name in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
                let name = name.as_str().unwrap();
                assert!(schema["properties"].get(name).is_some(), "{place} requires {name}, which has no schema");
            }
        }
    }
}

#[test]
fn every_reference_resolves_and_every_component_is_used() {
    for version in VERSIONS {
        let document = document(version);
        let mut used = BTreeSet::new();
        let mut open = references(&document["paths"]);
        while let Some(reference) = open.pop() {
            let target = reference.strip_prefix('#').and_then(|pointer| document.pointer(pointer));
            let target = target.unwrap_or_else(|| panic!("{reference} leads nowhere"));
            if used.insert(reference) {
                open.extend(references(target));
            }
        }
        let kinds = document["components"].as_object().unwrap();
        let components = kinds.iter().flat_map(|(kind, components)| {
            let names = components.as_object().unwrap().keys();
            names.map(move |name| format!("#/components/{kind}/{name}"))
        });
        assert_eq!(used, components.collect());
    }
}

fn references(value: &Value) -> Vec<String> {
    let of_object = |(_, object): (String, &Map<String, Value>)| {
        let to_schema = object.get("$ref").and_then(Value::as_str).map(str::to_owned);
        let requirements = object.get("security").and_then(Value::as_array).into_iter().flatten();
        let schemes = requirements.filter_map(Value::as_object).flat_map(Map::keys);
        let to_schemes = schemes.map(|name| format!("#/components/securitySchemes/{name}"));
        to_schema.into_iter().chain(to_schemes).collect::<Vec<_>>()
    };
    objects(value).into_iter().flat_map(of_object).collect()
}
