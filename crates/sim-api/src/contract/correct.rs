//! Rewrites the 3.0.0 document that poem-openapi prints as 3.1, and restores what was lost on the way.

use serde_json::{Map, Value, json};

/// Corrects a printed document.
pub(super) fn to_3_1(mut document: Value) -> Value {
    document["openapi"] = json!("3.1.0");
    visit_objects(&mut document, &mut |object| {
        drop_defaults(object);
        unwrap_lines(object);
        merge_all_of(object);
        print_bounds_as_integers(object);
        name_exclusive_bounds(object);
        lift_example(object);
        name_headers(object);
    });
    for operation in operations(&mut document) {
        say_what_is_open(operation);
    }
    refuse_unknown_fields(&mut document);
    order_tags(&mut document);
    let schemas = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut);
    for (_, schema) in schemas.into_iter().flatten() {
        if let Some(example) = schema.as_object_mut().and_then(|schema| schema.remove("example")) {
            schema["examples"] = json!([example]);
        }
    }
    document
}

/// The operations of a document.
pub(super) fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    operations_by_path(document).map(|(_, operation)| operation)
}

/// The operations of a document, each with its path.
pub(super) fn operations_by_path(document: &mut Value) -> impl Iterator<Item = (&str, &mut Value)> {
    let paths = document["paths"].as_object_mut().into_iter().flatten();
    let methods = paths.filter_map(|(path, methods)| Some((path.as_str(), methods.as_object_mut()?)));
    methods.flat_map(|(path, methods)| methods.values_mut().map(move |operation| (path, operation)))
}

/// Calls `change` with every object in a value, the inner ones first.
pub(super) fn visit_objects(value: &mut Value, change: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit_objects(item, change)),
        Value::Object(object) => {
            object.values_mut().for_each(|member| visit_objects(member, change));
            change(object);
        }
        _ => {}
    }
}

/// Orders the tags as their operations are ordered: poem-openapi sorts them by the alphabet.
fn order_tags(document: &mut Value) {
    let used: Vec<Value> = operations(document).map(|operation| operation["tags"][0].clone()).collect();
    if let Some(tags) = document["tags"].as_array_mut() {
        tags.sort_by_key(|tag| used.iter().position(|name| *name == tag["name"]));
    }
}

/// Writes `security: []` for operations without a key: poem-openapi writes nothing, which looks like an oversight.
fn say_what_is_open(operation: &mut Value) {
    if operation.get("security").is_none() {
        operation["security"] = json!([]);
    }
}

/// Removes keywords that poem-openapi prints for every parameter and header with their default values.
fn drop_defaults(object: &mut Map<String, Value>) {
    if object.get("deprecated") == Some(&json!(false)) {
        object.shift_remove("deprecated");
    }
    if object.get("explode") == Some(&json!(true)) {
        object.shift_remove("explode");
    }
}

/// Moves examples from the schemas of parameters and of content to where 3.1 expects them.
fn lift_example(object: &mut Map<String, Value>) {
    let Some(Value::Object(schema)) = object.get_mut("schema") else {
        return;
    };
    if let Some(example) = schema.shift_remove("example") {
        object.insert("example".to_owned(), example);
    }
}

/// Writes the names of headers as usual: poem-openapi prints capitals.
fn name_headers(object: &mut Map<String, Value>) {
    let Some(Value::Object(headers)) = object.get_mut("headers") else {
        return;
    };
    *headers = std::mem::take(headers).into_iter().map(|(name, header)| (header_name(&name), header)).collect();
}

fn header_name(name: &str) -> String {
    if name.eq_ignore_ascii_case("ETag") {
        return "ETag".to_owned();
    }
    let word = |word: &str| {
        let (initial, rest) = word.split_at(word.len().min(1));
        initial.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

/// Joins the lines of descriptions: they are wrapped as in the source.
fn unwrap_lines(object: &mut Map<String, Value>) {
    let Some(Value::String(description)) = object.get_mut("description") else {
        return;
    };
    let paragraphs: Vec<_> = description.trim_end().split("\n\n").map(unwrap_paragraph).collect();
    *description = paragraphs.join("\n\n");
}

fn unwrap_paragraph(paragraph: &str) -> String {
    let keeps_lines = |line: &str| ["|", "- ", "#", "```"].iter().any(|mark| line.starts_with(mark));
    if paragraph.lines().any(keeps_lines) {
        return paragraph.to_owned();
    }
    paragraph.replace('\n', " ")
}

/// Merges a description into its `$ref`: poem-openapi prints `allOf` of the two, and some generators drop the type.
fn merge_all_of(object: &mut Map<String, Value>) {
    let Some(Value::Array(parts)) = object.shift_remove("allOf") else {
        return;
    };
    for part in parts {
        object.extend(part.as_object().cloned().unwrap_or_default());
    }
}

/// Prints bounds as 64-bit integers: poem-openapi keeps them as doubles. The cast saturates, so the double 2^63 becomes
/// the greatest 64-bit integer.
fn print_bounds_as_integers(object: &mut Map<String, Value>) {
    for keyword in ["minimum", "maximum"] {
        if let Some(bound) = object.get_mut(keyword)
            && let Some(number) = bound.as_f64().filter(|number| number.fract() == 0.0)
        {
            #[expect(clippy::cast_possible_truncation, reason = "saturation is what is wanted")]
            let integer = number as i64;
            *bound = json!(integer);
        }
    }
}

/// A bound that is not allowed itself is a number of its own in 3.1, and a mark on the other in 3.0.
fn name_exclusive_bounds(object: &mut Map<String, Value>) {
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if object.get(exclusive) == Some(&json!(true))
            && let Some(number) = object.shift_remove(bound)
        {
            object.insert(exclusive.to_owned(), number);
        }
    }
}

/// The operations that ignore unknown fields in their bodies, as the service did that this one replaces.
const IGNORE_UNKNOWN_FIELDS: [&str; 2] = ["simulate", "simulate_batch"];

/// poem-openapi does not publish that a type refuses unknown fields. Every object of a body does, except in the operations
/// that ignore them: a mistyped name must not pass in silence.
fn refuse_unknown_fields(document: &mut Value) {
    let mut names = vec![];
    for operation in operations(document) {
        if !IGNORE_UNKNOWN_FIELDS.iter().any(|id| operation["operationId"] == *id) {
            collect_references(&operation["requestBody"], &mut names);
        }
    }
    let mut reached = 0;
    while let Some(name) = names.get(reached).cloned() {
        reached += 1;
        let Some(schema) = document["components"]["schemas"].get_mut(&name) else { continue };
        if schema.get("properties").is_some() {
            schema["additionalProperties"] = json!(false);
        }
        collect_references(schema, &mut names);
    }
}

/// Adds the names of the schemas that a value refers to and that are not yet among `names`.
fn collect_references(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, names)),
        Value::Object(object) => {
            let reference = object.get("$ref").and_then(Value::as_str);
            let name = reference.and_then(|reference| reference.strip_prefix("#/components/schemas/"));
            if let Some(name) = name.filter(|name| !names.iter().any(|known| known == name)) {
                names.push(name.to_owned());
            }
            object.values().for_each(|member| collect_references(member, names));
        }
        _ => {}
    }
}
