//! The way of a request to its operation.

mod api_keys;
mod routes;
