//! Adds an example to every body of the contract. Each is what the service really answers.

use poem::http::StatusCode;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sim_schema::Schema;

use super::{correct::operations_by_path, downgrade::remove};
use crate::{
    error::response::{ErrorDetail, ErrorResponse},
    http::parameters::Parameters,
};

/// Adds to every body the example of its schema, or for an error an answer that the service gives with that status.
pub(super) fn add(document: &mut Value) {
    let components = document["components"].clone();
    let schemas = &components["schemas"];
    for (path, operation) in operations_by_path(document) {
        let violations = violations(&components, operation, path);
        if let Some(media) = operation.pointer_mut("/requestBody/content/application~1json") {
            add_of_schema(schemas, media);
        }
        let answers = operation["responses"]["200"]["content"].as_object().cloned().unwrap_or_default();
        let offered: Vec<_> = answers.keys().map(String::as_str).collect();
        let responses = operation["responses"].as_object_mut();
        for (status, response) in responses.into_iter().flatten() {
            let may_be_retried = response["headers"].get("Retry-After").is_some();
            let Some(media) = response.pointer_mut("/content/application~1json") else { continue };
            add_of_schema(schemas, media);
            let status = StatusCode::from_bytes(status.as_bytes()).unwrap_or_default();
            // An operation is unavailable while there is too much to do, the health check once shutdown has begun.
            let is_overload = status == StatusCode::SERVICE_UNAVAILABLE && may_be_retried;
            if is_overload {
                media["example"] = json!(ErrorResponse::overloaded(1));
            } else if status == StatusCode::UNPROCESSABLE_ENTITY {
                media["example"] = json!({ "detail": violations });
            } else if let Some(error) = ErrorResponse::example(status, &offered) {
                media["example"] = json!(error);
            }
        }
    }
}

fn add_of_schema(schemas: &Value, media: &mut Value) {
    let name = media["schema"]["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
    if let Some(example) = name.and_then(|name| schemas[name]["examples"].get(0)) {
        media["example"] = example.clone();
    }
}

/// What the service answers to the example of a request in which one thing is wrong.
fn violations(components: &Value, operation: &Value, path: &str) -> Vec<ErrorDetail> {
    let published = &operation["requestBody"]["content"]["application/json"]["schema"];
    if published.is_null() {
        let parameters = Parameters::compile(path, components, operation);
        return parameters.map(|parameters| parameters.example_violations()).unwrap_or_default();
    }
    let Ok(schema) = Schema::compile(components, published) else { return vec![] };
    let mut wrong = wrong_bodies(&components["schemas"], published).into_iter();
    let violations = wrong.find_map(|body| schema.read::<IgnoredAny>(body.to_string().as_bytes(), "body").err());
    violations.unwrap_or_default().into_iter().map(ErrorDetail::from).collect()
}

/// The example of a body with one thing wrong: a number below its range; or without a field, one after the other; or not
/// the body at all.
fn wrong_bodies(schemas: &Value, published: &Value) -> Vec<Value> {
    let schema = resolved(schemas, published);
    let example = &schema["examples"][0];
    let mut bodies = vec![];
    let mut lowered = example.clone();
    if lower_first_number(schemas, schema, &mut lowered) {
        bodies.push(lowered);
    }
    let fields = example.as_object().into_iter().flat_map(|example| example.keys());
    bodies.extend(fields.map(|field| {
        let mut body = example.clone();
        remove(&mut body, field);
        body
    }));
    bodies.push(Value::Null);
    bodies
}

fn resolved<'a>(schemas: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => &schemas[name],
        None => schema,
    }
}

/// Lowers the first bounded number of a value to just below its minimum. Returns whether there is one.
fn lower_first_number(schemas: &Value, schema: &Value, value: &mut Value) -> bool {
    let schema = resolved(schemas, schema);
    match value {
        Value::Object(fields) => {
            fields.iter_mut().any(|(name, field)| lower_first_number(schemas, &schema["properties"][name], field))
        }
        Value::Array(items) => items.iter_mut().any(|item| lower_first_number(schemas, &schema["items"], item)),
        Value::Number(number) => match schema["minimum"].as_i64().and_then(|minimum| minimum.checked_sub(1)) {
            Some(below) => {
                *number = below.into();
                true
            }
            None => false,
        },
        _ => false,
    }
}
