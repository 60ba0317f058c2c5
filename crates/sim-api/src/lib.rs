//! The operations of sim and the contract they define: types, validation, errors and the `OpenAPI` document.
//!
//! Nothing here knows of a socket, a setting or a log. A server asks for the [`operations`] and mounts them; a
//! command line asks for the [`document()`] and prints it.
//!
//! | module | holds |
//! |---|---|
//! | `health`, `simulate`, `simulate_batch`, `get_simulation`, `trajectory` | one operation each: request, answer, handler |
//! | `api_key` | which application calls |
//! | `body_operation`, `addressed_operation` | the short way to an operation with a body, and to one on what an address names |
//! | `decimal` | numbers as text, in bulk |
//! | `accept`, `cache`, `range` | which form of an answer, whether at all, and which part |
//! | `meter` | what a request costs |
//! | `parameters`, `template` | the parameters of an address, and their check |
//! | `error` | the one error shape, and an answer's failures by status |
//! | `json` | a JSON body in and out |
//! | `routes` | how a request finds its operation |
//! | `schema` | a published schema, compiled, and the walk that enforces it |
//! | `document` | the contract, 3.1 and 3.0 |

mod accept;
mod addressed_operation;
mod api_key;
mod body_operation;
mod cache;
mod decimal;
mod document;
mod error;
mod get_simulation;
mod health;
mod json;
mod meter;
mod parameters;
mod range;
mod routes;
mod schema;
mod simulate;
mod simulate_batch;
mod template;
#[cfg(test)]
mod testing;
mod trajectory;

use poem_openapi::{OpenApi, Tags};

pub use api_key::{ApiKeys, Application, Caller, MAX_KEY_BYTES};
pub use cache::{lists_entity_tag, vary};
pub use document::{OpenApiVersion, document};
pub use error::{ErrorContext, ErrorDetail, ErrorResponse, Location};
pub use get_simulation::GetSimulationApi;
pub use health::{Health, HealthApi, HealthStatus, Readiness};
pub use json::{BodyLimit, Json, RequestBody, ResponseBody};
pub use meter::Meter;
pub use routes::{Methods, Operation, Routes, method_not_allowed, not_found};
pub use schema::Schema;
pub use simulate::{SimulateApi, SimulateRequest, SimulateResponse};
pub use simulate_batch::{SimulateBatchApi, SimulateBatchRequest, SimulateBatchResponse};
pub use trajectory::{State, Trajectory, TrajectoryApi};

/// The groups that the operations are shown in.
#[derive(Tags)]
enum Tag {
    /// Deterministic runs: the same request gives the same answer, on every machine, for ever.
    #[oai(rename = "simulation")]
    Simulation,
    /// Whether the service can take requests.
    #[oai(rename = "health")]
    Health,
}

// To add an operation:
// 1. a file `src/<operation>.rs` with its request, its answer, its `…Api` struct and its tests, as in `simulate.rs`;
// 2. above, `mod` and `pub use`; below, one entry in the tuple;
//    One whose input is a body alone may implement `BodyOperation` and take the short way by `with_body`; one that has
//    an address and headers alone, `AddressedOperation` and `with_addressed`;
// 3. `just contract`, and read what changed in `openapi/`;
// 4. a line in CHANGELOG.md and, where users will look for it, in README.md.

/// Every operation of the service.
fn all(readiness: Readiness) -> impl OpenApi {
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
