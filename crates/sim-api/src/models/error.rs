//! Errors of models in the one error shape.

use std::borrow::Cow;

use sim_model::{ModelError, PathItem};

use crate::error::response::{ErrorContext, ErrorDetail, ErrorResponse, Location};

/// The most errors of a model that are reported at once.
const MAX_ERRORS: usize = 100;

/// The errors of a model that was sent as `model` in a body.
pub(super) fn invalid_model(errors: Vec<ModelError>) -> ErrorResponse {
    ErrorResponse { detail: errors.into_iter().take(MAX_ERRORS).map(detail).collect() }
}

fn detail(error: ModelError) -> ErrorDetail {
    let path = error.path.into_iter().map(|item| match item {
        PathItem::Name(name) => Location::Name(Cow::Owned(name)),
        PathItem::Index(index) => Location::Position(i64::try_from(index).unwrap_or(i64::MAX)),
    });
    let loc = ["body".into(), "model".into()].into_iter().chain(path).collect();
    let position = error.position.and_then(|position| i64::try_from(position).ok());
    let detail = ErrorDetail::new(error.kind, loc, error.message);
    if position.is_none() && error.expected.is_none() {
        return detail;
    }
    detail.with_context(ErrorContext { position, expected: error.expected, ..ErrorContext::default() })
}

/// A run that costs more than the service allows.
pub(super) fn too_costly(cost: u64, max_cost: u64) -> ErrorResponse {
    let msg = format!("The run costs {cost} and may cost {max_cost}: ask for fewer samples, or simplify the model");
    let [cost, max_cost] = [cost, max_cost].map(|units| i64::try_from(units).ok());
    let detail = ErrorDetail::new("model_too_costly", vec!["body".into(), "samples".into()], msg);
    ErrorResponse { detail: vec![detail.with_context(ErrorContext { cost, max_cost, ..ErrorContext::default() })] }
}
