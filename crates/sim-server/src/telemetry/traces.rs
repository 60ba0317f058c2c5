//! Traces: a span for each request that is sampled, sent to a collector in batches (OTLP over HTTP).
//!
//! A request has one span and no others below it. Between its head and its answer there is nothing that could be waited
//! for, no other service and no disk: a simulation takes less time than a span costs.

mod collector;
mod parent;
mod span;

use std::{sync::Arc, time::Duration};

use opentelemetry::{KeyValue, trace::TracerProvider};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    resource::TelemetryResourceDetector,
    trace::{BatchConfigBuilder, BatchSpanProcessor, IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider},
};
use poem::Request;
use tokio::task::spawn_blocking;

use crate::{config::TraceConfig, version::VERSION};
use collector::Collector;
pub(crate) use span::RequestSpan;

/// The name of the service where it is given none.
const SERVICE_NAME: &str = "sim";
/// How long the end of the process waits for the last spans to be sent.
const LAST_SPANS: Duration = Duration::from_secs(1);

/// Makes spans and sends them.
#[derive(Debug)]
pub(crate) struct Traces {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
    collector: Arc<Collector>,
}

impl Traces {
    /// Begins to send spans, by the runtime that this is called in and a thread of its own. Whether anybody takes them is
    /// seen with the first.
    ///
    /// # Panics
    ///
    /// Where the exporter refuses what the settings have let pass: an error in `config`, which any start finds.
    pub(crate) fn start(config: &TraceConfig) -> Self {
        let collector = Arc::new(Collector::new(config.endpoint.clone(), config.headers.clone(), config.timeout));
        let exporter = SpanExporter::builder()
            .with_http()
            .with_shared_http_client(Arc::clone(&collector) as _)
            .with_endpoint(config.endpoint.to_string())
            .with_protocol(Protocol::HttpBinary)
            .with_timeout(config.timeout)
            .build()
            .expect("the address of the collector is one");
        let batches = BatchConfigBuilder::default()
            .with_scheduled_delay(config.schedule_delay)
            .with_max_queue_size(config.max_queue_size)
            .with_max_export_batch_size(config.max_export_batch_size)
            .build();
        let provider = SdkTracerProvider::builder()
            .with_sampler(config.sampler.clone())
            .with_resource(resource(config))
            .with_max_attributes_per_span(span::MAX_ATTRIBUTES)
            .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(batches).build())
            .build();
        Self { tracer: provider.tracer("sim-server"), provider, collector }
    }

    /// Begins the span of a request, where it is to have one.
    pub(crate) fn begin(&self, request: &Request) -> Option<RequestSpan> {
        RequestSpan::begin(&self.tracer, request)
    }

    /// Sends what is left, within a second and `limit`.
    pub(crate) async fn end(&self, limit: Duration) {
        let (provider, limit) = (self.provider.clone(), LAST_SPANS.min(limit));
        // It waits for the thread that sends, and that for this runtime.
        let end = spawn_blocking(move || provider.shutdown_with_timeout(limit));
        if !matches!(end.await, Ok(Ok(()))) {
            self.collector.fail("the process has ended before the last spans were taken");
        }
    }
}

/// What is true of every span.
fn resource(config: &TraceConfig) -> Resource {
    let default = |name: &'static str, value: &str| KeyValue::new(name, value.to_owned());
    let named = config.resource.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone()));
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attribute(default("service.name", SERVICE_NAME))
        .with_attribute(default("service.version", VERSION))
        .with_attribute(default("service.instance.id", &instance_id()))
        .with_attributes(named)
        .with_attributes(config.service_name.iter().map(|name| default("service.name", name)))
        .build()
}

/// A random UUID: what tells one process of the service from the others.
fn instance_id() -> String {
    let random = u128::from_be_bytes(RandomIdGenerator::default().new_trace_id().to_bytes());
    // Version 4 and variant 1 have their places in it.
    let id = random & !(0xF << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{id:032x}");
    let fields = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    fields.join("-")
}

#[cfg(test)]
mod tests {
    use super::instance_id;

    #[test]
    fn an_instance_has_a_random_uuid_of_its_own() {
        let (first, second) = (instance_id(), instance_id());
        assert_ne!(first, second);
        for id in [first, second] {
            let fields: Vec<_> = id.split('-').map(str::len).collect();
            assert_eq!(fields, [8, 4, 4, 4, 12], "{id}");
            assert_eq!((&id[14..15], b"89ab".contains(&id.as_bytes()[19])), ("4", true), "{id}");
        }
    }
}
