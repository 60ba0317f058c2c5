//! Errors that the server itself answers.

use poem::{IntoResponse, Response, http::StatusCode};
use sim_api::{ErrorResponse, Json};

/// An error as an answer.
pub(crate) fn error_response(status: StatusCode, error: ErrorResponse) -> Response {
    let mut response = Json(error).into_response();
    response.set_status(status);
    response
}
