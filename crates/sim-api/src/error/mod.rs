//! Errors: the one shape that they have, and the failures that operations share.

pub(crate) mod failures;
pub(crate) mod response;
