//! The failures of the service, by status.

use poem::http::StatusCode;
use poem_openapi::types::Any;

use crate::error::response::{ErrorContext, ErrorDetail, ErrorResponse, Location};

/// The largest body that is read unless a server sets another limit, in bytes: 10000 simulations of the longest seeds, each on
/// lines of its own.
pub(crate) const MAX_BODY_BYTES: usize = 1 << 20;

impl ErrorResponse {
    fn of(detail: ErrorDetail) -> Self {
        Self { detail: vec![detail] }
    }

    /// 400: the bytes are not an HTTP request.
    #[must_use]
    pub fn bad_request() -> Self {
        Self::of(ErrorDetail::new("bad_request", vec![], "The request is not valid HTTP/1.1"))
    }

    /// 400: the body did not arrive as its head declares it.
    #[must_use]
    pub fn body_incomplete() -> Self {
        let msg = "The body ended early or its transfer coding is broken";
        Self::of(ErrorDetail::new("body_incomplete", vec!["body".into()], msg))
    }

    /// 401: the request has no API key.
    #[must_use]
    pub fn api_key_missing() -> Self {
        Self::of_api_key("api_key_missing", "X-API-Key should hold the key of an application")
    }

    /// 401: the request has an API key that the service does not know.
    #[must_use]
    pub fn api_key_invalid() -> Self {
        Self::of_api_key("api_key_invalid", "X-API-Key should hold a key that the service knows")
    }

    /// 401: the request has more than one API key.
    #[must_use]
    pub fn api_key_repeated() -> Self {
        Self::of_api_key("api_key_invalid", "X-API-Key should be sent once")
    }

    /// The error does not quote the key, because clients may log errors.
    fn of_api_key(kind: &'static str, msg: &'static str) -> Self {
        Self::of(ErrorDetail::new(kind, vec!["header".into(), "x-api-key".into()], msg))
    }

    /// 406: the request accepts none of the media types `offered`.
    #[must_use]
    pub fn not_acceptable(accept: Option<&str>, offered: &[&str]) -> Self {
        let media_types = offered.join(", ");
        let mut detail = ErrorDetail::new(
            "not_acceptable",
            vec!["header".into(), "accept".into()],
            format!("Accept should allow one of {media_types}"),
        )
        .with_context(ErrorContext { expected: Some(media_types), ..ErrorContext::default() });
        detail.input = accept.and_then(|sent| serde_json::value::to_raw_value(sent).ok()).map(Any);
        Self::of(detail)
    }

    /// 406: the service answers in the content codings `offered`, and the request refuses all of them.
    #[must_use]
    pub fn encoding_not_acceptable(accept_encoding: &str, offered: &[&str]) -> Self {
        let codings = offered.join(", ");
        let mut detail = ErrorDetail::new(
            "not_acceptable",
            vec!["header".into(), "accept-encoding".into()],
            format!("Accept-Encoding should allow one of {codings}"),
        )
        .with_context(ErrorContext { expected: Some(codings), ..ErrorContext::default() });
        detail.input = serde_json::value::to_raw_value(accept_encoding).ok().map(Any);
        Self::of(detail)
    }

    /// 408: the body did not arrive within the time that the service allows.
    #[must_use]
    pub fn request_timeout(seconds: u64) -> Self {
        Self::of(ErrorDetail::new(
            "request_timeout",
            vec!["body".into()],
            format!("The request should arrive within {seconds} s"),
        ))
    }

    /// 412: the condition in the header of this name does not hold.
    #[must_use]
    pub fn precondition_failed(header: &'static str) -> Self {
        let loc = vec!["header".into(), Location::Name(header.to_ascii_lowercase().into())];
        Self::of(ErrorDetail::new("precondition_failed", loc, format!("The condition in {header} does not hold")))
    }

    /// 413: the body has more than `max_bytes`.
    #[must_use]
    pub fn body_too_large(max_bytes: usize) -> Self {
        let detail = ErrorDetail::new(
            "body_too_large",
            vec!["body".into()],
            format!("Body should have at most {max_bytes} bytes"),
        );
        Self::of(
            detail.with_context(ErrorContext { max_bytes: i64::try_from(max_bytes).ok(), ..ErrorContext::default() }),
        )
    }

    /// 414: the address has more than `max_bytes`.
    #[must_use]
    pub fn uri_too_long(max_bytes: usize) -> Self {
        let msg = format!("The address should have at most {max_bytes} bytes");
        let max_bytes = i64::try_from(max_bytes).ok();
        let detail = ErrorDetail::new("uri_too_long", vec![], msg);
        Self::of(detail.with_context(ErrorContext { max_bytes, ..ErrorContext::default() }))
    }

    /// 415: the body is not declared to be JSON. `content_type` is the request's header, if it has one.
    #[must_use]
    pub fn unsupported_media_type(content_type: Option<&str>) -> Self {
        let mut detail = ErrorDetail::new(
            "unsupported_media_type",
            vec!["header".into(), "content-type".into()],
            "Content-Type should be application/json",
        )
        .with_context(ErrorContext { expected: Some("application/json".into()), ..ErrorContext::default() });
        detail.input = content_type.and_then(|sent| serde_json::value::to_raw_value(sent).ok()).map(Any);
        Self::of(detail)
    }

