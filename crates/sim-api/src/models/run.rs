//! A model, run.

use std::sync::Arc;

use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};
use serde::Deserialize;
use sim_model::Run;

use super::{Tag, error, model::Model, report::Report};
use crate::{
    error::response::ErrorResponse,
    http::{api_key::ApiKey, json::Json, meter::Meter},
    services::{Services, compute::RunError},
};

/// A model to run, and how.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(deny_unknown_fields, example)]
pub(crate) struct RunModelRequest {
    /// The model.
    pub(crate) model: Model,
    /// Which random numbers are drawn: any whole number from 0 to 9007199254740991. The same seed gives the same report.
    #[oai(validator(minimum(value = "0"), maximum(value = "9007199254740991")))]
    pub(crate) seed: i64,
    /// How many samples are drawn. More samples keep the first ones.
    #[oai(default = "default_samples", validator(minimum(value = "1"), maximum(value = "10000000")))]
    #[serde(default = "default_samples")]
    pub(crate) samples: i32,
}

pub(super) fn default_samples() -> i32 {
    100_000
}

impl Example for RunModelRequest {
    fn example() -> Self {
        Self { model: Model::example(), seed: 7, samples: 1000 }
    }
}

impl Example for Report {
    #[expect(clippy::expect_used, reason = "the example runs, as a test of the contract's examples holds")]
    fn example() -> Self {
        let RunModelRequest { model, seed, samples } = RunModelRequest::example();
        let model = sim_model::Model::from(model).check().expect("the example is right");
        let run = Run::new(Arc::new(model), seed.unsigned_abs(), samples.unsigned_abs().into());
        let mut run = run.expect("seed and samples are within their bounds");
        loop {
            if let Some(report) = run.advance().expect("every sample of the example is valid") {
                break report.into();
            }
        }
    }
}

#[derive(ApiResponse)]
enum RunModelResponse {
    /// The report. The same request gives the same bytes, forever.
    #[oai(status = 200)]
    Ok(Json<Report>),
}

#[derive(ApiResponse)]
enum RunModelError {
    /// The body is not JSON or breaks the schema, the model is wrong, samples are invalid, or the run costs too much: one entry
    /// for each error, with its place, and in a formula its position.
    #[oai(status = 422)]
    Invalid(Json<ErrorResponse>),
}

/// `POST /models/run`.
#[derive(Debug)]
pub(crate) struct RunModel {
    services: Services,
}

impl RunModel {
    pub(crate) fn new(services: &Services) -> Self {
        Self { services: services.clone() }
    }
}

