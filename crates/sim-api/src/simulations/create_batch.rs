//! `POST /simulate/batch`: many simulations in one request.

use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};

use crate::{
    http::{api_key::ApiKey, json::Json, meter::Meter},
    simulations::{
        Tag,
        create::{SimulateRequest, Simulation, simulate},
    },
};

/// The number of simulations in a batch that cost as much as one `simulate`.
const SIMULATIONS_PER_UNIT: u64 = 50;

/// The simulations to run.
#[derive(Debug, Clone, PartialEq, Eq, Object, Deserialize)]
#[oai(example)]
pub(crate) struct SimulateBatchRequest {
    /// 1 to 10000 simulations.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub(crate) simulations: Vec<SimulateRequest>,
}

impl Example for SimulateBatchRequest {
    fn example() -> Self {
        let simulation = |seed, steps| SimulateRequest { seed, steps };
        Self { simulations: vec![simulation(42, 1000), simulation(-1, 10)] }
    }
}

/// The results of many simulations.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example, rename = "SimulateBatchResponse")]
pub(crate) struct SimulationBatch {
    /// The simulations with their results, in the order of the request.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub(crate) simulations: Vec<Simulation>,
}

impl Example for SimulationBatch {
    fn example() -> Self {
        run(&SimulateBatchRequest::example())
    }
}

#[derive(ApiResponse)]
enum SimulateBatchResponse {
    /// Every simulation with its result, in the order of the request.
    #[oai(status = 200)]
    Ok(Json<SimulationBatch>),
}

/// `POST /simulate/batch`.
#[derive(Debug)]
pub(crate) struct SimulateBatch;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl SimulateBatch {
    /// Run many simulations
    ///
    /// Runs 1 to 10000 simulations as `simulate` does, and returns them in the order of the request. If one of them
    /// breaks the schema, none is run. `loc` of each violation has the index of the simulation.
    ///
    /// If the service has a rate limit, a batch costs one token, plus one for each 50 simulations.
    #[oai(path = "/simulate/batch", method = "post", operation_id = "simulate_batch", tag = "Tag::Simulation")]
    async fn simulate_batch(
        &self,
        _key: ApiKey,
        meter: Meter,
        /// The simulations to run.
        request: Json<SimulateBatchRequest>,
    ) -> SimulateBatchResponse {
        let simulations = &request.0.simulations;
        meter.charge(simulations.len() as u64, SIMULATIONS_PER_UNIT);
        meter.count_steps(simulations.iter().map(|simulation| u64::from(simulation.steps.unsigned_abs())).sum());
        SimulateBatchResponse::Ok(Json(run(&request.0)))
    }
}

fn run(request: &SimulateBatchRequest) -> SimulationBatch {
    SimulationBatch { simulations: request.simulations.iter().map(simulate).collect() }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::post_json;

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
