//! Rejected requests, by reason.

use poem::http::StatusCode;
use prometheus::{Error, IntCounter, IntCounterVec, Opts, Registry};

/// The statuses of rejected requests, and their reasons.
const REASONS: [(StatusCode, &str); 16] = [
    (StatusCode::BAD_REQUEST, "bad_request"),
    (StatusCode::UNAUTHORIZED, "api_key"),
    (StatusCode::NOT_FOUND, "not_found"),
    (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
    (StatusCode::NOT_ACCEPTABLE, "not_acceptable"),
    (StatusCode::REQUEST_TIMEOUT, "timeout"),
    (StatusCode::PRECONDITION_FAILED, "precondition"),
    (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large"),
    (StatusCode::URI_TOO_LONG, "uri_too_long"),
    (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media_type"),
    (StatusCode::RANGE_NOT_SATISFIABLE, "range"),
    (StatusCode::UNPROCESSABLE_ENTITY, "invalid"),
    (StatusCode::TOO_MANY_REQUESTS, "rate_limit"),
    (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large"),
    (StatusCode::NOT_IMPLEMENTED, "transfer_coding"),
    (StatusCode::SERVICE_UNAVAILABLE, "overload"),
];

/// A counter for each reason. All of them exist from the start.
#[derive(Debug)]
pub(super) struct Rejections(Vec<(StatusCode, IntCounter)>);

impl Rejections {
    pub(super) fn register(registry: &Registry) -> Result<Self, Error> {
        let help = "Requests that were turned away, by why.";
        let counters = IntCounterVec::new(Opts::new("sim_requests_rejected_total", help), &["reason"])?;
        registry.register(Box::new(counters.clone()))?;
        let counter = |(status, reason)| (status, counters.with_label_values(&[reason]));
        Ok(Self(REASONS.map(counter).into()))
    }

    /// Counts an answer with this status, if the status means a rejection.
    pub(super) fn count(&self, status: StatusCode) {
        if let Some((_, counter)) = self.0.iter().find(|(of_reason, _)| *of_reason == status) {
            counter.inc();
        }
    }
}
