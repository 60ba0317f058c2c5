//! A model, checked and not run.

use std::collections::BTreeMap;

use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};
use sim_model::ModelError;

use super::{Tag, error, model::Model, run::default_samples};
use crate::{
    error::response::ErrorResponse,
    http::{api_key::ApiKey, json::Json},
    services::{DEFAULT_MAX_MODEL_COST, Services},
};

/// A model to check.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(deny_unknown_fields, example)]
pub(crate) struct CheckModelRequest {
    /// The model.
    pub(crate) model: Model,
    /// For how many samples the cost is asked.
    #[oai(default = "default_samples", validator(minimum(value = "1"), maximum(value = "10000000")))]
    #[serde(default = "default_samples")]
    pub(crate) samples: i32,
}

impl Example for CheckModelRequest {
    fn example() -> Self {
        Self { model: Model::example(), samples: 1000 }
    }
}

/// What is known of a model before it is run.
#[derive(Debug, Object, Serialize)]
#[oai(example)]
pub(crate) struct CheckedModel {
    /// The digest of the model: SHA-256 of its canonical form, 64 lower-case hexadecimal digits.
    digest: String,
    /// The version of the numerics that would run it.
    engine: i32,
    /// The model in the one spelling from which its digest is computed, as JSON text: fields in the order of their names, no
    /// spaces, fields that have their default value left out.
    canonical: String,
    /// The number of samples that `cost` is for.
    samples: i64,
    /// What a run would cost, in units of about a quarter of a nanosecond.
    cost: i64,
    /// What a run may cost at most.
    max_cost: i64,
    /// The formulas, in the order in which they are evaluated.
    order: Vec<String>,
    /// What is known of each formula, by name.
    formulas: BTreeMap<String, CheckedFormula>,
}

/// What is known of a formula before it is evaluated.
#[derive(Debug, Object, Serialize)]
pub(crate) struct CheckedFormula {
    /// The inputs, constants and formulas that it names, sorted.
    references: Vec<String>,
    /// How many numbers, names and operations it has.
    nodes: i32,
    /// Whether an output depends on it. If not, it is never evaluated.
    needed: bool,
}

#[derive(ApiResponse)]
enum CheckModelResponse {
    /// The model is right.
    #[oai(status = 200)]
    Ok(Json<CheckedModel>),
}

#[derive(ApiResponse)]
enum CheckModelError {
    /// The body is not JSON or breaks the schema, or the model is wrong: one entry for each error, with its place, and in a formula
    /// its position.
    #[oai(status = 422)]
    Invalid(Json<ErrorResponse>),
}

/// `POST /models/check`.
#[derive(Debug)]
pub(crate) struct CheckModel {
    max_cost: u64,
}

impl CheckModel {
    pub(crate) fn new(services: &Services) -> Self {
        Self { max_cost: services.max_model_cost }
    }
}

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl CheckModel {
    /// Check a model
    ///
    /// Answers what is known of a model without a run: its digest and canonical form, what a run costs, the order in which
    /// formulas are evaluated, and what each refers to. Or every error of the model at once, each with its place, and with its
    /// position in the formula. `run_model` describes the language.
    #[oai(path = "/models/check", method = "post", operation_id = "check_model", tag = "Tag::Models")]
    async fn check_model(
        &self,
        _key: ApiKey,
        /// The model, and the number of samples that the cost is asked for.
        request: Json<CheckModelRequest>,
    ) -> Result<CheckModelResponse, CheckModelError> {
        let checked = check(request.0, self.max_cost);
        let checked = checked.map_err(|errors| CheckModelError::Invalid(Json(error::invalid_model(errors))))?;
        Ok(CheckModelResponse::Ok(Json(checked)))
    }
}

fn check(request: CheckModelRequest, max_cost: u64) -> Result<CheckedModel, Vec<ModelError>> {
    let CheckModelRequest { model, samples } = request;
    let model = sim_model::Model::from(model);
    let checked = model.check()?;
    let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let formulas = checked.formulas().iter().map(|formula| {
        let nodes = i32::try_from(formula.nodes()).unwrap_or(i32::MAX);
        let references = formula.references().to_vec();
        (formula.name().to_owned(), CheckedFormula { references, nodes, needed: formula.is_needed() })
    });
    Ok(CheckedModel {
        digest: checked.digest().to_owned(),
        engine: i32::try_from(sim_model::ENGINE).unwrap_or(i32::MAX),
        canonical: model.canonical_form(),
        samples: samples.into(),
        cost: signed(checked.cost(samples.unsigned_abs().into())),
        max_cost: signed(max_cost),
        order: checked.formulas().iter().map(|formula| formula.name().to_owned()).collect(),
        formulas: formulas.collect(),
    })
}

impl Example for CheckedModel {
    #[expect(
        clippy::expect_used,
        reason = "the example is a model without errors, as a test of the contract's examples holds"
    )]
    fn example() -> Self {
        check(CheckModelRequest::example(), DEFAULT_MAX_MODEL_COST).expect("the example is right")
    }
}
