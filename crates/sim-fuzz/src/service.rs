//! The operations, called in process.

use std::sync::LazyLock;

use futures_executor::block_on;
use poem::{Body, Request, Response, http::Method};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use sim_api::{ApiKeys, Routes, Services, operations};

static ROUTES: LazyLock<Routes> =
    LazyLock::new(|| operations(&Services::default(), &ApiKeys::default()).expect("the contract is enforced"));

/// An answer in JSON.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, which is JSON by the grammar.
    pub body: String,
}

/// An entry of an error: its type and its location.
pub type Violation = (String, Vec<Value>);

/// Calls an operation; `None` if there is none at the path.
#[must_use]
pub fn call(request: Request) -> Option<Response> {
    ROUTES.find(request.uri().path())?;
    Some(block_on(ROUTES.answer(request)))
}

/// Posts a body as JSON.
#[must_use]
pub fn post(path: &'static str, body: &[u8]) -> Answer {
    let request = Request::builder().method(Method::POST).uri_str(path).content_type("application/json");
    let body = if body.is_empty() { Body::empty() } else { body.to_vec().into() };
    Answer::of(call(request.body(body)).expect("the path has an operation"))
}

impl Answer {
    /// Reads a response that should be JSON.
    #[must_use]
    pub fn of(response: Response) -> Self {
        assert_eq!(response.content_type(), Some("application/json"));
        let status = response.status().as_u16();
        let body = block_on(response.into_body().into_string()).expect("an answer is text and does not break off");
        serde_json::from_str::<&RawValue>(&body).expect("an answer is JSON");
        Self { status, body }
    }

    /// The entries of an error.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        #[derive(Deserialize)]
        struct Error {
            detail: Vec<Detail>,
        }
        #[derive(Deserialize)]
        struct Detail {
            #[serde(rename = "type")]
            kind: String,
            loc: Vec<Value>,
        }
        let error: Error = serde_json::from_str(&self.body).expect("an error has the one shape of errors");
        error.detail.into_iter().map(|detail| (detail.kind, detail.loc)).collect()
    }
}
