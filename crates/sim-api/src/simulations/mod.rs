//! Simulations with the linear congruential generator: one, many, by URL, and the states along the way.

pub(crate) mod create;
pub(crate) mod create_batch;
mod decimal;
pub(crate) mod get;
pub(crate) mod trajectory;

use poem_openapi::Tags;

/// The tag of the operations.
#[derive(Tags)]
enum Tag {
    /// Deterministic simulations: the same request gives the same answer, on every machine, forever.
    #[oai(rename = "simulation")]
    Simulation,
}
