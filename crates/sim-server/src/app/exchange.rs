//! One request and its answer, from the request's head to the last byte of the answer.

use std::sync::{Arc, OnceLock};

use poem::{Response, http::StatusCode};
use sim_api::{Caller, Meter};
use tokio::time::Instant;

use crate::{
    listener::body::{self, Received},
    telemetry::{
        log,
        metrics::{Metrics, RouteMetrics},
        record::{Record, RequestHead},
        traces::RequestSpan,
    },
};

/// A request and what becomes of it.
///
/// When it is dropped, the log, the metrics and the traces get its [`Record`]: once, whether the answer was sent or the
/// client left.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: RequestHead,
    pub(super) started: Instant,
    metrics: Arc<Metrics>,
    span: Option<RequestSpan>,
    received: Received,
    route: OnceLock<Arc<RouteMetrics>>,
    caller: OnceLock<Caller>,
    meter: OnceLock<Meter>,
    answer: Option<Answer>,
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    bytes: u64,
    is_whole: bool,
}

impl Exchange {
    /// Begins with a request, whose body `received` counts; `span` is there if the request is traced.
    pub(super) fn begin(
        request: RequestHead,
        received: Received,
        metrics: Arc<Metrics>,
        span: Option<RequestSpan>,
    ) -> Self {
        Self {
            request,
            started: Instant::now(),
            metrics,
            span,
            received,
            route: OnceLock::new(),
            caller: OnceLock::new(),
            meter: OnceLock::new(),
            answer: None,
        }
    }

    /// Notes the operation or page that the request has reached.
    pub(super) fn reach(&self, route: Arc<RouteMetrics>) {
        self.route.get_or_init(|| route).begin();
    }

    /// Notes who sent the request.
    pub(super) fn identify(&self, caller: Caller) -> &Caller {
        self.caller.get_or_init(|| caller)
    }

    /// Notes what counts the work for the request, answered or not.
    pub(super) fn measure(&self, meter: Meter) {
        self.meter.get_or_init(|| meter);
    }

    /// Returns the answer with a body that ends this exchange.
    pub(super) fn answer(self, mut response: Response) -> Response {
        let status = response.status();
        let body = response.take_body().into();
        if let Some(bytes) = body::length_at_once(&body) {
            response.set_body(body);
            self.end(Answer { status, bytes, is_whole: true });
        } else {
            response.set_body(body::watched(body, move |bytes, is_whole| {
                self.end(Answer { status, bytes, is_whole });
            }));
        }
        response
    }

    fn end(mut self, answer: Answer) {
        self.answer = Some(answer);
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let span = self.span.take();
        let route = self.route.get();
        let meter = self.meter.get();
        let record = Record {
            head: &self.request,
            route: route.and_then(|route| route.route()),
            application: self.caller.get().and_then(Caller::application),
            status: self.answer.as_ref().map(|answer| answer.status),
            request_bytes: self.received.bytes(),
            response_bytes: self.answer.as_ref().map_or(0, |answer| answer.bytes),
            is_cut_off: !self.answer.as_ref().is_some_and(|answer| answer.is_whole),
            duration: self.started.elapsed(),
            steps: meter.map_or(0, Meter::steps),
            samples: meter.map_or(0, Meter::samples),
            model_cost: meter.map_or(0, Meter::model_cost),
            trace_id: span.as_ref().map(RequestSpan::trace_id),
        };
        self.metrics.record(route.map(Arc::as_ref), &record);
        log::request(&record);
        if let Some(span) = span {
            span.end(&record);
        }
    }
}
