//! Each form of the contract speaks the language of its version.

use serde_json::{Value, json};
use sim_api::OpenApiVersion::{V3_0, V3_1};

use crate::contract::openapi::{document, objects, schemas};

#[test]
fn schemas_of_3_1_have_no_keyword_of_3_0() {
    let document = document(V3_1);
    for (place, schema) in schemas(&document) {
        // An `allOf` is how 3.0 describes a reference; some generators drop its type.
        for keyword in ["nullable", "example", "allOf"] {
            assert!(!schema.contains_key(keyword), "{place} has {keyword}");
        }
        for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
            assert!(!schema.get(keyword).is_some_and(Value::is_boolean), "{place} has a boolean {keyword}");
        }
    }
}

#[test]
fn schemas_of_3_0_have_no_keyword_of_3_1() {
    let document = document(V3_0);
    for (place, schema) in schemas(&document) {
        for keyword in [
            "examples",
            "const",
            "$defs",
            "$id",
            "$schema",
            "$comment",
            "$anchor",
            "prefixItems",
            "contains",
            "patternProperties",
            "propertyNames",
            "unevaluatedProperties",
            "unevaluatedItems",
            "if",
            "then",
            "else",
            "dependentRequired",
            "dependentSchemas",
            "contentEncoding",
            "contentMediaType",
        ] {
            assert!(!schema.contains_key(keyword), "{place} has {keyword}");
        }
        for keyword in ["exclusiveMinimum", "exclusiveMaximum"] {
            assert!(!schema.get(keyword).is_some_and(Value::is_number), "{place} has a {keyword} that is a number");
        }
        assert!(schema.get("type").is_none_or(|kind| kind.is_string() && kind != "null"), "{place} has several types");
    }
    for (place, object) in objects(&document) {
        assert!(!object.contains_key("$ref") || object.len() == 1, "{place} has a $ref with siblings");
    }
    assert_eq!(document["info"].get("summary"), None);
    assert_eq!(document["info"]["license"].get("identifier"), None);
    assert_eq!([document.get("webhooks"), document.get("jsonSchemaDialect")], [None, None]);
}

/// Undoing what 3.0 says otherwise gives the 3.1 document, so nothing else is lost.
#[test]
fn both_forms_say_the_same() {
    let mut newer = document(V3_1);
    let mut older = document(V3_0);
    let summary = newer["info"].as_object_mut().unwrap().remove("summary");
    assert!(summary.is_some_and(|summary| summary.is_string()));
    newer["openapi"] = json!("3.0.3");
    let part = "/paths/~1simulate~1{seed}~1trajectory/get/responses/206/content/application~1octet-stream/schema";
    newer.pointer_mut(part).unwrap().as_object_mut().unwrap().remove("format").unwrap();
    let places: Vec<_> = schemas(&newer).into_iter().map(|(place, _)| place).collect();
    for place in places {
        let schema = older.pointer_mut(&place).unwrap().as_object_mut().unwrap();
        if let Some(example) = schema.remove("example") {
            schema.insert("examples".to_owned(), json!([example]));
        }
        for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            if schema.remove(exclusive) == Some(json!(true)) {
                let number = schema.remove(bound).unwrap();
                schema.insert(exclusive.to_owned(), number);
            }
        }
        if let Some(parts) = schema.remove("allOf") {
            schema.extend(parts[0].as_object().unwrap().clone());
        }
    }
    assert_eq!(older, newer);
}
