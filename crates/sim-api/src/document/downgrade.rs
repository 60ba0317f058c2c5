//! From the 3.1 document to its 3.0.3 form.

use serde_json::{Map, Value, json};

use super::correct::visit_objects;

/// Rewrites a 3.1 document as 3.0.3.
pub(super) fn to_3_0(document: &mut Value) {
    document["openapi"] = json!("3.0.3");
    remove(&mut document["info"], "summary");
    visit_objects(document, &mut |object| {
        name_one_example(object);
        wrap_described_reference(object);
    });
}

fn remove(value: &mut Value, key: &str) {
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

/// In 3.0 what stands beside a `$ref` is ignored.
fn wrap_described_reference(object: &mut Map<String, Value>) {
    if object.len() > 1
        && let Some(reference) = object.shift_remove("$ref")
    {
        object.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}
