//! An example for every body of the contract, each of them true: what is shown is what the service answers.

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::correct::operations;
use crate::{
    error::response::{ErrorDetail, ErrorResponse},
    http::parameters::Parameters,
    schema,
};

/// Gives every body its example: that of its schema, or for an error a true answer of that status.
pub(super) fn add(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    for operation in operations(document) {
        let violations = violations(&schemas, operation);
        if let Some(media) = operation.pointer_mut("/requestBody/content/application~1json") {
            add_of_schema(&schemas, media);
        }
        let answers = operation["responses"]["200"]["content"].as_object().cloned().unwrap_or_default();
        let offered: Vec<_> = answers.keys().map(String::as_str).collect();
        let responses = operation["responses"].as_object_mut();
        for (status, response) in responses.into_iter().flatten() {
            let may_be_retried = response["headers"].get("Retry-After").is_some();
            let Some(media) = response.pointer_mut("/content/application~1json") else { continue };
            add_of_schema(&schemas, media);
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

/// What the service answers to the example of a request in which one number is just below its range.
fn violations(schemas: &Value, operation: &Value) -> Vec<ErrorDetail> {
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    if schema.is_null() {
        return Parameters::compile(operation).map(|parameters| parameters.example_violations()).unwrap_or_default();
    }
    let schema = resolved(schemas, schema);
    let mut body = schema["examples"][0].clone();
    lower_first_number(schemas, schema, &mut body);
    schema::violations(schemas, schema, &body.to_string())
}

fn resolved<'a>(schemas: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => &schemas[name],
        None => schema,
    }
}

/// Puts the first number of a value that can be too small just below its minimum; says whether there is one.
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
