//! The log, metrics and traces.

pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod record;
pub(crate) mod traces;
