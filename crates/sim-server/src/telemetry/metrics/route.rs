//! The metrics of one operation or page.

use std::sync::{PoisonError, RwLock};

use prometheus::{Histogram, IntGauge};
use rustc_hash::FxHashMap;
use sim_api::Application;

use super::http::Http;
use crate::telemetry::record::{Record, Route};

/// The metrics of an operation, of a page, or of all requests that matched neither.
///
/// The series of a request are looked up by the labels that differ within a route: finding each metric by all its
/// labels would take longer than counting.
#[derive(Debug)]
pub(crate) struct RouteMetrics {
    route: Option<Route>,
    active: IntGauge,
    http: Http,
    series: RwLock<FxHashMap<Key, Series>>,
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Key {
    method: &'static str,
    status: Option<u16>,
    application: Option<Application>,
}

#[derive(Debug, Clone)]
struct Series {
    duration: Histogram,
    request_bytes: Histogram,
    response_bytes: Histogram,
}

/// The labels of a route: its path and its operation. Prometheus treats an empty label as absent.
fn labels(route: Option<Route>) -> [&'static str; 2] {
    route.map_or(["", ""], |route| [route.path, route.operation_id.unwrap_or_default()])
}

impl RouteMetrics {
    pub(super) fn new(route: Option<Route>, http: &Http) -> Self {
        let active = http.active.with_label_values(&labels(route));
        Self { route, active, http: http.clone(), series: RwLock::default() }
    }

    /// The operation or page; `None` for requests that matched neither.
    pub(crate) fn route(&self) -> Option<Route> {
        self.route
    }

    /// Counts a request as active.
    pub(crate) fn begin(&self) {
        self.active.inc();
    }

    /// Counts a request as no longer active.
    pub(super) fn end(&self) {
        self.active.dec();
    }

    /// Counts a request that has ended.
    pub(super) fn record(&self, record: &Record) {
        let key = Key {
            method: record.head.method_label(),
            status: record.status.map(|status| status.as_u16()),
            application: record.application.cloned(),
        };
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(&key) {
            return series.observe(record);
        }
        drop(known);
        let series = self.series(&key);
        series.observe(record);
        self.series.write().unwrap_or_else(PoisonError::into_inner).insert(key, series);
    }

    fn series(&self, key: &Key) -> Series {
        let status = key.status.map(|status| status.to_string()).unwrap_or_default();
        let application = key.application.as_ref().map_or("", Application::name);
        let [path, operation_id] = labels(self.route);
        let values = [key.method, path, &status, operation_id, application];
        Series {
            duration: self.http.duration.with_label_values(&values),
            request_bytes: self.http.request_bytes.with_label_values(&values),
            response_bytes: self.http.response_bytes.with_label_values(&values),
        }
    }
}

impl Series {
    #[expect(clippy::cast_precision_loss, reason = "a sum of bytes is a double")]
    fn observe(&self, record: &Record) {
        self.duration.observe(record.duration.as_secs_f64());
        self.request_bytes.observe(record.request_bytes as f64);
        self.response_bytes.observe(record.response_bytes as f64);
    }
}
