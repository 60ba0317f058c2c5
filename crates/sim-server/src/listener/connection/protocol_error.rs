//! Answers for bytes that hyper could not read as a request.
//!
//! hyper answers such bytes itself, with a status and no body, before our code sees them. [`answer`] recognises that in
//! what hyper writes to the socket, and returns the answer to send instead. hyper does not answer a client that begins
//! with HTTP/2; it gets [`bad_request`].

use std::time::SystemTime;

use httpdate::fmt_http_date;
use hyper::{
    Response, StatusCode,
    header::{self, HeaderValue},
};
use sim_api::ErrorResponse;

use crate::listener::body::{self, BoxBody};

/// An answer for bytes that are not a request.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) answer: Vec<u8>,
}

/// The answer to send instead of the head that hyper wrote, if that is hyper's own error.
pub(super) fn answer(written: &[u8]) -> Option<Refusal> {
    let head = written.strip_prefix(b"HTTP/1.1 ").or_else(|| written.strip_prefix(b"HTTP/1.0 "))?;
    match head.get(..3)? {
        b"400" => Some(bad_request()),
        b"431" => Some(refuse(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, &ErrorResponse::headers_too_large())),
        _ => None,
    }
}

/// The 400 to bytes that are not an HTTP/1.1 request.
pub(super) fn bad_request() -> Refusal {
    refuse(StatusCode::BAD_REQUEST, &ErrorResponse::bad_request())
}

/// The answer to a head that hyper accepts and HTTP/1.1 does not. It ends the connection.
pub(super) fn response(status: StatusCode, error: &ErrorResponse) -> Response<BoxBody> {
    let mut response = Response::new(body::of_text(serde_json::to_string(error).unwrap_or_default()));
    *response.status_mut() = status;
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONNECTION, "close"),
    ] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn refuse(status: StatusCode, body: &ErrorResponse) -> Refusal {
    let body = serde_json::to_string(body).unwrap_or_default();
    #[expect(clippy::disallowed_methods, reason = "the header is the time of the clock")]
    let date = fmt_http_date(SystemTime::now());
    let answer = format!(
        "HTTP/1.1 {status}\r\n\
         date: {date}\r\n\
         content-type: application/json\r\n\
         content-length: {}\r\n\
         cache-control: no-store\r\n\
         x-content-type-options: nosniff\r\n\
         connection: close\r\n\r\n{body}",
        body.len()
    );
    Refusal { status, answer: answer.into_bytes() }
}
