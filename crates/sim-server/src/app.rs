//! What every request passes through, outermost first.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::OnceLock,
    time::Duration,
};

use futures_util::FutureExt;
use http_body_util::combinators;
use hyper::body::{Body as _, Bytes, Incoming};
use poem::{
    Addr, Body, Request, Response,
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use poem_openapi::OperationId;
use sim_api::{
    Application, Caller, ErrorResponse, Meter, Methods, Operation, Readiness, Routes, method_not_allowed, not_found,
    operations,
};
use tokio::time::{Instant, timeout_at};
use tracing::{error, info};

use crate::{
    client_address,
    compression::{self, compress},
    config::Config,
    error_response::error_response,
    pages::Pages,
    rate_limit::{Admission, Client, RateLimiter},
    request_id::{RequestIds, X_REQUEST_ID},
};

/// The body of an answer, as hyper sends it.
pub(crate) type BoxBody = combinators::BoxBody<Bytes, io::Error>;

/// The application: every answer of the service comes from here.
pub(crate) struct App {
    operations: Routes,
    pages: Pages,
    readiness: Readiness,
    request_timeout: Duration,
    request_ids: RequestIds,
    rate_limiter: Option<RateLimiter>,
    client_ip_header: Option<HeaderName>,
}

/// What is known of a request once that is consumed.
struct Head {
    method: Method,
    uri: Uri,
    id: HeaderValue,
    caller: OnceLock<Caller>,
}

impl App {
    pub(crate) fn new(readiness: Readiness, config: &Config) -> Self {
        Self {
            operations: operations(readiness.clone(), &config.api_keys),
            pages: Pages::new(),
            readiness,
            request_timeout: config.request_timeout,
            request_ids: RequestIds::new(),
            rate_limiter: config.rate_limit.map(|rate| RateLimiter::new(rate, config.rate_limit_burst)),
            client_ip_header: config.client_ip_header.clone(),
        }
    }

    /// Answers a request as hyper hands it over.
    pub(crate) async fn answer(&self, request: hyper::Request<Incoming>, peer: SocketAddr) -> hyper::Response<BoxBody> {
        let request = (request, LocalAddr::default(), RemoteAddr(Addr::SocketAddr(peer)), Scheme::HTTP);
        self.respond(request.into()).await.into()
    }

    /// Answers a request.
    ///
    /// The layers, outermost first: request id → access log → headers of every answer → panic to 500 → time limit →
    /// errors to JSON → API key → rate limit → routes. They are calls and not middleware because each of those would move the request, of half
    /// a kilobyte, once more, and box a future.
    async fn respond(&self, mut request: Request) -> Response {
        let started = Instant::now();
        let head = Head {
            method: request.method().clone(),
            uri: request.uri().clone(),
            id: self.request_ids.of(request.headers()),
            caller: OnceLock::new(),
        };
        if head.method == Method::HEAD {
            request.set_method(Method::GET);
        }
        let routed = AssertUnwindSafe(self.route(request, &head)).catch_unwind();
        let mut response = match timeout_at(started + self.request_timeout, routed).await {
            Ok(Ok(response)) => response,
            // The panic hook has logged it.
            Ok(Err(_)) => internal_error(&head),
            Err(_) => error_response(
                StatusCode::REQUEST_TIMEOUT,
                ErrorResponse::request_timeout(self.request_timeout.as_secs()),
            ),
        };
        self.add_headers(&mut response, &head);
        log(&response, &head, started);
        if head.method == Method::HEAD {
            drop_body(&mut response);
        }
        response
    }

    async fn route(&self, request: Request, head: &Head) -> Response {
        let path = request.uri().path();
        if let Some(methods) = self.operations.find(path) {
            return self.operate(methods, request, head).await;
        }
        match self.pages.find(path) {
            Some(page) if request.method() == Method::GET => page.respond(request.headers()),
            Some(_) => method_not_allowed(&HeaderValue::from_static("GET, HEAD")),
            None => self.not_found(request.uri()),
        }
    }

    /// Has an operation answer a request that may call it.
    async fn operate(&self, methods: &Methods, mut request: Request, head: &Head) -> Response {
        let Some(operation) = methods.operation(request.method()) else {
            return methods.not_allowed();
        };
        let caller = operation.authenticate(request.headers()).map(|caller| head.caller.get_or_init(|| caller));
        // A request that is refused has cost something too: who guesses keys is held to a rate.
        let admission = match self.admit(operation, &request, caller.as_ref().ok().copied()) {
            Ok(admission) => admission,
            Err(refusal) => return *refusal,
        };
        let meter = Meter::default();
        if admission.is_some() {
            request.extensions_mut().insert(meter.clone());
        }
        let mut response = match caller {
            Ok(caller) => call(operation, request, head, caller).await,
            Err(refusal) => *refusal,
        };
        if let (Some(limiter), Some(admission)) = (&self.rate_limiter, &admission) {
            limiter.settle(admission, meter.tokens(), &mut response);
        }
        response
    }

    /// Takes the first token of a request, where there is a limit to them.
    fn admit(
        &self,
        operation: &Operation,
        request: &Request,
        caller: Option<&Caller>,
    ) -> Result<Option<Admission>, Box<Response>> {
        let Some(limiter) = self.rate_limiter.as_ref().filter(|_| operation.is_guarded()) else {
            return Ok(None);
        };
        let peer = request.remote_addr().as_socket_addr().map_or(Ipv4Addr::UNSPECIFIED.into(), SocketAddr::ip);
        let address = client_address::of(request.headers(), self.client_ip_header.as_ref(), peer);
        limiter.admit(Client::new(caller, address)).map(Some).map_err(|seconds| {
            let mut refusal = limiter.refuse(seconds);
            refusal.set_data(operation.id());
            Box::new(refusal)
        })
    }

    /// 404; or, where the path is known but for its trailing slash, a redirect to it, as the replaced service sent.
    fn not_found(&self, uri: &Uri) -> Response {
        let known = uri.path().trim_end_matches('/');
        if known != uri.path() && (self.operations.find(known).is_some() || self.pages.find(known).is_some()) {
            let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
            return Response::builder()
                .status(StatusCode::TEMPORARY_REDIRECT)
                .header(header::LOCATION, format!("{known}{query}"))
                .finish();
        }
        not_found()
    }

    fn add_headers(&self, response: &mut Response, head: &Head) {
        let status = response.status();
        let headers = response.headers_mut();
        headers.insert(X_REQUEST_ID, head.id.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if status.is_client_error() || status.is_server_error() {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        // The rest of a body that was not read to its end is not read as a next request.
        let leaves_body = matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::PAYLOAD_TOO_LARGE);
        if leaves_body || self.readiness.is_shutting_down() {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
    }
}

async fn call(operation: &Operation, request: Request, head: &Head, caller: &Caller) -> Response {
    let encoding = compression::wanted(request.headers());
    match operation.call(request, caller).await {
        Ok(response) => compress(response, encoding),
        Err(error) => answer_error(error, head),
    }
}

/// One line a request. Never a body, and of the address only the path: a query may hold what is nobody's business.
fn log(response: &Response, head: &Head, started: Instant) {
    info!(
        request_id = head.id.to_str().unwrap_or_default(),
        operation_id = response.data::<OperationId>().map(|operation| operation.0),
        application = head.caller.get().and_then(Caller::application).map(Application::name),
        method = head.method.as_str(),
        path = head.uri.path(),
        status = response.status().as_u16(),
        duration_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        "request"
    );
}

/// An answer to `HEAD` says how long the body would be, and has none; 304 says nothing of it to `GET` either.
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

/// Every error that an operation means to give is JSON; what is not is a fault of ours, of which nothing leaks.
fn answer_error(error: poem::Error, head: &Head) -> Response {
    let reason = error.to_string();
    let response = error.into_response();
    if response.content_type() == Some("application/json") {
        return response;
    }
    error!(request_id = head.id.to_str().unwrap_or_default(), reason, "unexpected error");
    internal_error(head)
}

fn internal_error(head: &Head) -> Response {
    let id = head.id.to_str().unwrap_or_default();
    error_response(StatusCode::INTERNAL_SERVER_ERROR, ErrorResponse::internal(id))
}

#[cfg(test)]
mod tests;
