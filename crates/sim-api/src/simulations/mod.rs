//! The seed's generator: one simulation or many, by a body or by an address, and the states on the way.

pub(crate) mod create;
pub(crate) mod create_batch;
mod decimal;
pub(crate) mod get;
pub(crate) mod trajectory;

use poem_openapi::Tags;

/// The group that the operations are shown in.
#[derive(Tags)]
enum Tag {
    /// Deterministic runs: the same request gives the same answer, on every machine, for ever.
    #[oai(rename = "simulation")]
    Simulation,
}
