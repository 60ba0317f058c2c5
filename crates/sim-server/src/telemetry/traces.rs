//! Traces: a span for each sampled request, sent to a collector in batches (OTLP over HTTP).
//!
//! A request has one span without child spans. It waits for no other service and no disk, and a simulation takes less
//! time than a span costs.

mod collector;
mod parent;
mod span;

use std::{sync::Arc, time::Duration};

use opentelemetry::{InstrumentationScope, KeyValue, trace::TracerProvider};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    resource::{EnvResourceDetector, ResourceDetector, TelemetryResourceDetector},
    trace::{IdGenerator, RandomIdGenerator, SdkTracer, SdkTracerProvider},
};
use percent_encoding::percent_decode_str;
use poem::{Request, http::Method};
use tokio::task::spawn_blocking;

use crate::version::VERSION;
use collector::Collector;
pub(crate) use span::RequestSpan;

/// The default name of the service.
const SERVICE_NAME: &str = "sim";
/// How long shutdown waits for the last spans to be sent.
const LAST_SPANS: Duration = Duration::from_secs(1);

/// Makes spans and sends them.
#[derive(Debug)]
pub(crate) struct Traces {
    tracer: SdkTracer,
    provider: SdkTracerProvider,
    collector: Arc<Collector>,
}

impl Traces {
    /// Starts to send spans. Must be called within a tokio runtime. The SDK and the exporter read the variables of
    /// OpenTelemetry; whether the collector takes spans is seen with the first.
    ///
    /// # Panics
    ///
    /// The exporter refuses an address that `config` accepts.
    pub(crate) fn start() -> Self {
        let collector = Arc::new(Collector::new());
        let exporter = SpanExporter::builder()
            .with_http()
            .with_shared_http_client(Arc::clone(&collector) as _)
            // Others would be refused at the first batch: this is the one that is built in.
            .with_protocol(Protocol::HttpBinary)
            .build()
            .expect("the address of the collector is one");
        let provider = SdkTracerProvider::builder()
            .with_resource(resource())
            .with_max_attributes_per_span(span::MAX_ATTRIBUTES)
            .with_batch_exporter(exporter)
            .build();
        Self { tracer: provider.tracer_with_scope(scope()), provider, collector }
    }

    /// Starts the span of a request, if it is sampled. A health check that no trace is passed with has none: it would be most
    /// of what a quiet service sends.
    pub(crate) fn begin(&self, request: &Request) -> Option<RequestSpan> {
        let is_options = request.method() == Method::OPTIONS;
        let is_probe = matches!((request.uri().path(), is_options), ("/health", false) | ("/" | "*", true));
        if is_probe && !request.headers().contains_key("traceparent") {
            return None;
        }
        RequestSpan::begin(&self.tracer, request)
    }

    /// Sends the remaining spans, within a second and `limit`.
    pub(crate) async fn end(&self, limit: Duration) {
        let (provider, limit) = (self.provider.clone(), LAST_SPANS.min(limit));
        // The call waits for the sending thread, which needs this runtime.
        let end = spawn_blocking(move || provider.shutdown_with_timeout(limit));
        if !matches!(end.await, Ok(Ok(()))) {
            self.collector.fail(None, "the process has ended before the last spans were taken");
        }
    }
}

/// What makes the spans, and the version of the conventions that name their attributes: the first with those of HTTP stable.
fn scope() -> InstrumentationScope {
    InstrumentationScope::builder("sim-server")
        .with_version(VERSION)
        .with_schema_url("https://opentelemetry.io/schemas/1.23.0")
        .build()
}

/// The attributes of the process. Variables override what is built in.
fn resource() -> Resource {
    let environment = EnvResourceDetector::new().detect();
    // The detector leaves the values encoded, which the specification has percent-encoded.
    let decoded = environment.iter().map(|(name, value)| {
        let value = percent_decode_str(&value.as_str()).decode_utf8_lossy().into_owned();
        KeyValue::new(name.clone(), value)
    });
    let service_name = std::env::var("OTEL_SERVICE_NAME").ok().filter(|name| !name.is_empty());
    Resource::builder_empty()
        .with_detector(Box::new(TelemetryResourceDetector))
        .with_attributes([
            KeyValue::new("service.name", SERVICE_NAME),
            KeyValue::new("service.version", VERSION),
            KeyValue::new("service.instance.id", instance_id()),
        ])
        .with_attributes(decoded)
        .with_attributes(service_name.map(|name| KeyValue::new("service.name", name)))
        .build()
}

/// A random UUID that identifies the process.
fn instance_id() -> String {
    let random = u128::from_be_bytes(RandomIdGenerator::default().new_trace_id().to_bytes());
    // Clears and sets the bits of version 4 and variant 1.
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
