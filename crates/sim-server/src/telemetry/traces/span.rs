//! The span of a request, with the attributes of OpenTelemetry's stable conventions for HTTP servers.
//!
//! Some recommended attributes are left out: `client.address`, `network.peer.address` and `user_agent.original`, which
//! identify people; `url.query`, which may hold secrets; and `server.address`, which is whatever the caller writes in
//! `Host`.

use std::time::SystemTime;

use opentelemetry::{
    KeyValue,
    trace::{Span as _, SpanBuilder, SpanKind, Status, TraceId},
};
use opentelemetry_sdk::trace::{SdkTracer, Span};
use poem::{
    Request,
    http::{StatusCode, Version},
};

use super::parent;
use crate::telemetry::record::Record;

/// How many attributes a span may have.
pub(super) const MAX_ATTRIBUTES: u32 = 16;
/// The most bytes of a path in a span. Known paths are shorter, and thousands of spans may wait to be sent.
const MAX_PATH_BYTES: usize = 512;

/// A span that ends with its request.
#[derive(Debug)]
pub(crate) struct RequestSpan {
    // Boxed: half a kilobyte that requests without a span should not carry.
    span: Box<Span>,
    started: SystemTime,
    version: Version,
}

impl RequestSpan {
    /// Starts a span, if the sampler chooses the request.
    pub(super) fn begin(tracer: &SdkTracer, request: &Request) -> Option<Self> {
        #[expect(clippy::disallowed_methods, reason = "a span is seen beside those of other machines")]
        let started = SystemTime::now();
        let span = SpanBuilder::from_name("HTTP")
            .with_kind(SpanKind::Server)
            .with_start_time(started)
            .with_attributes(Vec::with_capacity(MAX_ATTRIBUTES as usize))
            .start_with_context(tracer, &parent::context(request.headers()));
        span.is_recording().then(|| Self { span: Box::new(span), started, version: request.version() })
    }

    /// The id of the span's trace.
    pub(crate) fn trace_id(&self) -> TraceId {
        self.span.span_context().trace_id()
    }

    /// Ends the span with the outcome of its request, and queues it for sending.
    pub(crate) fn end(mut self, record: &Record) {
        let (head, route) = (record.head, record.route.map(|route| route.path));
        let (method, path) = (head.known_method(), head.uri.path());
        // Span names must have few values, and clients can invent methods.
        let name = method.unwrap_or("HTTP");
        self.span.update_name(route.map_or(name.into(), |route| format!("{name} {route}")));
        self.set("http.request.method", head.method_label());
        if method.is_none() {
            self.set("http.request.method_original", head.method.to_string());
        }
        self.set("url.scheme", "http");
        self.set("url.path", path[..path.floor_char_boundary(MAX_PATH_BYTES)].to_owned());
        self.set_known("http.route", route);
        self.set_known("network.protocol.version", protocol_version(self.version));
        self.set("sim.request_id", head.id().to_owned());
        self.set_known("sim.operation_id", record.operation_id());
        self.set_known("sim.application", record.application.map(|application| application.name().to_owned()));
        self.set_status(record.status);
        if record.is_cut_off {
            self.set("sim.cut_off", true);
        }
        // Not the clock's time, which may have been changed in between.
        self.span.end_with_timestamp(self.started + record.duration);
    }

    /// Only a status of 500 or more is an error of the span.
    fn set_status(&mut self, status: Option<StatusCode>) {
        let Some(status) = status else { return };
        self.set("http.response.status_code", i64::from(status.as_u16()));
        if status.is_server_error() {
            self.set("error.type", status.as_str().to_owned());
            self.span.set_status(Status::error(""));
        }
    }

    fn set(&mut self, name: &'static str, value: impl Into<opentelemetry::Value>) {
        self.span.set_attribute(KeyValue::new(name, value));
    }

    fn set_known(&mut self, name: &'static str, value: Option<impl Into<opentelemetry::Value>>) {
        if let Some(value) = value {
            self.set(name, value);
        }
    }
}

fn protocol_version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        _ => None,
    }
}
