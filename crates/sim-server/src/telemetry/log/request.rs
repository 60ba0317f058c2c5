//! The log line of a request.

use sim_api::Application;
use tracing::{info, warn};

use crate::telemetry::record::Record;

/// The target of requests' lines, for filters.
const TARGET: &str = "sim_server::request";

/// Logs a request in one line, without its body, and without its query, which may hold a secret.
pub(crate) fn request(record: &Record) {
    macro_rules! line {
        ($level:ident) => {
            $level!(
                target: TARGET,
                request_id = record.head.id(),
                trace_id = record.trace_id.map(tracing::field::display),
                operation_id = record.operation_id(),
                method = record.head.method.as_str(),
                route = record.route.map(|route| route.path),
                path = record.head.uri.path(),
                status = record.status.map(|status| status.as_u16()),
                duration_us = u64::try_from(record.duration.as_micros()).unwrap_or(u64::MAX),
                application = record.application.map(Application::name),
                request_bytes = record.request_bytes,
                response_bytes = record.response_bytes,
                samples = (record.samples > 0).then_some(record.samples),
                cost = (record.model_cost > 0).then_some(record.model_cost),
                cut_off = record.is_cut_off.then_some(true),
                "request"
            )
        };
    }
    if record.status.is_some_and(|status| status.is_server_error()) {
        line!(warn);
    } else {
        line!(info);
    }
}
