//! What every request passes through, outermost first.

use std::{io, panic::AssertUnwindSafe, sync::OnceLock, time::Duration};

use futures_util::FutureExt;
use http_body_util::combinators;
use hyper::body::{Body as _, Bytes, Incoming};
use poem::{
    Body, IntoResponse, Request, Response,
    http::{HeaderValue, Method, StatusCode, Uri, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
use poem_openapi::OperationId;
use sim_api::{
    ApiKeys, Application, Caller, ErrorResponse, Json, Methods, Readiness, Routes, method_not_allowed, not_found,
    operations,
};
use tokio::time::{Instant, timeout_at};
use tracing::{error, info};

use crate::{
    compression::{self, compress},
    pages::Pages,
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
}

/// What is known of a request once that is consumed.
struct Head {
    method: Method,
    uri: Uri,
    id: HeaderValue,
    caller: OnceLock<Caller>,
}

impl App {
    pub(crate) fn new(readiness: Readiness, api_keys: &ApiKeys, request_timeout: Duration) -> Self {
        Self {
            operations: operations(readiness.clone(), api_keys),
            pages: Pages::new(),
            readiness,
            request_timeout,
            request_ids: RequestIds::new(),
        }
    }

    /// Answers a request as hyper hands it over.
    pub(crate) async fn answer(&self, request: hyper::Request<Incoming>) -> hyper::Response<BoxBody> {
        let request = (request, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP);
        self.respond(request.into()).await.into()
    }

    /// Answers a request.
    ///
    /// The layers, outermost first: request id → access log → headers of every answer → panic to 500 → time limit →
    /// errors to JSON → API key → routes. They are calls and not middleware because each of those would move the request, of half
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
            return operate(methods, request, head).await;
        }
        match self.pages.find(path) {
            Some(page) if request.method() == Method::GET => page.respond(request.headers()),
            Some(_) => method_not_allowed(&HeaderValue::from_static("GET, HEAD")),
            None => self.not_found(request.uri()),
        }
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

/// Has an operation answer a request of a caller that may call it.
async fn operate(methods: &Methods, request: Request, head: &Head) -> Response {
    let Some(operation) = methods.operation(request.method()) else {
        return methods.not_allowed();
    };
    let caller = match operation.authenticate(request.headers()) {
        Ok(caller) => head.caller.get_or_init(|| caller),
        Err(refusal) => return *refusal,
    };
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

fn error_response(status: StatusCode, error: ErrorResponse) -> Response {
    let mut response = Json(error).into_response();
    response.set_status(status);
    response
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use poem::{
        EndpointExt,
        endpoint::{BoxEndpoint, make},
    };
    use poem_openapi::{
        OpenApi,
        registry::{MetaApi, Registry},
    };

    use super::*;

    const LIMIT: Duration = Duration::from_hours(1);

    /// One operation, `GET /simulate`.
    struct Only(BoxEndpoint<'static>);

    impl OpenApi for Only {
        fn meta() -> Vec<MetaApi> {
            vec![]
        }

        fn register(_: &mut Registry) {}

        fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
            routes.insert("/simulate".to_owned(), HashMap::from([(Method::GET, self.0)]));
        }
    }

    async fn answer(operation: BoxEndpoint<'static>) -> (StatusCode, String, String) {
        let app = App {
            operations: Routes::new(Only(operation), &ApiKeys::default()),
            ..App::new(Readiness::default(), &ApiKeys::default(), LIMIT)
        };
        let mut response = app.respond(Request::builder().uri(Uri::from_static("/simulate")).finish()).await;
        let id = response.header(X_REQUEST_ID).expect("every answer has an id").to_owned();
        let body = response.take_body().into_string().await.expect("a body of ours is text");
        (response.status(), id, body)
    }

    fn text(error: &ErrorResponse) -> String {
        serde_json::to_string(error).expect("an error is JSON")
    }

    #[tokio::test]
    async fn a_panic_is_a_500_that_names_the_request_and_tells_nothing() {
        async fn operation(request: Request) -> poem::Result<Response> {
            assert!(request.uri().path().is_empty(), "a secret");
            Ok(Response::default())
        }
        let (status, id, body) = answer(make(operation).boxed()).await;
        assert_eq!((status, body), (StatusCode::INTERNAL_SERVER_ERROR, text(&ErrorResponse::internal(&id))));
    }

    #[tokio::test]
    async fn an_error_that_is_not_json_is_a_500_that_tells_nothing() {
        let operation = |_| async {
            let error = io::Error::other("a secret");
            Err::<Response, _>(poem::error::BadRequest(error))
        };
        let (status, id, body) = answer(make(operation).boxed()).await;
        assert_eq!((status, body), (StatusCode::INTERNAL_SERVER_ERROR, text(&ErrorResponse::internal(&id))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_takes_too_long_is_a_408() {
        let operation = |_| std::future::pending::<poem::Result<Response>>();
        let (status, _, body) = answer(make(operation).boxed()).await;
        assert_eq!((status, body), (StatusCode::REQUEST_TIMEOUT, text(&ErrorResponse::request_timeout(3600))));
    }
}
