//! The document: poem-openapi's output, corrected to `OpenAPI` 3.1, and its 3.0.3 form.

use std::{collections::HashMap, fmt, str::FromStr};

use poem::{endpoint::BoxEndpoint, http::Method};
use poem_openapi::{
    ContactObject, LicenseObject, OpenApi, OpenApiService,
    registry::{MetaApi, MetaPath, Registry},
};
use serde_json::{Value, json};

use super::{
    correct,
    downgrade::{self, remove},
    errors, examples, headers,
};

const DESCRIPTION: &str = include_str!("description.md");

/// The versions of the `OpenAPI` specification in which the contract is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenApiVersion {
    /// 3.0.3, for tools that do not accept 3.1.
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

/// Adds title, description, contact and licence.
///
/// The contact is a name only, because the contract is the same wherever it is served, and only the operators of a
/// server can help. The licence is an SPDX expression with a link to the list of licences: as an `identifier` with two
/// licences, Swagger UI would link to a page that does not exist.
fn describe<T>(operations: T) -> OpenApiService<T, ()> {
    OpenApiService::new(operations, "sim", env!("CARGO_PKG_VERSION"))
        .summary("Deterministic simulation over HTTP")
        .description(DESCRIPTION)
        .contact(ContactObject::new().name("The operators of this server"))
        .license(LicenseObject::new("MIT OR Apache-2.0").url("https://spdx.org/licenses/"))
}

/// The contract in 3.1, without its examples: what is enforced is compiled from it.
pub(crate) fn contract(operations: impl OpenApi) -> Value {
    let printed = describe(ByPath(operations)).spec();
    let published = serde_json::from_str(&printed).unwrap_or_default();
    let mut contract = correct::to_3_1(published);
    errors::add(&mut contract);
    headers::add(&mut contract);
    contract
}

/// A contract as JSON text, with its examples, and with the address of its server if there is one to name.
pub(crate) fn print(contract: &Value, version: OpenApiVersion, server: Option<&str>) -> String {
    let mut document = contract.clone();
    remove(&mut document, "servers");
    if let Some(url) = server {
        document["servers"] = json!([{ "url": url, "description": "The service that serves this document." }]);
    }
    examples::add(&mut document);
    if version == OpenApiVersion::V3_0 {
        downgrade::to_3_0(&mut document);
    }
    format!("{document:#}\n")
}

/// Operations of which those at one path are described together.
///
/// poem-openapi describes a path once for each member of a tuple that has it, and only one of these descriptions is kept.
struct ByPath<T>(T);

impl<T: OpenApi> OpenApi for ByPath<T> {
    fn meta() -> Vec<MetaApi> {
        let mut paths: Vec<MetaPath> = vec![];
        for path in T::meta().into_iter().flat_map(|api| api.paths) {
            match paths.iter_mut().find(|known| known.path == path.path) {
                Some(known) => known.operations.extend(path.operations),
                None => paths.push(path),
            }
        }
        vec![MetaApi { paths }]
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        self.0.add_routes(routes);
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::payload::PlainText;

    use super::*;

    struct Get;

    #[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
    #[OpenApi]
    impl Get {
        #[oai(path = "/thing", method = "get")]
        async fn get(&self) -> PlainText<String> {
            PlainText(String::new())
        }
    }

    struct Delete;

    #[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
    #[OpenApi]
    impl Delete {
        #[oai(path = "/thing", method = "delete")]
        async fn delete(&self) -> PlainText<String> {
            PlainText(String::new())
        }
    }

    #[test]
    fn operations_at_one_path_are_all_described() {
        let contract = contract((Get, Delete));
        let methods = contract["paths"]["/thing"].as_object().unwrap().keys();
        assert_eq!(methods.collect::<Vec<_>>(), ["get", "delete"]);
    }
}
