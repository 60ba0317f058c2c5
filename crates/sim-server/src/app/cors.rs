//! Which web pages of other origins may read answers (the CORS protocol of the Fetch standard).
//!
//! Not by poem 3.1.12, which answers any request of another origin with 403, and sends no `Vary` for origins on the list.
//!
//! Never with credentials: a key travels in a header, which a page sends because it has the key, and not because a
//! browser keeps it.

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use sim_api::vary;

use crate::config::CorsOrigins;

/// Whatever an operation takes.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// The request headers that mean something here and that a page may not send unasked.
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, if-none-match, if-range, range, x-api-key, x-request-id");
/// The headers of answers that a page may not read unasked.
const ANSWER_HEADERS: HeaderValue =
    HeaderValue::from_static("content-range, etag, ratelimit, ratelimit-policy, retry-after, x-request-id");
/// How many seconds a browser need not ask again: as long as any of them takes.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// Tells browsers which pages may read answers.
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

    /// The answer to a browser that asks whether a page of `origin` may send a request, which it may.
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

    /// Says of an answer, an error too, who may read it; and of every one that it depends on who asks.
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
