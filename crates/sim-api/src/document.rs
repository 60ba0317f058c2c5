//! The contract: what poem-openapi makes of the operations, corrected to `OpenAPI` 3.1, and its 3.0.3 form.

mod correct;
mod downgrade;

use std::{fmt, str::FromStr, sync::LazyLock};

use poem::http::StatusCode;
use poem_openapi::{LicenseObject, OpenApiService, ServerObject};
use serde_json::{Value, json};

use crate::{ErrorResponse, Readiness};

const DESCRIPTION: &str = include_str!("document/description.md");

/// The versions of the `OpenAPI` specification that the contract is published in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenApiVersion {
    /// 3.0.3, for tools that refuse 3.1.
    V3_0,
    /// 3.1.0.
    V3_1,
}

impl FromStr for OpenApiVersion {
    type Err = String;

    fn from_str(version: &str) -> Result<Self, String> {
        match version {
            "3.0" => Ok(Self::V3_0),
            "3.1" => Ok(Self::V3_1),
            _ => Err("expected 3.0 or 3.1".to_owned()),
        }
    }
}

impl fmt::Display for OpenApiVersion {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::V3_0 => "3.0",
            Self::V3_1 => "3.1",
        })
    }
}

/// Says of the operations what no operation says of itself.
fn describe<T>(operations: T) -> OpenApiService<T, ()> {
    OpenApiService::new(operations, "sim", env!("CARGO_PKG_VERSION"))
        .summary("Deterministic simulation over HTTP.")
        .description(DESCRIPTION)
        .license(LicenseObject::new("MIT OR Apache-2.0").identifier("MIT OR Apache-2.0"))
        .server(ServerObject::new("/").description("The server that serves this document."))
}

/// The contract in 3.1, without its examples: what the enforced schemas are compiled from.
pub(crate) fn contract() -> &'static Value {
    static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
        let printed = describe(crate::all(Readiness::default())).spec();
        let published = serde_json::from_str(&printed).unwrap_or_default();
        correct::to_3_1(published)
    });
    &CONTRACT
}

/// The contract as JSON text, the same bytes at every call.
///
/// What this returns is what a server serves, what the command line prints and what is committed.
#[must_use]
pub fn document(version: OpenApiVersion) -> String {
    let mut document = contract().clone();
    add_examples(&mut document);
    if version == OpenApiVersion::V3_0 {
        downgrade::to_3_0(&mut document);
    }
    format!("{document:#}\n")
}

/// Gives every body its example: that of its schema, or for an error a true answer of that status.
fn add_examples(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let of_schema = |media: &Value| {
        let name = media["schema"]["$ref"].as_str()?.rsplit('/').next()?;
        schemas[name]["examples"].get(0).cloned()
    };
    for operation in correct::operations(document) {
        if let Some(media) = operation.pointer_mut("/requestBody/content/application~1json")
            && let Some(example) = of_schema(media)
        {
            media["example"] = example;
        }
        let responses = operation["responses"].as_object_mut();
        for (status, response) in responses.into_iter().flatten() {
            let Some(media) = response.pointer_mut("/content/application~1json") else {
                continue;
            };
            let of_status = || {
                let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
                Some(json!(ErrorResponse::example(status)?))
            };
            if let Some(example) = of_schema(media).or_else(of_status) {
                media["example"] = example;
            }
        }
    }
}
