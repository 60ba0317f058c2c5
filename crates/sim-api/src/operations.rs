//! The list of operations.
//!
//! To add one:
//!
//! 1. write its file in the folder of its resource, with its request, its response, its handler and their tests, as in
//!    `simulations/create.rs`, and name the file in the folder's `mod.rs`;
//! 2. add a line to [`all`];
//! 3. run `just contract`, and read what changed in `openapi/`;
//! 4. add a line to CHANGELOG.md, and new types of errors to docs/errors.md.

use std::sync::LazyLock;

use poem_openapi::OpenApi;
use serde_json::Value;

use crate::{
    contract::document::{self, OpenApiVersion},
    health::GetHealth,
    http::{
        api_key::ApiKeys,
        routes::{ContractError, Routes},
    },
    models::{check::CheckModel, run::RunModel},
    services::Services,
    simulations::{create::Simulate, create_batch::SimulateBatch, get::GetSimulation, trajectory::GetTrajectory},
};

/// Every operation of the service, in the order of the contract.
fn all(services: &Services) -> impl OpenApi + use<> {
    (
        Simulate,
        SimulateBatch,
        GetSimulation,
        GetTrajectory,
        RunModel::new(services),
        CheckModel::new(services),
        GetHealth::new(services),
    )
}

/// The operations of the service, ready to be called. The operations that need a key accept `keys`.
///
/// # Errors
///
/// The contract says something that is not enforced: an error in this crate.
pub fn operations(services: &Services, keys: &ApiKeys) -> Result<Routes, ContractError> {
    Routes::new(all(services), contract(), keys)
}

/// The contract as JSON text, the same bytes at every call.
///
/// This text is served, printed by the command line, and committed.
#[must_use]
pub fn document(version: OpenApiVersion) -> String {
    document::print(contract(), version, None)
}

/// The contract as JSON text, naming `server`, an absolute address, as the one where it is served.
#[must_use]
pub fn document_of_server(version: OpenApiVersion, server: &str) -> String {
    document::print(contract(), version, Some(server))
}

/// The contract in 3.1, without its examples.
pub(crate) fn contract() -> &'static Value {
    static CONTRACT: LazyLock<Value> = LazyLock::new(|| document::contract(all(&Services::default())));
    &CONTRACT
}
