//! The document: what poem-openapi makes of the operations, corrected to `OpenAPI` 3.1, and its 3.0.3 form.

use std::{fmt, str::FromStr, sync::LazyLock};

use poem_openapi::{ContactObject, LicenseObject, OpenApiService, ServerObject};
use serde_json::Value;

use super::{correct, downgrade, errors, examples, headers};
use crate::{operations, services::Readiness};

const DESCRIPTION: &str = include_str!("description.md");

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
///
/// The contact is a name alone: the contract is the same wherever it is served, and who serves it is who can help. The
/// licence is named by its SPDX expression and leads to the list that explains it; as an `identifier` it would lead
/// Swagger UI's readers to a page that does not exist, there being two licences in it.
fn describe<T>(operations: T) -> OpenApiService<T, ()> {
    OpenApiService::new(operations, "sim", env!("CARGO_PKG_VERSION"))
        .summary("Deterministic simulation over HTTP.")
        .description(DESCRIPTION)
        .contact(ContactObject::new().name("The operators of this server"))
        .license(LicenseObject::new("MIT OR Apache-2.0").url("https://spdx.org/licenses/"))
        .server(ServerObject::new("/").description("The server that serves this document."))
}

/// The contract in 3.1, without its examples: what the enforced schemas are compiled from.
pub(crate) fn contract() -> &'static Value {
    static CONTRACT: LazyLock<Value> = LazyLock::new(|| {
        let printed = describe(operations::all(Readiness::default())).spec();
        let published = serde_json::from_str(&printed).unwrap_or_default();
        let mut contract = correct::to_3_1(published);
        errors::add(&mut contract);
        headers::add(&mut contract);
        contract
    });
    &CONTRACT
}

/// The contract as JSON text, the same bytes at every call.
///
/// What this returns is what a server serves, what the command line prints and what is committed.
#[must_use]
pub fn document(version: OpenApiVersion) -> String {
    let mut document = contract().clone();
    examples::add(&mut document);
    if version == OpenApiVersion::V3_0 {
        downgrade::to_3_0(&mut document);
    }
    format!("{document:#}\n")
}
