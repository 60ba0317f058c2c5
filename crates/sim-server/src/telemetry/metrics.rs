//! Metrics for Prometheus. Names and units follow OpenTelemetry's conventions for HTTP servers, and Prometheus'
//! conventions for the rest.
//!
//! Every label has a bounded set of values: paths of the contract and of pages, methods of HTTP, applications with a
//! key. A label without a value is empty, which Prometheus treats as absent.

mod compute;
mod http;
mod process;
mod rejection;
mod route;

use std::sync::Arc;

use poem::http::StatusCode;
use prometheus::{Error, Gauge, IntCounter, IntGauge, Opts, PullingGauge, Registry, TextEncoder};
use rustc_hash::FxHashMap;
use sim_api::{Compute, Operation};

use crate::{
    config::Config,
    telemetry::{
        log::DroppedLines,
        record::{Record, Route},
    },
    version::{REVISION, VERSION},
};
use compute::ComputeMetrics;
use http::Http;
use process::ProcessMetrics;
use rejection::Rejections;
pub(crate) use route::RouteMetrics;

/// Every metric of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// By operation id, or by the path of a page.
    routes: FxHashMap<&'static str, Arc<RouteMetrics>>,
    /// Requests that matched no route.
    unmatched: Arc<RouteMetrics>,
    rejections: Rejections,
    pub(crate) connections_open: IntGauge,
    pub(crate) connections_accepted: IntCounter,
    pub(crate) accept_errors: IntCounter,
    simulated_steps: IntCounter,
    model_samples: IntCounter,
    model_cost: IntCounter,
}

impl Metrics {
    /// The metrics of a process with these settings, these operations, and pages at these paths.
    ///
    /// # Errors
    ///
    /// If two metrics have the same name, which is an error in this module.
    pub(crate) fn new<'a>(
        config: &Config,
        in_flight: impl Fn() -> usize + Send + Sync + 'static,
        compute: &Compute,
        dropped_lines: &DroppedLines,
        operations: impl Iterator<Item = &'a Operation>,
        pages: impl Iterator<Item = &'static str>,
    ) -> Result<Self, Error> {
        let registry = Registry::new();
        register_limits(&registry, config, in_flight)?;
        register_process(&registry, dropped_lines)?;
        registry.register(Box::new(ComputeMetrics::new(compute.clone())?))?;
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone())).map(|()| counter)
        };
        let http = Http::register(&registry)?;
        let operations = operations.map(|operation| {
            let needs_key = operation.needs_key();
            let route = Route { path: operation.path(), operation_id: Some(operation.id().0), needs_key };
            let keys = (needs_key && !config.api_keys.is_open()).then_some(&config.api_keys);
            http.begin(route, operation.method().as_str(), keys);
            route
        });
        let pages = pages.map(|path| Route { path, operation_id: None, needs_key: false });
        let metrics = |route: Route| {
            let name = route.operation_id.unwrap_or(route.path);
            (name, Arc::new(RouteMetrics::new(Some(route), &http)))
        };
        Ok(Self {
            routes: operations.chain(pages).map(metrics).collect(),
            unmatched: Arc::new(RouteMetrics::new(None, &http)),
            rejections: Rejections::register(&registry)?,
            connections_open: gauge(&registry, "sim_connections_open", "Connections that are open.", 0)?,
            connections_accepted: counter("sim_connections_accepted_total", "Connections that were accepted.")?,
            accept_errors: counter(
                "sim_connection_accept_errors_total",
                "Times that no connection could be accepted, for want of files or memory.",
            )?,
            simulated_steps: counter(
                "sim_simulated_steps_total",
                "Steps from each seed to the last state that was answered for it.",
            )?,
            model_samples: counter("sim_model_samples_total", "Samples of models that runs were admitted for.")?,
            model_cost: counter(
                "sim_model_cost_units_total",
                "What the admitted runs of models cost, in units of about a quarter of a nanosecond of a core.",
            )?,
            registry,
        })
    }

    /// The metrics of an operation, by its id, or of a page, by its path.
    pub(crate) fn route(&self, name: &str) -> Arc<RouteMetrics> {
        Arc::clone(self.routes.get(name).unwrap_or(&self.unmatched))
    }

    /// Counts a request that has ended; `route` is the matched route, if any.
    pub(crate) fn record(&self, route: Option<&RouteMetrics>, record: &Record) {
        if let Some(route) = route {
            route.end();
        }
        route.unwrap_or(&self.unmatched).record(record);
        self.simulated_steps.inc_by(record.steps);
        self.model_samples.inc_by(record.samples);
        self.model_cost.inc_by(record.model_cost);
        match record.status {
            // A 503 of `/health` during shutdown rejects nobody.
            Some(StatusCode::SERVICE_UNAVAILABLE) if !record.route.is_some_and(|route| route.needs_key) => {}
            Some(status) => self.rejections.count(status),
            None => {}
        }
    }

    /// Counts an answer to bytes that are not a request.
    pub(crate) fn refused(&self, status: StatusCode) {
        self.rejections.count(status);
    }

    /// All metrics in Prometheus' text format.
    pub(crate) fn text(&self) -> String {
        // Only a metric without a name fails here.
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

fn gauge(registry: &Registry, name: &str, help: &str, value: usize) -> Result<IntGauge, Error> {
    let gauge = IntGauge::new(name, help)?;
    gauge.set(value.try_into().unwrap_or(i64::MAX));
    registry.register(Box::new(gauge.clone())).map(|()| gauge)
}

/// Registers the limits, and the number of simulations in flight.
fn register_limits(
    registry: &Registry,
    config: &Config,
    in_flight: impl Fn() -> usize + Send + Sync + 'static,
) -> Result<(), Error> {
    gauge(
        registry,
        "sim_connections_limit",
        "How many connections may be open (SIM_MAX_CONNECTIONS).",
        config.max_connections,
    )?;
    gauge(
        registry,
        "sim_simulations_in_flight_limit",
        "How many simulations may be in flight (SIM_MAX_IN_FLIGHT).",
        config.max_in_flight,
    )?;
    registry.register(Box::new(PullingGauge::new(
        "sim_simulations_in_flight",
        "Simulations between their headers and the beginning of their answers.",
        Box::new(move || f64::from(u32::try_from(in_flight()).unwrap_or(u32::MAX))),
    )?))
}

/// Registers the build, the use of resources, and the dropped log lines.
fn register_process(registry: &Registry, dropped_lines: &DroppedLines) -> Result<(), Error> {
    registry.register(Box::new(dropped_lines.0.clone()))?;
    let build = Opts::new("sim_build_info", "What the process was built from.")
        .const_label("version", VERSION)
        .const_label("revision", REVISION);
    let build = Gauge::with_opts(build)?;
    build.set(1.0);
    registry.register(Box::new(build))?;
    // On a system without `/proc` these metrics are absent.
    ProcessMetrics::new().map_or(Ok(()), |process| registry.register(Box::new(process)))
}
