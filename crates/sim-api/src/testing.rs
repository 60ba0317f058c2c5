//! Calls operations in process, for their tests.

use poem::{Body, Request, Response, http::Method};

use crate::{
    http::{api_key::ApiKeys, meter::Meter},
    operations::operations,
    services::Services,
};

/// The status and the JSON body of an answer.
pub(crate) type Answer = (u16, String);

/// Waits for a future, which may wait for other tasks and for time.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime starts").block_on(future)
}

/// Sends a request to the operations; returns the response and what it costs.
pub(crate) fn metered(request: Request) -> (Response, Meter) {
    let routes = operations(&Services::default(), &ApiKeys::default()).expect("the contract is enforced");
    let item = routes.find(request.uri().path()).expect("the path has an operation");
    let mut call = item.call(request, |_, _, _| Ok(())).expect("the path has the method");
    let response = block_on(call.answer(|response| response));
    (response.unwrap_or_else(poem::Error::into_response), call.meter)
}

/// Sends a request to the operations of some services.
pub(crate) fn send_to(services: &Services, request: Request) -> Answer {
    let routes = operations(services, &ApiKeys::default()).expect("the contract is enforced");
    let response = block_on(routes.answer(request));
    assert_eq!(response.content_type(), Some("application/json"));
    (response.status().as_u16(), String::from_utf8(body(response)).expect("an answer is UTF-8"))
}

/// Gets an address with headers.
pub(crate) fn get(address: &str, headers: &[(&str, &str)]) -> Response {
    let request = Request::builder().method(Method::GET).uri_str(address);
    metered(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).finish()).0
}

/// The body of a response.
pub(crate) fn body(response: Response) -> Vec<u8> {
    block_on(response.into_body().into_vec()).expect("an answer does not break off")
}

/// Posts a body with headers.
pub(crate) fn post(path: &'static str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(Method::POST).uri_str(path);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    send_to(&Services::default(), request.body(body))
}

/// Posts a body as JSON.
pub(crate) fn post_json(path: &'static str, body: impl Into<Body>) -> Answer {
    post(path, &[("Content-Type", "application/json")], body)
}
