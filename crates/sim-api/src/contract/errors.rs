//! Errors that the server answers, or that are answered before an operation is called.
//!
//! An operation documents its own answers. Errors that every operation shares, or every operation of a kind, are
//! documented here, one line per status. The example of each is in [`ErrorResponse::example`](crate::ErrorResponse).

use serde_json::{Value, json};

use super::correct::operations;

/// An error, and the operations that can have it.
struct Error {
    status: &'static str,
    is_answered: fn(&Value) -> bool,
    meaning: &'static str,
    headers: &'static [Header],
}

/// The name of a header, and its description.
type Header = (&'static str, &'static str);

/// The first of a status that applies to an operation is the one described.
const ERRORS: [Error; 16] = [
    Error {
        status: "400",
        is_answered: any,
        meaning: "The request is not valid HTTP/1.1, or its body does not arrive as declared.",
        headers: &[],
    },
    Error {
        status: "401",
        is_answered: needs_key,
        meaning: "The API key is missing or unknown.",
        headers: &[("WWW-Authenticate", "How to send a key: the scheme `ApiKey` stands for the header `X-API-Key`.")],
    },
    Error {
        status: "406",
        is_answered: any,
        meaning: "`Accept-Encoding` refuses the plain form and every coding that the service has.",
        headers: &[],
    },
    Error { status: "408", is_answered: has_body, meaning: "The body did not arrive in time.", headers: &[] },
    Error {
        status: "412",
        is_answered: any,
        meaning: "A condition of the request, such as `If-Match`, does not hold.",
        headers: &[],
    },
    Error {
        status: "413",
        is_answered: has_body,
        meaning: "The body is larger than the operation allows.",
        headers: &[],
    },
    Error { status: "414", is_answered: any, meaning: "Path and query are too long.", headers: &[] },
    Error {
        status: "415",
        is_answered: has_body,
        meaning: "The body is not declared to be JSON, or is compressed.",
        headers: &[],
    },
    Error {
        status: "422",
        is_answered: |operation| has_body(operation) && has_address(operation),
        meaning: "A parameter of the address breaks its schema; or the body is not JSON or breaks the schema: one entry for each violation.",
        headers: &[],
    },
    Error {
        status: "422",
        is_answered: has_body,
        meaning: "The body is not JSON or breaks the schema: one entry for each violation.",
        headers: &[],
    },
    Error {
        status: "422",
        is_answered: has_address,
        meaning: "A parameter breaks its schema: one entry for each violation.",
        headers: &[],
    },
    Error {
        status: "429",
        is_answered: needs_key,
        meaning: "The caller has used up its rate: wait for as many seconds as `Retry-After` says.",
        headers: &[
            ("Retry-After", "How many seconds to wait."),
            ("RateLimit", "The tokens that are left: `r` for the next `t` seconds."),
            ("RateLimit-Policy", "The rate: `q` tokens in `w` seconds."),
        ],
    },
    Error {
        status: "431",
        is_answered: any,
        meaning: "The header section, including the request line, is too large.",
        headers: &[],
    },
    Error {
        status: "500",
        is_answered: any,
        meaning: "The service failed. Report the error with `ctx.request_id`, which names the request in the log.",
        headers: &[],
    },
    Error {
        status: "501",
        is_answered: has_body,
        meaning: "The body has a transfer coding other than `chunked`.",
        headers: &[],
    },
    Error {
        status: "503",
        is_answered: needs_key,
        meaning: "The service is overloaded: wait for as many seconds as `Retry-After` says.",
        headers: &[("Retry-After", "How many seconds to wait.")],
    },
];

/// Adds the errors to the operations. An operation's own description of a status stays.
pub(super) fn add(document: &mut Value) {
    for operation in operations(document) {
        let errors: Vec<_> = ERRORS.iter().filter(|error| (error.is_answered)(operation)).collect();
        let Some(responses) = operation["responses"].as_object_mut() else { continue };
        for error in errors {
            responses.entry(error.status).or_insert_with(|| error.response());
        }
        responses.sort_keys();
    }
}

impl Error {
    fn response(&self) -> Value {
        let schema = json!({ "$ref": "#/components/schemas/ErrorResponse" });
        let mut response =
            json!({ "description": self.meaning, "content": { "application/json": { "schema": schema } } });
        for (name, meaning) in self.headers {
            response["headers"][name] =
                json!({ "description": meaning, "required": true, "schema": { "type": "string" } });
        }
        response
    }
}

fn any(_: &Value) -> bool {
    true
}

fn needs_key(operation: &Value) -> bool {
    operation["security"] != json!([])
}

fn has_body(operation: &Value) -> bool {
    operation.get("requestBody").is_some()
}

/// Whether an operation has parameters in its path or query.
fn has_address(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array();
    parameters.into_iter().flatten().any(|parameter| parameter["in"] != "header")
}
