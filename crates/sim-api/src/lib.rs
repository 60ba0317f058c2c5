//! The operations of sim and the contract they define: types, validation, errors and the `OpenAPI` document.
//!
//! Nothing here knows of a socket, a setting or a log. A server asks for the [`operations()`] and mounts them; a
//! command line asks for the [`document()`] and prints it.
//!
//! | module | holds |
//! |---|---|
//! | `operations` | the list of operations, and the steps to add one |
//! | `simulations`, `models`, `health` | one resource each, an operation a file: request, answer, handler |
//! | `http` | from a request to its operation: routes, keys, parameters, bodies, caching, cost |
//! | `error` | the one error shape, and an answer's failures by status |
//! | `contract` | the document, 3.1 and 3.0 |
//! | `services` | what the operations are given to work with |

mod contract;
mod error;
mod health;
mod http;
mod models;
mod operations;
mod services;
mod simulations;
#[cfg(test)]
mod testing;

pub use contract::document::OpenApiVersion;
pub use error::response::{ErrorContext, ErrorDetail, ErrorResponse, Figure, Location};
pub use http::{
    address::unescaped,
    api_key::{ApiKeys, Application, Caller, MAX_KEY_BYTES},
    caching::vary,
    conditions::Conditions,
    json::Json,
    list::{Weighted, elements, weighted},
    meter::Meter,
    operation::{Call, Operation},
    routes::{ContractError, PathItem, Routes, method_not_allowed, not_found},
};
pub use operations::{document, document_of_server, operations};
pub use services::{DEFAULT_MAX_MODEL_COST, Readiness, Services, compute::Compute};
