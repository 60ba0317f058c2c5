//! Operations called in process, for their tests.

use futures_util::FutureExt;
use poem::{Body, Endpoint, IntoEndpoint, Request, http::Method};

use crate::{
    http::api_key::ApiKeys, http::meter::Meter, http::routes::Routes, operations::operations, services::Readiness,
};

/// The status and the body of an answer, which is JSON like every other.
pub(crate) type Answer = (u16, String);

/// Sends a request to the operations.
pub(crate) fn send(readiness: &Readiness, request: Request) -> Answer {
    let answer = async {
        let response = operations(readiness.clone(), &ApiKeys::default()).into_endpoint().get_response(request).await;
        assert_eq!(response.content_type(), Some("application/json"));
        let status = response.status().as_u16();
        (status, response.into_body().into_string().await.expect("an answer is UTF-8 and does not break off"))
    };
    answer.now_or_never().expect("an operation waits for nothing but its body, which is there")
}

/// Posts a body with headers.
pub(crate) fn post(path: &'static str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(Method::POST).uri_str(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    send(&Readiness::default(), request.body(body))
}

/// Posts a body as JSON.
pub(crate) fn post_json(path: &'static str, body: impl Into<Body>) -> Answer {
    post(path, &[("Content-Type", "application/json")], body)
}

/// All that there is to see of an answer: its status, headers and body, and what was counted.
pub(crate) fn everything(service: &Routes, mut request: Request) -> String {
    let meter = Meter::default();
    request.extensions_mut().insert(meter.clone());
    let answer = async {
        let response = service.get_response(request).await;
        let head = format!("{} {:?}", response.status(), response.headers());
        format!("{head} {:?}", response.into_body().into_vec().await.expect("a body of ours does not fail"))
    };
    let answer = answer.now_or_never().expect("an operation waits for nothing but its body, which is there");
    format!("{answer} {} tokens {} steps", meter.tokens(), meter.steps())
}
