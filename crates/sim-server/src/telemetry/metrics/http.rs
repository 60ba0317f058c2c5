//! The metrics of requests.

use prometheus::{Error, HistogramOpts, HistogramVec, IntGaugeVec, Opts, Registry};
use sim_api::{ApiKeys, Application};

use crate::telemetry::record::Route;

/// Buckets of durations, in seconds: from the fastest request to the longest allowed.
const DURATIONS: [f64; 17] = [
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];
/// Buckets of sizes, in bytes: from one simulation to a trajectory of some million values.
const SIZES: [f64; 6] = [256.0, 1024.0, 16_384.0, 262_144.0, 1_048_576.0, 16_777_216.0];

/// The labels of a request, in the order of their values.
const LABELS: [&str; 5] =
    ["http_request_method", "http_route", "http_response_status_code", "operation_id", "application"];

/// The metrics of requests; clones share them.
#[derive(Debug, Clone)]
pub(super) struct Http {
    pub(super) duration: HistogramVec,
    pub(super) request_bytes: HistogramVec,
    pub(super) response_bytes: HistogramVec,
    pub(super) active: IntGaugeVec,
}

/// The statuses whose series exist from the start, for each operation and application. A rate is the change of a series, so
/// that it would miss the first failure if the series began with it.
const KNOWN_STATUSES: [&str; 3] = ["200", "500", "503"];

impl Http {
    /// Begins the durations of an operation, which has this method and may be called with these keys.
    pub(super) fn begin(&self, route: Route, method: &str, keys: Option<&ApiKeys>) {
        let applications = keys.into_iter().flat_map(ApiKeys::iter).map(Application::name);
        let nobody = keys.is_none().then_some("");
        for application in applications.chain(nobody) {
            for status in KNOWN_STATUSES {
                let values = [method, route.path, status, route.operation_id.unwrap_or_default(), application];
                self.duration.with_label_values(&values);
            }
        }
    }

    pub(super) fn register(registry: &Registry) -> Result<Self, Error> {
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            let metric = HistogramVec::new(HistogramOpts::new(name, help).buckets(buckets.to_vec()), &LABELS)?;
            registry.register(Box::new(metric.clone())).map(|()| metric)
        };
        let active = Opts::new("http_server_active_requests", "Requests that are being answered.");
        let active = IntGaugeVec::new(active, &["http_route", "operation_id"])?;
        registry.register(Box::new(active.clone()))?;
        Ok(Self {
            duration: histogram(
                "http_server_request_duration_seconds",
                "Time from the head of a request to the last byte of its answer.",
                &DURATIONS,
            )?,
            request_bytes: histogram(
                "http_server_request_body_size_bytes",
                "Bytes of the bodies of requests, as far as they were read.",
                &SIZES,
            )?,
            response_bytes: histogram(
                "http_server_response_body_size_bytes",
                "Bytes of the bodies of answers, as far as they were sent.",
                &SIZES,
            )?,
            active,
        })
    }
}
