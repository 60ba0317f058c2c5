//! What is prepared for an operation before it is called.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody};
use sim_schema::Schema;

use crate::http::{meter::Meter, parameters::Values};

/// What the parameters of a handler are read from, besides the request itself. It is among the request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    /// Counts what the request costs.
    pub(crate) meter: Meter,
    /// The parameters of the address, which fit their schemas.
    pub(crate) parameters: Values,
    /// The schema of the body, if the operation has one.
    pub(crate) body: Option<Arc<Schema>>,
    /// The largest body that is read, in bytes.
    pub(crate) max_body_bytes: usize,
}

impl Input {
    /// The input of a request.
    ///
    /// # Errors
    ///
    /// The request has not come through [`Routes`](crate::Routes).
    pub(crate) fn of(request: &Request) -> poem::Result<&Self> {
        request.extensions().get().ok_or_else(|| unprepared("the input of an operation"))
    }
}

impl<'a> FromRequest<'a> for Meter {
    async fn from_request(request: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Input::of(request)?.meter.clone())
    }
}

/// Something that every operation is called with is missing: an error in this crate.
pub(crate) fn unprepared(what: &str) -> poem::Error {
    poem::error::InternalServerError(std::io::Error::other(format!("{what} was not prepared")))
}
