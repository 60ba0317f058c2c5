//! What is counted, for Prometheus: the names and units are those of OpenTelemetry's conventions for HTTP servers, and of
//! Prometheus for the rest.
//!
//! Every label has a bounded set of values: paths are those of the contract and of our pages, methods those of HTTP,
//! applications those that have a key. What has no value is the empty one, which to Prometheus is none.

mod endpoint;
mod http;
mod process;
mod rejection;

use std::{sync::Arc, time::Duration};

use poem::http::StatusCode;
use prometheus::{Error, Gauge, IntCounter, IntGauge, Opts, PullingGauge, Registry, TextEncoder};
use rustc_hash::FxHashMap;
use sim_api::Operation;

use crate::{
    app::Exchange,
    config::Config,
    telemetry::log::dropped_lines,
    version::{REVISION, VERSION},
};
pub(crate) use endpoint::Endpoint;
use endpoint::Labels;
use http::Http;
use process::ProcessMetrics;
use rejection::Rejections;

/// Every metric of a process.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    endpoints: FxHashMap<&'static str, Arc<Endpoint>>,
    /// Where nothing of ours is.
    nowhere: Arc<Endpoint>,
    rejections: Rejections,
    pub(crate) connections_open: IntGauge,
    pub(crate) connections_accepted: IntCounter,
    pub(crate) accept_errors: IntCounter,
    pub(crate) simulated_steps: IntCounter,
}

impl Metrics {
    /// The metrics of a process with these settings, these operations, and pages at these paths.
    ///
    /// # Errors
    ///
    /// Where two metrics have one name: an error in this module.
    pub(crate) fn new<'a>(
        config: &Config,
        in_flight: impl Fn() -> usize + Send + Sync + 'static,
        operations: impl Iterator<Item = &'a Operation>,
        pages: impl Iterator<Item = &'static str>,
    ) -> Result<Self, Error> {
        let registry = Registry::new();
        register_limits(&registry, config, in_flight)?;
        register_process(&registry)?;
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone())).map(|()| counter)
        };
        let http = Http::register(&registry)?;
        let operations = operations.map(|operation| Labels {
            operation_id: operation.id().0,
            route: operation.path(),
            is_guarded: operation.is_guarded(),
        });
        let pages = pages.map(|route| Labels { route, ..Labels::default() });
        let endpoint = |labels: Labels| (labels.name(), Arc::new(Endpoint::new(labels, &http)));
        Ok(Self {
            endpoints: operations.chain(pages).map(endpoint).collect(),
            nowhere: Arc::new(Endpoint::new(Labels::default(), &http)),
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
            registry,
        })
    }

    /// The endpoint of an operation, by its name, or of a page, by its path.
    pub(crate) fn endpoint(&self, name: &str) -> Arc<Endpoint> {
        Arc::clone(self.endpoints.get(name).unwrap_or(&self.nowhere))
    }

    /// Counts a request that has ended.
    pub(crate) fn record(&self, exchange: &Exchange, duration: Duration) {
        let endpoint = exchange.endpoint();
        if let Some(endpoint) = endpoint {
            endpoint.end();
        }
        let endpoint = endpoint.unwrap_or(&self.nowhere);
        endpoint.record(exchange, duration);
        match exchange.status() {
            // Of an operation that is no simulation it says that the service is shutting down.
            Some(StatusCode::SERVICE_UNAVAILABLE) if !endpoint.is_guarded() => {}
            Some(status) => self.rejections.count(status),
            None => {}
        }
    }

    /// Counts bytes that were answered as no request.
    pub(crate) fn refused(&self, status: StatusCode) {
        self.rejections.count(status);
    }

    /// All of it, as Prometheus reads it.
    pub(crate) fn text(&self) -> String {
        // Only a metric without a name cannot be written.
        TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default()
    }
}

fn gauge(registry: &Registry, name: &str, help: &str, value: usize) -> Result<IntGauge, Error> {
    let gauge = IntGauge::new(name, help)?;
    gauge.set(value.try_into().unwrap_or(i64::MAX));
    registry.register(Box::new(gauge.clone())).map(|()| gauge)
}

/// How much there may be at once, and of simulations how much there is.
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

/// What the process is, what it takes, and what its log has lost.
fn register_process(registry: &Registry) -> Result<(), Error> {
    registry.register(Box::new(dropped_lines()))?;
    let build = Opts::new("sim_build_info", "What the process was built from.")
        .const_label("version", VERSION)
        .const_label("revision", REVISION);
    let build = Gauge::with_opts(build)?;
    build.set(1.0);
    registry.register(Box::new(build))?;
    // A system that does not tell of processes has none of these metrics.
    ProcessMetrics::new().map_or(Ok(()), |process| registry.register(Box::new(process)))
}
