//! JSON bodies of requests and answers.

use http_body_util::{BodyExt, LengthLimitError, Limited, combinators::BoxBody};
use poem::{
    Body, IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    payload::Payload,
    registry::{MetaMediaType, MetaRequest, MetaSchemaRef, Registry},
    types::Type,
};
use serde::{Serialize, de::DeserializeOwned};
use sim_schema::Schema;

use crate::{
    error::response::{ErrorDetail, ErrorResponse},
    http::{
        input::{Input, unprepared},
        list,
    },
};

/// A JSON body: read through the published schema of its type, written by serde in the order of its fields.
///
/// poem-openapi's own payload stops at the first violation, accepts what its schema forbids and sorts the keys of
/// answers.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// Checks what the headers say of a body, before it is read: a client that waits for `100 Continue` never sends a body that
/// is refused.
///
/// # Errors
///
/// The answer to a body that is not JSON, is coded, or is declared to be too large.
pub(super) fn check_head(headers: &HeaderMap, max_bytes: usize) -> Result<(), Box<Response>> {
    let content_type = text_of(headers, &header::CONTENT_TYPE);
    let refuse = |status: StatusCode, error| Box::new(Json(error).with_status(status).into_response());
    if !content_type.is_some_and(is_json) {
        let error = ErrorResponse::unsupported_media_type(content_type);
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, error));
    }
    let mut codings = list::elements(headers, &header::CONTENT_ENCODING);
    if let Some(coding) = codings.find(|coding| !coding.eq_ignore_ascii_case("identity")) {
        let error = ErrorResponse::unsupported_content_coding(coding);
        let mut response = refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, error);
        response.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        return Err(response);
    }
    if declared_length(headers).is_some_and(|length| length > max_bytes) {
        return Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, ErrorResponse::body_too_large(max_bytes)));
    }
    Ok(())
}

async fn read<T: DeserializeOwned>(schema: &Schema, body: Body, max_bytes: usize) -> Result<T> {
    let body: BoxBody<_, _> = body.into();
    let invalid = |detail| refusal(StatusCode::UNPROCESSABLE_ENTITY, ErrorResponse { detail });
    match Limited::new(body, max_bytes).collect().await {
        Ok(body) => {
            let read = schema.read(&body.to_bytes(), "body");
            read.map_err(|violations| invalid(violations.into_iter().map(ErrorDetail::from).collect()))
        }
        Err(error) if error.is::<LengthLimitError>() => {
            Err(refusal(StatusCode::PAYLOAD_TOO_LARGE, ErrorResponse::body_too_large(max_bytes)))
        }
        Err(_) => Err(refusal(StatusCode::BAD_REQUEST, ErrorResponse::body_incomplete())),
    }
}

fn refusal(status: StatusCode, error: ErrorResponse) -> poem::Error {
    poem::Error::from_response(Json(error).with_status(status).into_response())
}

fn declared_length(headers: &HeaderMap) -> Option<usize> {
    text_of(headers, &header::CONTENT_LENGTH)?.parse().ok()
}

/// The text of a header. poem's own function parses the name at each call.
fn text_of<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether a `Content-Type` is `application/json` or `application/…+json`, in any case, with any parameters.
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

impl<T: Serialize + Send> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(text) => json_response(StatusCode::OK, text),
            Err(error) => poem::error::InternalServerError(error).into_response(),
        }
    }
}

/// A response whose body is JSON text.
pub(crate) fn json_response(status: StatusCode, text: impl Into<Body>) -> Response {
    let mut response = Response::default();
    response.set_status(status);
    // Room for the headers that every layer adds.
    response.headers_mut().reserve(6);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.set_body(text);
    response
}

impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for Json<T> {
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
        let input = Input::of(request)?;
        let schema = input.body.as_deref().ok_or_else(|| unprepared("the schema of the body"))?;
        let body = body.take().unwrap_or_default();
        Ok(Self(read(schema, body, input.max_body_bytes).await?))
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
