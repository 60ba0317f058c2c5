//! The contract: what the operations publish of themselves, and what is published for them.

mod correct;
pub(crate) mod document;
mod downgrade;
mod errors;
mod examples;
mod headers;
