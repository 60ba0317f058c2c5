//! The contract and the service, each held against the other. One binary, because each would be linked anew.

mod contract;
mod http;
mod models;
mod service;
mod simulations;