    /// 415: the body has a content coding.
    #[must_use]
    pub fn unsupported_content_coding(coding: &str) -> Self {
        let detail = ErrorDetail::new(
            "unsupported_content_coding",
            vec!["header".into(), "content-encoding".into()],
            "Content-Encoding should be absent: the service reads bodies as they are",
        );
        let mut detail =
            detail.with_context(ErrorContext { expected: Some("identity".into()), ..ErrorContext::default() });
        detail.input = serde_json::value::to_raw_value(coding).ok().map(Any);
        Self::of(detail)
    }

    /// 416: `Range` begins after the last of the `length` bytes.
    #[must_use]
    pub fn range_not_satisfiable(length: u64) -> Self {
        let detail = ErrorDetail::new(
            "range_not_satisfiable",
            vec!["header".into(), "range".into()],
            format!("Range should begin within the {length} bytes that there are"),
        );
        let max_bytes = i64::try_from(length).ok();
        Self::of(detail.with_context(ErrorContext { max_bytes, ..ErrorContext::default() }))
    }

    /// 429: the caller has used up its rate for `seconds`.
    #[must_use]
    pub fn rate_limited(seconds: u64) -> Self {
        let detail = ErrorDetail::new("rate_limited", vec![], format!("The rate is used up for {seconds} s"));
        let retry_after = i64::try_from(seconds).ok();
        Self::of(detail.with_context(ErrorContext { retry_after, ..ErrorContext::default() }))
    }

    /// 431: the header section is larger than the service reads.
    #[must_use]
    pub fn headers_too_large() -> Self {
        Self::of(ErrorDetail::new("headers_too_large", vec!["header".into()], "The header section is too large"))
    }

    /// 500: the service failed. The cause is in the log under `request_id`, and not in the answer.
    #[must_use]
    pub fn internal(request_id: &str) -> Self {
        let detail = ErrorDetail::new("internal_error", vec![], "Internal server error; quote the request id");
        Self::of(
            detail.with_context(ErrorContext { request_id: Some(request_id.to_owned()), ..ErrorContext::default() }),
        )
    }

    /// 501: the body has a transfer coding other than `chunked`.
    #[must_use]
    pub fn unsupported_transfer_coding() -> Self {
        let detail = ErrorDetail::new(
            "unsupported_transfer_coding",
            vec!["header".into(), "transfer-encoding".into()],
            "Transfer-Encoding should be chunked",
        );
        Self::of(detail.with_context(ErrorContext { expected: Some("chunked".into()), ..ErrorContext::default() }))
    }

    /// 503: the limit on requests in flight is reached.
    #[must_use]
    pub fn overloaded(seconds: u64) -> Self {
        let detail = ErrorDetail::new("overloaded", vec![], format!("The service is busy; try again in {seconds} s"));
        let retry_after = i64::try_from(seconds).ok();
        Self::of(detail.with_context(ErrorContext { retry_after, ..ErrorContext::default() }))
    }

    /// 503: shutdown has begun.
    #[must_use]
    pub fn shutting_down() -> Self {
        Self::of(ErrorDetail::new("shutting_down", vec![], "The service is shutting down"))
    }

    /// An example for the contract, of an operation that answers in the media types `offered`.
    ///
    /// `None` for a status whose answer depends on more than that.
    pub(crate) fn example(status: StatusCode, offered: &[&str]) -> Option<Self> {
        Some(match status {
            StatusCode::BAD_REQUEST => Self::bad_request(),
            StatusCode::UNAUTHORIZED => Self::api_key_missing(),
            StatusCode::NOT_ACCEPTABLE if offered.len() > 1 => Self::not_acceptable(Some("text/html"), offered),
            StatusCode::NOT_ACCEPTABLE => Self::encoding_not_acceptable("*;q=0", &["zstd", "br", "gzip", "identity"]),
            StatusCode::REQUEST_TIMEOUT => Self::request_timeout(10),
            StatusCode::PRECONDITION_FAILED => Self::precondition_failed("If-Match"),
            StatusCode::PAYLOAD_TOO_LARGE => Self::body_too_large(MAX_BODY_BYTES),
            StatusCode::URI_TOO_LONG => Self::uri_too_long(8192),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(Some("text/plain")),
            StatusCode::RANGE_NOT_SATISFIABLE => Self::range_not_satisfiable(12),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::headers_too_large(),
            StatusCode::TOO_MANY_REQUESTS => Self::rate_limited(2),
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal("b1946ac92492d2347c6235b4d2611184"),
            StatusCode::NOT_IMPLEMENTED => Self::unsupported_transfer_coding(),
            StatusCode::SERVICE_UNAVAILABLE => Self::shutting_down(),
            _ => return None,
        })
    }
}
