//! A request and its answer, from the request's head to the last byte of the answer: what the log, the metrics and
//! the traces say of it.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use poem::{
    Response,
    http::{HeaderValue, Method, StatusCode, Uri},
};
use sim_api::{Application, Caller};
use tokio::time::Instant;
use tracing::{info, warn};

use crate::{
    listener::body::{self, Received},
    telemetry::{
        metrics::{Endpoint, Metrics},
        traces::RequestSpan,
    },
};

/// What a method is called that HTTP does not know.
pub(crate) const OTHER_METHOD: &str = "_OTHER";
/// What the lines of requests are filtered by.
const TARGET: &str = "sim_server::request";

/// One request and what becomes of it.
///
/// It is told to the log, the metrics and the traces when it is dropped, so once, whatever happened: the answer is sent,
/// or the client is gone.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) request: RequestHead,
    pub(crate) started: Instant,
    metrics: Arc<Metrics>,
    span: Option<RequestSpan>,
    received: Received,
    endpoint: OnceLock<Arc<Endpoint>>,
    caller: OnceLock<Caller>,
    answer: Option<Answer>,
}

/// What is known of a request once that is consumed.
#[derive(Debug)]
pub(crate) struct RequestHead {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) id: HeaderValue,
}

impl RequestHead {
    /// The method, where it is one that HTTP knows. Anybody can make up another, and what is counted is bounded.
    pub(crate) fn known_method(&self) -> Option<&'static str> {
        let known = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"];
        known.into_iter().find(|known| self.method == *known)
    }
}

#[derive(Debug)]
struct Answer {
    status: StatusCode,
    bytes: u64,
    is_whole: bool,
}

impl Exchange {
    /// A request whose body is counted by `received`, and which has a span where it is traced.
    pub(crate) fn begin(
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
            endpoint: OnceLock::new(),
            caller: OnceLock::new(),
            answer: None,
        }
    }

    /// Says whom the request has reached.
    pub(crate) fn enter(&self, endpoint: Arc<Endpoint>) {
        self.endpoint.get_or_init(|| endpoint).begin();
    }

    /// Says who has sent the request, which has shown what it must.
    pub(crate) fn identify(&self, caller: Caller) -> &Caller {
        self.caller.get_or_init(|| caller)
    }

    /// The id of the request as text.
    pub(crate) fn id(&self) -> &str {
        self.request.id.to_str().unwrap_or_default()
    }

    /// Whom the request has reached, if it has reached anybody.
    pub(crate) fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.get().map(Arc::as_ref)
    }

    /// The application that has sent the request, if that has shown a key.
    pub(crate) fn application(&self) -> Option<&Application> {
        self.caller.get().and_then(Caller::application)
    }

    /// The status of the answer, if there is one.
    pub(crate) fn status(&self) -> Option<StatusCode> {
        self.answer.as_ref().map(|answer| answer.status)
    }

    /// How many bytes of its body have been read.
    pub(crate) fn request_bytes(&self) -> u64 {
        self.received.bytes()
    }

    /// How many bytes of the body of the answer have been handed to the connection.
    pub(crate) fn response_bytes(&self) -> u64 {
        self.answer.as_ref().map_or(0, |answer| answer.bytes)
    }

    /// Whether the answer has not got out whole.
    pub(crate) fn is_cut_off(&self) -> bool {
        !self.answer.as_ref().is_some_and(|answer| answer.is_whole)
    }

    /// Takes the answer, and gives it with a body that tells how far it got.
    pub(crate) fn answer(self, mut response: Response) -> Response {
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

    /// Ends with an answer, of which this is known.
    fn end(mut self, answer: Answer) {
        self.answer = Some(answer);
    }

    /// One line a request. Never a body, and of the address only the path: a query may hold what is nobody's business.
    fn log(&self, duration: Duration) {
        macro_rules! line {
            ($level:ident) => {
                $level!(
                    target: TARGET,
                    request_id = self.id(),
                    trace_id = self.span.as_ref().map(|span| display(span.trace_id())),
                    operation_id = self.endpoint().and_then(Endpoint::operation_id),
                    method = self.request.method.as_str(),
                    route = self.endpoint().and_then(Endpoint::route),
                    path = self.request.uri.path(),
                    status = self.status().map(|status| status.as_u16()),
                    duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
                    application = self.application().map(Application::name),
                    request_bytes = self.request_bytes(),
                    response_bytes = self.response_bytes(),
                    cut_off = self.is_cut_off().then_some(true),
                    "request"
                )
            };
        }
        if self.status().is_some_and(|status| status.is_server_error()) {
            line!(warn);
        } else {
            line!(info);
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        let duration = self.started.elapsed();
        self.metrics.record(self, duration);
        self.log(duration);
        if let Some(span) = self.span.take() {
            span.end(self, duration);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_is_made_up_is_not_known() {
        let known = |name: &str| {
            let (uri, id) = (Uri::from_static("/"), HeaderValue::from_static("id"));
            RequestHead { method: name.parse().unwrap(), uri, id }.known_method()
        };
        for name in ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"] {
            assert_eq!(known(name), Some(name));
        }
        for name in ["get", "PURGE", "X"] {
            assert_eq!(known(name), None);
        }
    }
}
