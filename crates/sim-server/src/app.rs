//! What every request passes through, outermost first.

mod accept_encoding;
mod compression;
mod cors;
mod error_response;
mod exchange;
mod limits;
mod metrics_page;
mod pages;
mod request_id;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use futures_util::FutureExt;
use hyper::body::{Body as _, Incoming};
use poem::{
    Addr, Body, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, Uri, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use sim_api::{
    Compute, Conditions, ContractError, ErrorResponse, Readiness, Routes, Services, method_not_allowed, not_found,
    operations, unescaped,
};
use tokio::{sync::Semaphore, time::timeout_at};
use tracing::{error, info};

use crate::{
    config::Config,
    listener::{
        Service,
        body::{BoxBody, Received},
    },
    telemetry::{log::DroppedLines, metrics::Metrics, record::RequestHead, traces::Traces},
};
use accept_encoding::Wanted;
use compression::compress;
use cors::Cors;
use error_response::error_response;
use exchange::Exchange;
use limits::{Limits, Permit};
pub(crate) use metrics_page::MetricsPage;
use pages::Pages;
use request_id::{RequestIds, X_REQUEST_ID};

/// The application. It answers every request.
pub(crate) struct App {
    operations: Routes,
    pages: Pages,
    readiness: Readiness,
    request_timeout: Duration,
    request_ids: RequestIds,
    cors: Cors,
    max_uri_bytes: usize,
    limits: Limits,
    metrics: Arc<Metrics>,
    traces: Option<Arc<Traces>>,
}

/// A call of an operation; with a permit if the operation is limited.
type Call<'app> = sim_api::Call<'app, Option<Permit<'app>>>;

impl App {
    /// Makes the application.
    ///
    /// # Errors
    ///
    /// The contract says something that is not enforced: an error in `sim-api`, which any start finds.
    ///
    /// # Panics
    ///
    /// If two metrics have the same name, which is an error in `metrics` that every start finds.
    pub(crate) fn new(
        readiness: Readiness,
        config: &Config,
        dropped_lines: &DroppedLines,
    ) -> Result<Self, ContractError> {
        let compute = Compute::new(config.compute_threads.unwrap_or_else(Compute::cores), lower_priority);
        let max_model_cost = config.max_model_cost;
        let services = Services { readiness: readiness.clone(), compute, max_model_cost };
        let operations = operations(&services, &config.api_keys)?.with_max_body_bytes(config.max_body_bytes);
        let pages = Pages::new(config.public_url.as_deref());
        let in_flight = Arc::new(Semaphore::new(config.max_in_flight));
        let count = {
            let (in_flight, most) = (Arc::clone(&in_flight), config.max_in_flight);
            move || most - in_flight.available_permits()
        };
        let metrics = Metrics::new(config, count, &services.compute, dropped_lines, operations.iter(), pages.paths());
        let metrics = Arc::new(metrics.expect("each metric has its name"));
        Ok(Self {
            operations,
            pages,
            readiness,
            request_timeout: config.request_timeout,
            request_ids: RequestIds::new(),
            cors: Cors::new(config.cors_origins.clone()),
            max_uri_bytes: config.max_uri_bytes,
            limits: Limits::new(config, in_flight),
            metrics,
            traces: config.traces_endpoint.is_some().then(|| Arc::new(Traces::start())),
        })
    }

    /// Its metrics.
    pub(crate) fn metrics(&self) -> Arc<Metrics> {
        Arc::clone(&self.metrics)
    }

    /// Its traces, if tracing is on.
    pub(crate) fn traces(&self) -> Option<Arc<Traces>> {
        self.traces.clone()
    }

    /// Answers a request.
    ///
    /// The layers, outermost first: request id → log, metrics and traces → headers of every answer, including CORS →
    /// time limit → panic to 500 → length of the URI → CORS preflight → routes → API key → simulations in flight → rate
    /// limit → errors to JSON → operation. The layers are calls, not middleware: each middleware would box a future and
    /// move the request, half a kilobyte, once more. Synchronous work comes first: it took the future from 6.7 to 1.4
    /// KB.
    fn respond(&self, mut request: Request, received: Received) -> impl Future<Output = Response> + Send {
        let span = self.traces.as_ref().and_then(|traces| traces.begin(&request));
        let exchange = Exchange::begin(self.head(&request), received, Arc::clone(&self.metrics), span);
        let origin = self.cors.origin(request.headers());
        if exchange.request.method == Method::HEAD {
            request.set_method(Method::GET);
            // A range is one of GET alone (RFC 9110, section 14.2).
            request.headers_mut().remove(header::RANGE);
        }
        let routed = catch_unwind(AssertUnwindSafe(|| self.route(request, &exchange, origin.as_ref())));
        async move {
            let mut response = match routed {
                Ok(Ok((call, wanted))) => self.in_time(call, wanted, &exchange).await,
                Ok(Err(answer)) => *answer,
                // The panic hook has logged it.
                Err(_) => internal_error(&exchange),
            };
            self.add_headers(&mut response, &exchange.request.id, origin.as_ref());
            if exchange.request.method == Method::HEAD {
                drop_body(&mut response);
            }
            exchange.answer(response)
        }
    }

    fn head(&self, request: &Request) -> RequestHead {
        RequestHead {
            method: request.method().clone(),
            uri: request.uri().clone(),
            id: self.request_ids.of(request.headers()),
        }
    }

    /// Leads a request to the operation that it may call and begins that, or returns the answer to the request.
    fn route(
        &self,
        mut request: Request,
        exchange: &Exchange,
        origin: Option<&HeaderValue>,
    ) -> Result<(Call<'_>, Wanted), Box<Response>> {
        if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > self.max_uri_bytes) {
            let error = ErrorResponse::uri_too_long(self.max_uri_bytes);
            return Err(Box::new(error_response(StatusCode::URI_TOO_LONG, error)));
        }
        if let Some(answer) = Cors::preflight(origin, &request) {
            return Err(Box::new(answer));
        }
        if request.method() == Method::OPTIONS && matches!(request.uri().path(), "*" | "/") {
            return Err(Box::new(self.options()));
        }
        let Some(path) = self.operations.find(request.uri().path()) else {
            return Err(Box::new(self.page(&request, exchange)));
        };
        let wanted = compression::wanted(request.headers())?;
        if wanted.is_plain_refused {
            // A range is one of the plain form.
            request.headers_mut().remove(header::RANGE);
        }
        let call = path.call(request, |operation, caller, request| {
            exchange.reach(self.metrics.route(operation.id().0));
            let caller = caller.map(|caller| exchange.identify(caller));
            operation.needs_key().then(|| self.limits.admit(caller, request)).transpose()
        })?;
        Ok((call, wanted))
    }

    /// The answer of an operation, or the error if it takes too long or panics.
    async fn in_time(&self, mut call: Call<'_>, wanted: Wanted, exchange: &Exchange) -> Response {
        exchange.measure(call.meter.clone());
        if let Some(permit) = &mut call.permit {
            permit.measure(call.meter.clone());
        }
        let answer = call.answer(|response| compress(response, wanted));
        match timeout_at(exchange.started + self.request_timeout, AssertUnwindSafe(answer).catch_unwind()).await {
            Ok(Ok(answer)) => {
                let mut response = answer.unwrap_or_else(|error| compress(answer_error(error, exchange), wanted));
                if let Some(permit) = &mut call.permit {
                    permit.settle(&mut response);
                }
                response
            }
            Ok(Err(_)) => internal_error(exchange),
            Err(_) => error_response(
                StatusCode::REQUEST_TIMEOUT,
                ErrorResponse::request_timeout(self.request_timeout.as_secs()),
            ),
        }
    }

    /// The page at the path of a request that matches no operation.
    fn page(&self, request: &Request, exchange: &Exchange) -> Response {
        match self.pages.find(&unescaped(request.uri().path())) {
            Some((path, page)) if request.method() == Method::GET => {
                exchange.reach(self.metrics.route(path));
                let response = page.respond(request.headers()).unwrap_or_else(|refusal| *refusal);
                match Conditions::of(request.method(), request.headers()) {
                    Some(conditions) => conditions.apply(response),
                    None => response,
                }
            }
            Some(_) => method_not_allowed(&HeaderValue::from_static("GET, HEAD")),
            None => self.not_found(request.uri()),
        }
    }

    /// 404, or a redirect if the path is known without its trailing slash, as in the replaced service.
    fn not_found(&self, uri: &Uri) -> Response {
        let known = uri.path().trim_end_matches('/');
        if known != uri.path()
            && (self.operations.find(known).is_some() || self.pages.find(&unescaped(known)).is_some())
        {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            // Relative, for a proxy may have stripped a prefix. Each slash too many is a level to go up.
            let up = "../".repeat(uri.path().len() - known.len());
            let name = known.rsplit('/').next().unwrap_or_default();
            return Response::builder()
                .status(StatusCode::TEMPORARY_REDIRECT)
                .header(header::LOCATION, format!("{up}{name}{query}"))
                .finish();
        }
        not_found()
    }

    /// The answer to `OPTIONS *`, which asks for the whole service, and to `OPTIONS /`, the default check of `HAProxy`.
    fn options(&self) -> Response {
        if self.readiness.is_shutting_down() {
            return error_response(StatusCode::SERVICE_UNAVAILABLE, ErrorResponse::shutting_down());
        }
        let allow = HeaderValue::from_static("GET, HEAD, OPTIONS, POST");
        Response::builder().status(StatusCode::NO_CONTENT).header(header::ALLOW, allow).finish()
    }

    fn add_headers(&self, response: &mut Response, id: &HeaderValue, origin: Option<&HeaderValue>) {
        let status = response.status();
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, id.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        self.cors.add_headers(origin, headers);
        if status.is_client_error() || status.is_server_error() {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // Otherwise the unread rest of the body would be read as the next request.
        let leaves_body =
            matches!(status, StatusCode::BAD_REQUEST | StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE);
        if leaves_body || self.readiness.is_shutting_down() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

impl Service for App {
    fn answer(
        &self,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
        received: Received,
    ) -> impl Future<Output = hyper::Response<BoxBody>> + Send {
        let response = self.respond(receive(request, peer, &received), received);
        response.map(Into::into)
    }

    fn refused(&self, status: StatusCode) {
        info!(status = status.as_u16(), "request refused");
        self.metrics.refused(status);
    }

    fn opened(&self) {
        self.metrics.connections_accepted.inc();
        self.metrics.connections_open.inc();
    }

    fn closed(&self) {
        self.metrics.connections_open.dec();
    }

    fn cannot_accept(&self) {
        self.metrics.accept_errors.inc();
    }
}

/// Lowers the priority of a thread that runs models, so that a short request takes its core at once.
///
/// Measured on two cores that both ran models: with equal priorities 99 of 100 simulations took at most 3 to 5 ms, with this
/// 0.2 ms.
fn lower_priority() {
    // Elsewhere this would lower the priority of the whole process. A system that refuses leaves the priorities equal.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::setpriority_process(None, 10);
}

/// Converts hyper's request into poem's; `received` counts its body.
fn receive(request: hyper::Request<Incoming>, peer: SocketAddr, received: &Received) -> Request {
    let (parts, body) = request.into_parts();
    let parts = (parts, LocalAddr::default(), RemoteAddr(Addr::SocketAddr(peer)), Scheme::HTTP).into();
    Request::from_parts(parts, received.count(body).into())
}

/// Removes the body of an answer to `HEAD` and keeps its length. A 304 has no length, as for `GET`.
fn drop_body(response: &mut Response) {
    if response.status() == StatusCode::NOT_MODIFIED {
        return;
    }
    let body: BoxBody = response.take_body().into();
    if let Some(length) = body.size_hint().exact() {
        response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    }
    response.set_body(Body::empty());
}

/// The answer to an error. Intended errors are JSON; any other is a fault of the service, and becomes a 500 without
/// details.
fn answer_error(error: poem::Error, exchange: &Exchange) -> Response {
    let reason = error.to_string();
    let response = error.into_response();
    if response.content_type() == Some("application/json") {
        return response;
    }
    error!(request_id = exchange.request.id(), reason, "unexpected error");
    internal_error(exchange)
}

fn internal_error(exchange: &Exchange) -> Response {
    error_response(StatusCode::INTERNAL_SERVER_ERROR, ErrorResponse::internal(exchange.request.id()))
}
