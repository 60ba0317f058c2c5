//! The contract: its words, its examples and its bounds.

mod committed;
mod examples;
pub(crate) mod judge;
mod limits;
mod lint;
mod naming;
pub(crate) mod openapi;
mod schemas;
mod versions;

pub(crate) use examples::example;
