//! The service in process.

use futures_util::FutureExt;
use poem::{Body, Endpoint, IntoEndpoint, Request, http::Method};
use poem_openapi::OperationId;
use serde_json::value::RawValue;
use sim_api::{Readiness, operations};

/// What an operation answers.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) operation_id: String,
    pub(crate) body: String,
}

/// Sends a request with a body, where it has one, of a media type.
///
/// # Panics
///
/// Where the answer is not JSON by the grammar, which is all that a quoted input is sure to be: not every parser reads
/// its lone surrogates and its greatest numbers.
pub(crate) fn send(readiness: &Readiness, method: &str, path: &str, body: Option<(&str, Vec<u8>)>) -> Answer {
    let method = Method::from_bytes(method.as_bytes()).expect("the contract names methods");
    let mut request = Request::builder().method(method).uri_str(path);
    if let Some((media_type, _)) = body {
        request = request.header("Content-Type", media_type);
    }
    let request = request.body(body.map_or(Body::empty(), |(_, body)| body.into()));
    let answer = async {
        let response = operations(readiness.clone()).into_endpoint().get_response(request).await;
        assert_eq!(response.content_type(), Some("application/json"));
        Answer {
            status: response.status().as_u16(),
            operation_id: response.data::<OperationId>().expect("an operation has answered").0.to_owned(),
            body: response.into_body().into_string().await.expect("an answer is UTF-8 and does not break off"),
        }
    };
    let answer = answer.now_or_never().expect("an operation waits for nothing but its body, which is there");
    serde_json::from_str::<&RawValue>(&answer.body).expect("an answer is JSON");
    answer
}

/// Posts a body to `simulate`.
pub(crate) fn simulate(body: impl Into<Vec<u8>>) -> Answer {
    send(&Readiness::default(), "POST", "/simulate", Some(("application/json", body.into())))
}
