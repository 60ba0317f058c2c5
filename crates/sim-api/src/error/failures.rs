//! Failures by status, of more than one operation.

use poem_openapi::ApiResponse;

use crate::{error::response::ErrorResponse, http::json::Json};

/// A failure of an operation that has a body, by status.
#[derive(ApiResponse)]
pub(crate) enum BodyFailure {
    /// The body is larger than the operation allows.
    #[oai(status = 413)]
    TooLarge(Json<ErrorResponse>),
    /// The body is not declared to be JSON.
    #[oai(status = 415)]
    MediaType(Json<ErrorResponse>),
    /// The body is not JSON or breaks the schema: one entry for each violation.
    #[oai(status = 422)]
    Invalid(Json<ErrorResponse>),
}