#[OpenApi]
impl RunModel {
    /// Run a model
    ///
    /// Runs a model by Monte Carlo: draws every input `samples` times, computes the formulas for each sample, and answers what the
    /// outputs are: mean, standard deviation, smallest and largest value, quantiles, and where you ask for them the share above
    /// thresholds and a histogram. Each number comes with its standard error or interval, so that you see how far to trust it.
    /// The same model, seed and number of samples give the same bytes, on every machine, forever. More samples keep the first
    /// ones.
    ///
    /// How many piano tuners does Chicago have? Each input is what you believe, as an interval that holds 90 % of it:
    ///
    /// ```json
    /// {"model":{"inputs":{"people":{"kind":"lognormal_between","low":8100000,"high":8400000},"piano_percent":{"kind":"lognormal_between","low":0.2,"high":1},"pianos_per_tuner":{"kind":"lognormal_between","low":2000,"high":50000}},"formulas":{"tuners":"people * piano_percent * 0.01 / pianos_per_tuner"},"outputs":{"tuners":{"quantiles":[0.05,0.5,0.95],"thresholds":[10]}}},"seed":7,"samples":100000}
    /// ```
    ///
    /// What does an order of 110 earn, if demand is uncertain and cannot be negative?
    ///
    /// ```json
    /// {"model":{"inputs":{"demand":{"kind":"normal","mean":100,"sd":20,"truncate":{"min":0}}},"constants":{"order":110},"formulas":{"sold":"min(demand, order)","profit":"10 * sold + 1 * (order - sold) - 4 * order"},"outputs":{"profit":{"thresholds":[0,500],"histogram":{"bins":20}}}},"seed":7}
    /// ```
    ///
    /// When is a project done, whose second and third task follow the first and run side by side?
    ///
    /// ```json
    /// {"model":{"inputs":{"plan":{"kind":"pert","min":2,"mode":4,"max":9},"build":{"kind":"triangular","min":5,"mode":8,"max":20},"train":{"kind":"exponential","mean":6}},"formulas":{"days":"plan + max(build, train)"},"outputs":{"days":{"quantiles":[0.5,0.8,0.95]}}},"seed":7}
    /// ```
    ///
    /// A formula is text in this grammar. `^` binds from right to left and before a sign, so `-2^2` is -4. Comparisons,
    /// `and`, `or` and `not` give 1 or 0. `5%` is 0.05. `normal_cdf(x, mean, sd)` and `normal_quantile(p, mean, sd)` exist for
    /// every kind whose parameters are numbers.
    ///
    /// ```ebnf
    /// formula    = or ;
    /// or         = and { "or" and } ;
    /// and        = not { "and" not } ;
    /// not        = "not" not | comparison ;
    /// comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ] ;
    /// sum        = product { ( "+" | "-" ) product } ;
    /// product    = sign { ( "*" | "/" ) sign } ;
    /// sign       = "-" sign | power ;
    /// power      = atom [ "^" sign ] ;
    /// atom       = number | name | call | "(" or ")" ;
    /// call       = function "(" or { "," or } ")" ;
    /// function   = "if" | "min" | "max" | "clamp" | "abs" | "sign" | "floor" | "ceil" | "round" | "sqrt"
    ///            | "exp" | "ln" | "log10" | "sin" | "cos" | "tan" | "pow" | "mod" | "atan2"
    ///            | family "_cdf" | family "_quantile" ;
    /// family     = (* a kind of distribution, such as "normal" *) name ;
    /// number     = ( digits [ "." [ digits ] ] | "." digits ) [ ( "e" | "E" ) [ "+" | "-" ] digits ] [ "%" ] ;
    /// name       = letter { letter | digit | "_" } ;
    /// letter     = "a" | (* to *) "z" ;
    /// digits     = digit { digit } ;
    /// digit      = "0" | (* to *) "9" ;
    /// ```
    ///
    /// Before a run its cost is known: about one unit for each operation of a formula, and 50 or 500 for each input and 50 for
    /// each output, times the samples. A unit is about a quarter of a nanosecond. `check_model` answers the cost of a model;
    /// a run that costs more than the service allows is refused, and a sample count is never reduced.
    ///
    /// A sample in which an output, or a formula that it depends on, has no finite value is invalid: a division by zero, the
    /// root of a negative number. The run is then refused with the number of such samples, the formula and the first sample.
    /// With `"invalid": "omit"` they are counted and left out.
    ///
    /// Unknown fields are refused. Every error of a model is reported at once, with its place, and with its position in the
    /// formula.
    #[oai(path = "/models/run", method = "post", operation_id = "run_model", tag = "Tag::Models")]
    async fn run_model(
        &self,
        _key: ApiKey,
        meter: Meter,
        /// The model, the seed and the number of samples.
        request: Json<RunModelRequest>,
    ) -> poem::Result<RunModelResponse> {
        let RunModelRequest { model, seed, samples } = request.0;
        let (seed, samples) = (seed.unsigned_abs(), u64::from(samples.unsigned_abs()));
        let model = sim_model::Model::from(model).check().map_err(|errors| invalid(error::invalid_model(errors)))?;
        let (cost, max_cost) = (model.cost(samples), self.services.max_model_cost);
        if cost > max_cost {
            return Err(invalid(error::too_costly(cost, max_cost)));
        }
        meter.count_run(samples, cost);
        match self.services.compute.run(Arc::new(model), seed, samples).await {
            Ok(report) => Ok(RunModelResponse::Ok(Json(report.into()))),
            Err(RunError::Model(error)) => Err(invalid(error::invalid_model(vec![error]))),
            Err(RunError::Failed) => {
                Err(poem::Error::from_string("a run failed", poem::http::StatusCode::INTERNAL_SERVER_ERROR))
            }
        }
    }
}

fn invalid(error: ErrorResponse) -> poem::Error {
    RunModelError::Invalid(Json(error)).into()
}
