//! Many simulations at once.

use poem::{IntoResponse, Response};
use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    error::failures::BodyFailure,
    http::api_key::ApiKey,
    http::body_operation::BodyOperation,
    http::json::{Json, RequestBody, ResponseBody},
    http::meter::Metered,
    schema::Schema,
    simulations::Tag,
    simulations::create::{SimulateRequest, SimulateResponse, simulate},
};

/// How many simulations in a batch are as much work as one alone.
const SIMULATIONS_PER_TOKEN: u64 = 50;

/// The simulations to run.
#[derive(Debug, Clone, PartialEq, Eq, Object, Deserialize)]
#[oai(example)]
pub struct SimulateBatchRequest {
    /// The simulations, 1 to 10000 of them.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub simulations: Vec<SimulateRequest>,
}

impl Example for SimulateBatchRequest {
    fn example() -> Self {
        let simulation = |seed, steps| SimulateRequest { seed, steps };
        Self { simulations: vec![simulation(42, 1000), simulation(-1, 10)] }
    }
}

impl RequestBody for SimulateBatchRequest {
    fn schema() -> &'static Schema {
        static SCHEMA: Schema = Schema::published_as("SimulateBatchRequest");
        &SCHEMA
    }
}

/// Where the simulations ended.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example)]
pub struct SimulateBatchResponse {
    /// The simulations and their results, in the order in which they were sent.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub simulations: Vec<SimulateResponse>,
}

impl ResponseBody for SimulateBatchResponse {
    fn append_to(&self, text: &mut Vec<u8>) -> serde_json::Result<()> {
        text.extend_from_slice(br#"{"simulations":["#);
        for (index, simulation) in self.simulations.iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            simulation.append_to(text)?;
        }
        text.extend_from_slice(b"]}");
        Ok(())
    }
}

impl Example for SimulateBatchResponse {
    fn example() -> Self {
        run(&SimulateBatchRequest::example())
    }
}

#[derive(ApiResponse)]
enum SimulateBatchAnswer {
    /// Every simulation with its result, in order.
    #[oai(status = 200)]
    Ok(Json<SimulateBatchResponse>),
}

/// `POST /simulate/batch`.
#[derive(Debug)]
pub struct SimulateBatchApi;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl SimulateBatchApi {
    /// Run many simulations
    ///
    /// Runs 1 to 10000 simulations, each as `simulate` does, and answers them in order. All or nothing: where one of them
    /// breaks the schema none is run, and the violations, up to 100, carry its index in `loc`.
    ///
    /// Where the service limits its callers, a batch costs one token, and one more for each 50 simulations.
    #[oai(path = "/simulate/batch", method = "post", operation_id = "simulate_batch", tag = "Tag::Simulation")]
    async fn simulate_batch(
        &self,
        _key: ApiKey,
        metered: Metered,
        /// The simulations to run.
        request: Json<SimulateBatchRequest>,
    ) -> Result<SimulateBatchAnswer, BodyFailure> {
        let simulations = &request.0.simulations;
        metered.count(simulations.len() as u64, SIMULATIONS_PER_TOKEN);
        metered.simulate(simulations.iter().map(|simulation| u64::from(simulation.steps.unsigned_abs())).sum());
        Ok(SimulateBatchAnswer::Ok(Json(run(&request.0))))
    }
}

impl BodyOperation for SimulateBatchApi {
    const ID: &'static str = "simulate_batch";

    type Body = SimulateBatchRequest;

    async fn answer(&self, metered: Metered, body: SimulateBatchRequest) -> poem::Result<Response> {
        Ok(self.simulate_batch(ApiKey, metered, Json(body)).await?.into_response())
    }
}

fn run(request: &SimulateBatchRequest) -> SimulateBatchResponse {
    SimulateBatchResponse { simulations: request.simulations.iter().map(simulate).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::SimulateBatchResponse;
    use crate::{http::json::ResponseBody, simulations::create::SimulateResponse, testing::post_json};

    fn batch(count: usize) -> String {
        json!({ "simulations": vec![json!({"seed": 42}); count] }).to_string()
    }

    fn details(body: &str) -> Vec<Value> {
        let body: Value = serde_json::from_str(body).unwrap();
        body["detail"].as_array().unwrap().clone()
    }

    #[test]
    fn each_simulation_is_answered_as_alone_and_in_order() {
        let body = r#"{"simulations":[{"seed":42,"steps":1000},{"seed":-1},{"steps":1e5,"seed":42.0,"x":[]}]}"#;
        let expected = r#"{"simulations":[{"seed":42,"steps":1000,"result":1363713826},{"seed":-1,"steps":10,"result":834541773},{"seed":42,"steps":100000,"result":2060208906}]}"#;
        assert_eq!(post_json("/simulate/batch", body), (200, expected.to_owned()));
    }

    #[test]
    fn an_answer_is_written_as_serde_writes_it() {
        for count in 0..4 {
            let simulation = SimulateResponse { seed: -1, steps: 2, result: 3 };
            let answer = SimulateBatchResponse { simulations: vec![simulation; count] };
            let mut text = vec![];
            answer.append_to(&mut text).unwrap();
            assert_eq!(String::from_utf8(text).unwrap(), serde_json::to_string(&answer).unwrap());
        }
    }

    #[test]
    fn violations_carry_the_index_of_their_simulation() {
        let body = r#"{"simulations":[{"seed":1},{"steps":0},7,{"seed":"x"}]}"#;
        let (status, answer) = post_json("/simulate/batch", body);
        let found: Vec<_> =
            details(&answer).iter().map(|detail| json!([detail["type"], detail["loc"], detail["input"]])).collect();
        let expected = [
            json!(["missing", ["body", "simulations", 1, "seed"], {"steps": 0}]),
            json!(["greater_than_equal", ["body", "simulations", 1, "steps"], 0]),
            json!(["model_attributes_type", ["body", "simulations", 2], 7]),
            json!(["int_type", ["body", "simulations", 3, "seed"], "x"]),
        ];
        assert_eq!((status, found), (422, expected.to_vec()));
    }

    #[test]
    fn a_batch_has_1_to_10000_simulations() {
        assert_eq!(post_json("/simulate/batch", batch(1)).0, 200);
        assert_eq!(post_json("/simulate/batch", batch(10_000)).0, 200);
        for (count, kind, context) in [
            (0, "too_short", json!({"min_length": 1, "actual_length": 0})),
            (10_001, "too_long", json!({"max_length": 10_000, "actual_length": 10_001})),
        ] {
            let (status, answer) = post_json("/simulate/batch", batch(count));
            let [detail] = &details(&answer)[..] else { panic!("{answer}") };
            assert_eq!((status, &detail["type"], &detail["ctx"]), (422, &json!(kind), &context));
            assert_eq!(detail["loc"], json!(["body", "simulations"]));
        }
    }

    #[test]
    fn what_is_not_a_list_is_refused() {
        for (body, kind) in [(r#"{"simulations":{}}"#, "list_type"), ("{}", "missing"), ("[]", "model_attributes_type")]
        {
            let (status, answer) = post_json("/simulate/batch", body);
            assert_eq!(
                (status, details(&answer).len(), &details(&answer)[0]["type"]),
                (422, 1, &json!(kind)),
                "{body}"
            );
        }
    }

    #[test]
    fn at_most_100_violations_are_listed() {
        let body = json!({ "simulations": vec![json!({"steps": 0}); 1000] }).to_string();
        let (status, answer) = post_json("/simulate/batch", body);
        assert_eq!((status, details(&answer).len()), (422, 100));
    }
}
