//! The service in process.

use poem::{Body, Request, Response, http::Method};
use poem_openapi::OperationId;
use serde_json::value::RawValue;
use sim_api::{ApiKeys, Readiness, Routes, Services, operations};

/// The service for callers with these keys.
pub(crate) fn service(readiness: &Readiness, keys: &ApiKeys) -> Routes {
    let services = Services { readiness: readiness.clone(), ..Services::default() };
    operations(&services, keys).expect("the contract is enforced")
}

/// Waits for a future, which may wait for other tasks and for time.
fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(future)
}

/// The media type of a body.
pub(crate) const JSON: &str = "application/json";

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    method: Method,
    address: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

/// What an operation answers in JSON.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) operation_id: String,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn new(method: &str, address: impl Into<String>) -> Self {
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).expect("the contract names methods");
        Self { method, address: address.into(), headers: vec![], body: vec![] }
    }

    pub(crate) fn post(path: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new("POST", path).with_body(JSON, body)
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Replaces the body and its media type.
    pub(crate) fn with_body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.retain(|(name, _)| *name != "Content-Type");
        self.body = body.into();
        self.with_header("Content-Type", media_type)
    }

    /// The response, its body yet to be read.
    pub(crate) fn respond(self, readiness: &Readiness) -> Response {
        self.respond_from(&service(readiness, &ApiKeys::default()))
    }

    /// The response of a service, its body yet to be read.
    pub(crate) fn respond_from(self, service: &Routes) -> Response {
        let request = Request::builder().method(self.method).uri_str(self.address);
        let request = self.headers.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        let request = request.body(if self.body.is_empty() { Body::empty() } else { self.body.into() });
        block_on(service.answer(request))
    }

    /// The answer of an operation, which is JSON.
    ///
    /// # Panics
    ///
    /// If the answer is not JSON by the grammar. A quoted input need not be more than that: not every parser reads its
    /// lone surrogates and its largest numbers.
    pub(crate) fn send(self, readiness: &Readiness) -> Answer {
        let response = self.respond(readiness);
        assert_eq!(response.content_type(), Some(JSON));
        let status = response.status().as_u16();
        let operation_id = operation_id(&response).expect("an operation has answered").to_owned();
        let answer = Answer { status, operation_id, body: text(response) };
        serde_json::from_str::<&RawValue>(&answer.body).expect("an answer is JSON");
        answer
    }
}

/// The operation that has answered, if one has.
pub(crate) fn operation_id(response: &Response) -> Option<&'static str> {
    response.data::<OperationId>().map(|operation| operation.0)
}

/// The body of a response.
pub(crate) fn text(response: Response) -> String {
    block_on(response.into_body().into_string()).expect("an answer is UTF-8 and does not break off")
}

/// Posts a body to `simulate`.
pub(crate) fn simulate(body: impl Into<Vec<u8>>) -> Answer {
    Call::post("/simulate", body).send(&Readiness::default())
}
