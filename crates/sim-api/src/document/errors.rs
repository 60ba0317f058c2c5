//! The errors that are answered around the operations: by the server, or before an operation is called.
//!
//! An operation documents what it answers itself. What every operation can be answered with, or every one of a kind, is
//! documented here: one line a status, and its true answer in [`ErrorResponse::example`](crate::ErrorResponse).

use serde_json::{Value, json};

use super::correct::operations;

/// A status, which operations it is an answer of, and what it means.
type Error = (&'static str, fn(&Value) -> bool, &'static str);

const ERRORS: [Error; 5] = [
    ("400", any, "The bytes are not an HTTP request."),
    ("408", has_body, "The body did not arrive in time."),
    ("422", has_address, "A parameter of the address breaks its schema: one entry for each violation."),
    ("431", any, "The header section, request line included, is larger than the service reads."),
    (
        "500",
        any,
        "The service failed in a way that is not the caller's fault; `ctx.request_id` names the request in its log.",
    ),
];

/// Adds the errors to the operations. What an operation says of a status itself stays.
pub(super) fn add(document: &mut Value) {
    for operation in operations(document) {
        let errors: Vec<_> = ERRORS.iter().filter(|(_, is_answered, _)| is_answered(operation)).collect();
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for (status, _, meaning) in errors {
            responses.entry(*status).or_insert_with(|| response(meaning));
        }
        responses.sort_keys();
    }
}

fn response(meaning: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/ErrorResponse" });
    json!({ "description": meaning, "content": { "application/json": { "schema": schema } } })
}

fn any(_: &Value) -> bool {
    true
}

fn has_body(operation: &Value) -> bool {
    operation.get("requestBody").is_some()
}

/// Whether an operation has parameters in its address.
fn has_address(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.into_iter().flatten().any(|parameter| parameter["in"] != "header")
}
