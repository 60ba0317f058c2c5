//! The contract and the service, each held against the other. One binary, because each would be linked anew.

mod addresses;
mod api_keys;
mod batches;
mod bodies;
mod committed;
mod examples;
mod judge;
mod limits;
mod lint;
mod naming;
mod openapi;
mod properties;
mod routes;
mod schemas;
mod service;
mod versions;
