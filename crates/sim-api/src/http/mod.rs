//! From a request to its operation, and the parts of HTTP that operations share.

pub(crate) mod accept;
pub(crate) mod address;
pub(crate) mod api_key;
pub(crate) mod caching;
pub(crate) mod conditions;
pub(crate) mod input;
pub(crate) mod json;
pub(crate) mod list;
pub(crate) mod meter;
pub(crate) mod operation;
pub(crate) mod parameters;
pub(crate) mod range;
pub(crate) mod routes;
