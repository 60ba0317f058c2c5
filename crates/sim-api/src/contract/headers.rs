//! Documents the header that the server adds to every answer: the id of the request.

use serde_json::{Value, json};

use super::correct::operations;

/// Statuses of answers to bytes that are not a request, and so have no id.
const WITHOUT: [&str; 3] = ["400", "431", "501"];

/// Describes the header once, and refers to it from every answer that has it.
pub(super) fn add(document: &mut Value) {
    document["components"]["headers"] = json!({
        "X-Request-Id": {
            "description": "The id of the request in the service's log: the one in the request's `X-Request-Id`, or a new one.",
            "required": true,
            "schema": { "type": "string", "minLength": 1, "maxLength": 128 },
            "example": "b1946ac92492d2347c6235b4d2611184",
        },
    });
    let answers = operations(document).filter_map(|operation| operation["responses"].as_object_mut()).flatten();
    for (_, answer) in answers.filter(|(status, _)| !WITHOUT.contains(&status.as_str())) {
        answer["headers"]["X-Request-Id"] = json!({ "$ref": "#/components/headers/X-Request-Id" });
    }
}
