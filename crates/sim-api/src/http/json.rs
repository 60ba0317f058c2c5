//! A JSON body, in and out.

use std::{cell::Cell, future::Future, mem};

use http_body_util::{BodyExt, LengthLimitError, Limited, combinators::BoxBody};
use poem::{
    Body, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    payload::Payload,
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    error::failures::BodyFailure,
    error::response::{ErrorDetail, ErrorResponse, MAX_BODY_BYTES},
    schema::Schema,
};

/// A JSON body: read through the published schema of its type, written by serde in the order of its fields.
///
/// poem-openapi's own payload stops at the first violation, accepts what its schema forbids and sorts the keys of
/// answers.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// The largest body that is read, in bytes. A server that has its own limit puts it into the extensions of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyLimit(pub usize);

impl Default for BodyLimit {
    fn default() -> Self {
        Self(MAX_BODY_BYTES)
    }
}

/// A type that is sent as a JSON body.
pub trait RequestBody: Type + DeserializeOwned + Send + 'static {
    /// The published schema of the type, which is the one enforced.
    fn schema() -> &'static Schema;
}

/// A type that is answered as a JSON body.
pub trait ResponseBody: Serialize + Send {
    /// Appends the value as JSON.
    ///
    /// # Errors
    ///
    /// Where the value is not JSON: an error in its type.
    fn append_to(&self, text: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(text, self)
    }
}

/// Reads the body of a request, whose head is looked at before there is a future to hold it.
pub(crate) fn receive<T: RequestBody>(
    request: &Request,
    body: poem::RequestBody,
) -> impl Future<Output = Result<T, BodyFailure>> + Send + use<T> {
    let max_bytes = accept(request);
    async move { read(body, max_bytes?).await }
}

/// The most bytes to read of a body, if it is one to read at all.
fn accept(request: &Request) -> Result<usize, BodyFailure> {
    let content_type = text_of(request, &header::CONTENT_TYPE);
    if !content_type.is_some_and(is_json) {
        return Err(BodyFailure::MediaType(Json(ErrorResponse::unsupported_media_type(content_type))));
    }
    let BodyLimit(max_bytes) = request.extensions().get().copied().unwrap_or_default();
    // Refused before it is read: a client that waits for `100 Continue` never sends it.
    if declared_length(request).is_some_and(|length| length > max_bytes) {
        return Err(too_large(max_bytes));
    }
    Ok(max_bytes)
}

async fn read<T: RequestBody>(mut body: poem::RequestBody, max_bytes: usize) -> Result<T, BodyFailure> {
    let invalid = |detail| BodyFailure::Invalid(Json(ErrorResponse { detail }));
    let body: BoxBody<_, _> = body.take().unwrap_or_default().into();
    match Limited::new(body, max_bytes).collect().await {
        Ok(body) => T::schema().read(&body.to_bytes()).map_err(invalid),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(max_bytes)),
        Err(_) => Err(invalid(vec![ErrorDetail::new(
            "body_incomplete",
            vec!["body".into()],
            "The body ended early or its transfer coding is broken",
        )])),
    }
}

fn too_large(max_bytes: usize) -> BodyFailure {
    BodyFailure::TooLarge(Json(ErrorResponse::body_too_large(max_bytes)))
}

fn declared_length(request: &Request) -> Option<usize> {
    text_of(request, &header::CONTENT_LENGTH)?.parse().ok()
}

/// The text of a header. poem's own way to it reads the name anew as text.
fn text_of<'a>(request: &'a Request, name: &HeaderName) -> Option<&'a str> {
    request.headers().get(name)?.to_str().ok()
}

/// Whether a `Content-Type` means JSON: `application/json` or any `application/…+json`, in any case, with any
/// parameters.
fn is_json(content_type: &str) -> bool {
    if content_type == "application/json" {
        return true;
    }
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence.strip_prefix("application/").is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

impl<T: Type> Payload for Json<T> {
    const CONTENT_TYPE: &'static str = "application/json";

    fn schema_ref() -> MetaSchemaRef {
        T::schema_ref()
    }

    fn register(registry: &mut Registry) {
        T::register(registry);
    }
}

impl<T: ResponseBody> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        let mut room = ROOM.take();
        room.clear();
        let response = match self.0.append_to(&mut room) {
            Ok(()) => json_response(StatusCode::OK, room.clone()),
            Err(error) => poem::error::InternalServerError(error).into_response(),
        };
        if room.capacity() <= KEPT_BYTES {
            ROOM.set(room);
        }
        response
    }
}

/// How much room for text a thread keeps from one answer to the next: enough for a long batch.
const KEPT_BYTES: usize = 1 << 20;

thread_local! {
    // A buffer of its own would grow by doubling, and copy a long answer as often.
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// An answer whose body is JSON text.
pub(crate) fn json_response(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    // Room for what every layer adds, and not so much that the allocator takes its long way.
    response.headers_mut().reserve(6);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.set_body(text);
    response
}

impl<'a, T: RequestBody> ApiExtractor<'a> for Json<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(MetaRequest {
            description: None,
            content: vec![MetaMediaType { content_type: Self::CONTENT_TYPE, schema: T::schema_ref() }],
            required: true,
        })
    }

    async fn from_request(
        request: &'a Request,
        body: &mut poem::RequestBody,
        _options: ExtractParamOptions<()>,
    ) -> Result<Self> {
        Ok(Self(receive(request, mem::take(body)).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::is_json;

    #[test]
    fn every_spelling_of_a_json_media_type_is_json() {
        for sent in [
            "application/json",
            "APPLICATION/JSON",
            "application/json; charset=utf-8",
            "application/json;charset=UTF-8",
            " Application/Json ; charset=\"utf-8\"",
            "application/vnd.api+json",
            "application/problem+JSON; x=y",
        ] {
            assert!(is_json(sent), "{sent}");
        }
    }

    #[test]
    fn other_media_types_are_not_json() {
        for sent in [
            "",
            "json",
            "text/json",
            "text/plain",
            "application/jsonx",
            "application/x-www-form-urlencoded",
            "application",
            "application/",
            "; application/json",
            "application/json-seq",
        ] {
            assert!(!is_json(sent), "{sent}");
        }
    }
}
