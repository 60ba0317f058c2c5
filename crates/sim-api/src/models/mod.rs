//! Models: a caller's own simulation, checked and run.

pub(crate) mod check;
mod distribution;
mod error;
mod model;
mod report;
pub(crate) mod run;

use poem_openapi::Tags;

/// The tag of the operations.
#[derive(Tags)]
enum Tag {
    /// Your own simulation: named uncertain inputs and formulas in, quantiles and risks with error bars out. The same
    /// model, seed and number of samples give the same bytes, on every machine, forever.
    #[oai(rename = "models")]
    Models,
}
