//! The metrics of one operation or page.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use prometheus::{Histogram, IntGauge};
use rustc_hash::FxHashMap;
use sim_api::Application;

use super::http::Http;
use crate::app::{Exchange, OTHER_METHOD};

/// An operation or a page, or that at which there is neither, and what is counted of its requests.
///
/// The metrics of a request are looked up once, by what differs between the requests of one endpoint: finding each by all
/// its labels would take longer than counting.
#[derive(Debug)]
pub(crate) struct Endpoint {
    labels: Labels,
    active: IntGauge,
    http: Http,
    series: RwLock<FxHashMap<Key, Series>>,
}

/// What an endpoint is called; what it has no name for is empty.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Labels {
    pub(super) operation_id: &'static str,
    pub(super) route: &'static str,
    /// Whether it is an operation for callers alone.
    pub(super) is_guarded: bool,
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

impl Labels {
    /// What an endpoint is found by.
    pub(super) fn name(&self) -> &'static str {
        if self.operation_id.is_empty() { self.route } else { self.operation_id }
    }
}

impl Endpoint {
    pub(super) fn new(labels: Labels, http: &Http) -> Self {
        let active = http.active.with_label_values(&[labels.route, labels.operation_id]);
        Self { labels, active, http: http.clone(), series: RwLock::default() }
    }

    /// The name of the operation in the contract.
    pub(crate) fn operation_id(&self) -> Option<&'static str> {
        Some(self.labels.operation_id).filter(|id| !id.is_empty())
    }

    /// The path as the contract writes it, or that of the page.
    pub(crate) fn route(&self) -> Option<&'static str> {
        Some(self.labels.route).filter(|route| !route.is_empty())
    }

    /// Whether it is an operation for callers alone.
    pub(super) fn is_guarded(&self) -> bool {
        self.labels.is_guarded
    }

    /// Says that a request has come.
    pub(crate) fn begin(&self) {
        self.active.inc();
    }

    /// Says that a request has ended that had come.
    pub(super) fn end(&self) {
        self.active.dec();
    }

    /// Counts a request.
    pub(super) fn record(&self, exchange: &Exchange, duration: Duration) {
        let key = Key {
            method: exchange.request.known_method().unwrap_or(OTHER_METHOD),
            status: exchange.status().map(|status| status.as_u16()),
            application: exchange.application().cloned(),
        };
        let known = self.series.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(series) = known.get(&key) {
            return series.observe(exchange, duration);
        }
        drop(known);
        let series = self.series(&key);
        series.observe(exchange, duration);
        self.series.write().unwrap_or_else(PoisonError::into_inner).insert(key, series);
    }

    fn series(&self, key: &Key) -> Series {
        let status = key.status.map(|status| status.to_string()).unwrap_or_default();
        let application = key.application.as_ref().map_or("", Application::name);
        let values = [key.method, self.labels.route, &status, self.labels.operation_id, application];
        Series {
            duration: self.http.duration.with_label_values(&values),
            request_bytes: self.http.request_bytes.with_label_values(&values),
            response_bytes: self.http.response_bytes.with_label_values(&values),
        }
    }
}

impl Series {
    #[expect(clippy::cast_precision_loss, reason = "a sum of bytes is a double")]
    fn observe(&self, exchange: &Exchange, duration: Duration) {
        self.duration.observe(duration.as_secs_f64());
        self.request_bytes.observe(exchange.request_bytes() as f64);
        self.response_bytes.observe(exchange.response_bytes() as f64);
    }
}
