//! The list of operations.
//!
//! To add one:
//!
//! 1. write its file in the folder of its resource, with its request, its answer, its handler and their tests, as in
//!    `simulations/create.rs`, and name the file in the folder's `mod.rs`;
//! 2. add a line to [`all`];
//! 3. `just contract`, and read what changed in `openapi/`;
//! 4. add a line to CHANGELOG.md, and new types of errors to docs/errors.md.

use poem_openapi::OpenApi;

use crate::{
    health::HealthApi,
    http::{api_key::ApiKeys, routes::Routes},
    services::Readiness,
    simulations::{
        create::SimulateApi, create_batch::SimulateBatchApi, get::GetSimulationApi, trajectory::TrajectoryApi,
    },
};

/// Every operation of the service, in the order of the contract.
pub(crate) fn all(readiness: Readiness) -> impl OpenApi {
    (SimulateApi, SimulateBatchApi, GetSimulationApi, TrajectoryApi, HealthApi::new(readiness))
}

/// The operations of the service, ready to be called.
///
/// `readiness` is what `GET /health` reports; `keys` are those that a simulation needs one of.
#[must_use]
pub fn operations(readiness: Readiness, keys: &ApiKeys) -> Routes {
    Routes::new(all(readiness), keys)
        .with_body(SimulateApi)
        .with_body(SimulateBatchApi)
        .with_addressed(GetSimulationApi)
        .with_addressed(TrajectoryApi)
}
