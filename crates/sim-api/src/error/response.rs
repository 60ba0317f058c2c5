//! The one error shape.

use std::borrow::Cow;

use poem::http::StatusCode;
use poem_openapi::{
    Object,
    registry::{MetaSchema, MetaSchemaRef},
    types::{Any, ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::http::json::ResponseBody;

/// The largest body that is read where nothing else is said, in bytes: 10000 simulations of the longest seeds, each on
/// lines of its own.
pub(crate) const MAX_BODY_BYTES: usize = 1 << 20;

/// Why a request was not carried out: one entry for each thing that is wrong.
#[derive(Debug, Object, Serialize)]
pub struct ErrorResponse {
    /// What is wrong. A 422 lists every violation, up to 100; the order has no meaning.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub detail: Vec<ErrorDetail>,
}

impl ResponseBody for ErrorResponse {}

/// One thing that is wrong with a request, or that went wrong with it.
#[derive(Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorDetail {
    /// The kind of error, for programs: `missing`, `int_type`, `int_from_float`, `greater_than_equal`,
    /// `less_than_equal`, `json_invalid`, and so on. New kinds may be added.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is: first the part of the request (`body`, `path`, `query`, `header`), then the names and indexes
    /// that lead to the value. For `json_invalid`, the second item is the offset in the body, in bytes. Empty where no part of the
    /// request is to blame.
    pub loc: Vec<Location>,
    /// What was wrong and what is allowed, for people.
    pub msg: String,
    /// The value that was refused, as it was sent; for `missing`, the object that lacks the field. Absent where no
    /// value is to blame.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Any<Box<RawValue>>>,
    /// The figures behind the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<ErrorContext>,
}

/// The figures behind an error's message; which of them are there depends on its type.
#[derive(Debug, Default, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorContext {
    /// The least value allowed.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ge: Option<i64>,
    /// The greatest value allowed.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub le: Option<i64>,
    /// The least number of items allowed.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<i64>,
    /// The greatest number of items allowed.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// The number of items found.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_length: Option<i64>,
    /// What the parser found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What was expected instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The most bytes allowed.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<i64>,
    /// How many seconds to wait before the request is sent again.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// The id of the request in the service's log. Quote it when you report the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One item of a path to a value: a name, or a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Location {
    /// A part of the request, or the name of a field.
    Name(Cow<'static, str>),
    /// An index in an array, or an offset in a text.
    Position(i64),
}

impl From<&'static str> for Location {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl ErrorDetail {
    /// An error of a kind, at a place, with its message.
    #[must_use]
    pub fn new(kind: &'static str, loc: Vec<Location>, msg: impl Into<String>) -> Self {
        Self { kind: kind.into(), loc, msg: msg.into(), input: None, ctx: None }
    }

    /// The same, quoting the value that was refused, which is JSON text.
    #[must_use]
    pub fn with_input(mut self, input: &str) -> Self {
        self.input = RawValue::from_string(input.to_owned()).ok().map(Any);
        self
    }

    /// The same, with the figures behind the message.
    #[must_use]
    pub fn with_context(mut self, ctx: ErrorContext) -> Self {
        self.ctx = Some(ctx);
        self
    }
}

impl ErrorResponse {
    fn of(detail: ErrorDetail) -> Self {
        Self { detail: vec![detail] }
    }

    /// 400: the bytes are not an HTTP request.
    #[must_use]
    pub fn bad_request() -> Self {
        Self::of(ErrorDetail::new("bad_request", vec![], "The request is not valid HTTP/1.1"))
    }

    /// 401: the request has no API key.
    #[must_use]
    pub fn api_key_missing() -> Self {
        Self::of_api_key("api_key_missing", "X-API-Key should hold the key of an application")
    }

    /// 401: the request has an API key that is none of the service's.
    #[must_use]
    pub fn api_key_invalid() -> Self {
        Self::of_api_key("api_key_invalid", "X-API-Key should hold a key that the service knows")
    }

    /// 401: the request has more than one API key.
    #[must_use]
    pub fn api_key_repeated() -> Self {
        Self::of_api_key("api_key_invalid", "X-API-Key should be sent once")
    }

    /// Does not quote the key, which would put it into logs.
    fn of_api_key(kind: &'static str, msg: &'static str) -> Self {
        Self::of(ErrorDetail::new(kind, vec!["header".into(), "x-api-key".into()], msg))
    }

    /// 406: the operation answers in the media types `offered`, and the request accepts none of them.
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

    /// 408: the body did not arrive within the time that the service allows.
    #[must_use]
    pub fn request_timeout(seconds: u64) -> Self {
        Self::of(ErrorDetail::new(
            "request_timeout",
            vec!["body".into()],
            format!("The request should arrive within {seconds} s"),
        ))
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

    /// 415: the body is not declared to be JSON. `content_type` is what the request said, where it did.
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

    /// 416: the bytes that a request asks for are not among the `length` that there are.
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

    /// 500: the service failed. Says nothing of the cause, which is in the log under `request_id`.
    #[must_use]
    pub fn internal(request_id: &str) -> Self {
        let detail = ErrorDetail::new("internal_error", vec![], "Internal server error; quote the request id");
        Self::of(
            detail.with_context(ErrorContext { request_id: Some(request_id.to_owned()), ..ErrorContext::default() }),
        )
    }

    /// 503: the service has as many requests in flight as it takes on.
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

    /// A true answer of an operation that answers in the media types `offered`, for the contract.
    ///
    /// `None` for a status whose answer depends on more of the operation than that.
    pub(crate) fn example(status: StatusCode, offered: &[&str]) -> Option<Self> {
        Some(match status {
            StatusCode::BAD_REQUEST => Self::bad_request(),
            StatusCode::UNAUTHORIZED => Self::api_key_missing(),
            StatusCode::NOT_ACCEPTABLE => Self::not_acceptable(Some("text/html"), offered),
            StatusCode::REQUEST_TIMEOUT => Self::request_timeout(10),
            StatusCode::PAYLOAD_TOO_LARGE => Self::body_too_large(MAX_BODY_BYTES),
            StatusCode::URI_TOO_LONG => Self::uri_too_long(8192),
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::unsupported_media_type(Some("text/plain")),
            StatusCode::RANGE_NOT_SATISFIABLE => Self::range_not_satisfiable(12),
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => Self::headers_too_large(),
            StatusCode::TOO_MANY_REQUESTS => Self::rate_limited(2),
            StatusCode::INTERNAL_SERVER_ERROR => Self::internal("b1946ac92492d2347c6235b4d2611184"),
            StatusCode::SERVICE_UNAVAILABLE => Self::shutting_down(),
            _ => return None,
        })
    }
}

impl Type for Location {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Location".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let name = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        // The maximum is 2^63, which stands for the greatest 64-bit integer: no double is that.
        let bounds = MetaSchema { minimum: Some(0.0), maximum: Some(9_223_372_036_854_775_808.0), ..MetaSchema::ANY };
        let position = i64::schema_ref().merge(bounds);
        MetaSchemaRef::Inline(Box::new(MetaSchema { any_of: vec![name, position], ..MetaSchema::ANY }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Location {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(name)) => Ok(Self::Name(name.into())),
            Some(Value::Number(position)) => position
                .as_i64()
                .map(Self::Position)
                .ok_or_else(|| ParseError::custom("a position is a 64-bit integer")),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ToJSON for Location {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}
