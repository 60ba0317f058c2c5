//! CORS: which web pages of other origins may read answers (the CORS protocol of the Fetch standard).
//!
//! Not by poem 3.1.12, which answers any request of another origin with 403, and sends no `Vary` for origins on the list.
//!
//! Credentials are never allowed: a page sends a key in a header, and the browser stores none.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use sim_api::vary;

use crate::config::CorsOrigins;

/// The methods of all operations.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// Request headers that the service reads and that need permission in a preflight.
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "accept, content-encoding, content-type, if-match, if-none-match, if-range, range, traceparent, tracestate, \
         x-api-key, x-request-id",
);
/// Headers of answers that a page may read only with permission.
const ANSWER_HEADERS: HeaderValue =
    HeaderValue::from_static("content-range, etag, ratelimit, ratelimit-policy, retry-after, x-request-id");
/// How long a browser may keep the answer to a preflight, in seconds: the longest time that any browser accepts.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// The CORS layer.
pub(super) struct Cors(CorsOrigins);

impl Cors {
    /// Lets pages of these origins read answers.
    pub(super) fn new(origins: CorsOrigins) -> Self {
        Self(origins)
    }

    /// The origin of a request, if its page may read the answer.
    pub(super) fn origin(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN).filter(|_| !self.0.is_empty())?;
        self.0.contains(origin).then(|| origin.clone())
    }

    /// The answer to a preflight of a page of `origin`.
    ///
    /// For every path; the request itself then gets its 404.
    pub(super) fn preflight(origin: Option<&HeaderValue>, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let _ = origin.filter(|_| asks)?;
        let answer = Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .header(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
            .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(answer.finish())
    }

    /// Adds to an answer, including errors, who may read it, and that it varies with the origin.
    pub(super) fn add_headers(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        vary(answer, "origin");
        if let Some(origin) = origin {
            answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}
