//! The contract, derived from the operations and completed here.

mod correct;
pub(crate) mod document;
mod downgrade;
mod errors;
mod examples;
mod headers;
