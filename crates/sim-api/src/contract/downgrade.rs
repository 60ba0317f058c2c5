//! Rewrites the 3.1 document as 3.0.3.

use serde_json::{Map, Value, json};

use super::correct::{operations, visit_objects};

/// Rewrites a 3.1 document as 3.0.3.
pub(super) fn to_3_0(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    remove(&mut document["info"], "summary");
    visit_objects(document, &mut |object| {
        name_one_example(object);
        wrap_described_reference(object);
        mark_exclusive_bounds(object);
    });
    for operation in operations(document) {
        leave_part_without_format(operation);
    }
}

/// Removes a member of a value that is an object.
pub(super) fn remove(value: &mut Value, key: &str) {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove(key);
    }
}

/// A schema has one `example` in 3.0, a list of `examples` in 3.1.
fn name_one_example(object: &mut Map<String, Value>) {
    if let Some(Value::Array(examples)) = object.get("examples") {
        let example = examples.first().cloned().unwrap_or_default();
        object.shift_remove("examples");
        object.insert("example".to_owned(), example);
    }
}

/// Wraps a `$ref` that has siblings in `allOf`: 3.0 ignores what stands beside a `$ref`.
fn wrap_described_reference(object: &mut Map<String, Value>) {
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// Drops the format of a 206's body. With the format of a file, OpenAPI Generator treats the whole operation as one
/// that answers a file, and its Java client does not compile.
fn leave_part_without_format(operation: &mut Value) {
    let part = operation.pointer_mut("/responses/206/content").and_then(Value::as_object_mut);
    for (_, media) in part.into_iter().flatten() {
        remove(&mut media["schema"], "format");
    }
}

/// In 3.0 an exclusive bound is a mark on the bound.
fn mark_exclusive_bounds(object: &mut Map<String, Value>) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if let Some(number) = object.get(exclusive).filter(|number| number.is_number()).cloned() {
            object.insert(bound.to_owned(), number);
            object.insert(exclusive.to_owned(), json!(true));
        }
    }
}
