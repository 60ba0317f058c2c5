//! What an app does with the client, against the service that `SIM_URL` names, with the key in `SIM_API_KEY`.

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName},
};
use sim_client::{
    Client, Error, ResponseValue,
    types::{
        Distribution, ErrorDetailLocItem, ErrorResponse, HealthStatus, LognormalBetween, LognormalBetweenKind, Model,
        Output, Report, SimulateRequest,
    },
};
use std::{collections::HashMap, env::var};

fn connect(key: &str) -> Client {
    let headers = HeaderMap::from_iter([(HeaderName::from_static("x-api-key"), key.parse().unwrap())]);
    let http = reqwest::Client::builder().default_headers(headers).build().unwrap();
    Client::new_with_client(&var("SIM_URL").unwrap(), http)
}

fn sim() -> Client {
    connect(&var("SIM_API_KEY").unwrap())
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error<ErrorResponse>>) -> ResponseValue<ErrorResponse> {
    match answer.unwrap_err() {
        Error::ErrorResponse(refusal) => refusal,
        error => panic!("expected an ErrorResponse, not {error}"),
    }
}

#[tokio::test]
async fn the_service_is_healthy() {
    let health = sim().get_health().send().await.unwrap();
    assert_eq!(health.status, HealthStatus::Ok);
}

#[tokio::test]
async fn a_simulation_has_its_result() {
    let simulation = sim().simulate().body_map(|request| request.seed(42).steps(10_u32)).send().await.unwrap();
    assert_eq!((simulation.seed, simulation.steps.get(), simulation.result), (42, 10, 1_535_244_752));
}

#[tokio::test]
async fn a_seed_may_be_negative_and_steps_left_out() {
    let simulation = sim().simulate().body_map(|request| request.seed(-1)).send().await.unwrap();
    assert_eq!(simulation.result, 834_541_773);
}

#[tokio::test]
async fn a_seed_of_64_bits_comes_back_as_it_was_sent() {
    for seed in [i64::MIN, i64::MAX] {
        assert_eq!(sim().simulate().body_map(|request| request.seed(seed)).send().await.unwrap().seed, seed);
    }
}

/// With steps beyond the greatest: they are a `NonZeroU32` here, of which 0 is no value.
#[tokio::test]
async fn a_violation_is_a_typed_error_that_names_the_field() {
    let answer = sim().simulate().body_map(|request| request.seed(42).steps(100_001_u32)).send().await;
    let refusal = refusal(answer);
    assert_eq!(refusal.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let [detail] = &refusal.detail[..] else { panic!("expected one detail, not {refusal:?}") };
    let [ErrorDetailLocItem::String(part), ErrorDetailLocItem::String(field)] = &detail.loc[..] else {
        panic!("expected two names, not {:?}", detail.loc)
    };
    assert_eq!((part.as_str(), field.as_str()), ("body", "steps"));
    assert_eq!(detail.ctx.as_ref().unwrap().le, Some(100_000.0));
}

#[tokio::test]
async fn a_request_that_no_value_stands_for_is_refused_before_it_is_sent() {
    let answer = sim().simulate().body_map(|request| request.seed(42).steps(0_u32)).send().await;
    assert!(matches!(answer.unwrap_err(), Error::InvalidRequest(reason) if reason.contains("steps")));
}

#[tokio::test]
async fn a_wrong_key_is_a_typed_error() {
    let refusal = refusal(connect("wrong").simulate().body_map(|request| request.seed(42)).send().await);
    assert_eq!(refusal.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(refusal.detail[0].type_, "api_key_invalid");
}

#[tokio::test]
async fn a_batch_is_answered_in_order() {
    let simulations: Vec<SimulateRequest> =
        [42, -1].map(|seed| SimulateRequest::builder().seed(seed).try_into().unwrap()).into();
    let batch = sim().simulate_batch().body_map(|request| request.simulations(simulations)).send().await.unwrap();
    let results: Vec<i32> = batch.simulations.iter().map(|simulation| simulation.result).collect();
    assert_eq!(results, [1_535_244_752, 834_541_773]);
}

#[tokio::test]
async fn a_simulation_has_an_address() {
    let simulation = sim().get_simulation().seed(42).steps(10_u32).send().await.unwrap();
    assert_eq!(simulation.result, 1_535_244_752);
}

#[tokio::test]
async fn a_trajectory_has_typed_values() {
    let trajectory = sim().get_trajectory().seed(42).count(3_u32).stride(1000_u32).send().await.unwrap();
    let values: &[i32] = &trajectory.values;
    assert_eq!(values, [42, 1_363_713_826, 1_458_981_146]);
}

/// How many piano tuners does Chicago have?
async fn run(formula: &str) -> Result<ResponseValue<Report>, Error<ErrorResponse>> {
    let between = |low: f64, high: f64| {
        let kind = LognormalBetweenKind::LognormalBetween;
        let distribution: LognormalBetween =
            LognormalBetween::builder().kind(kind).low(low).high(high).try_into().unwrap();
        Distribution::from(distribution)
    };
    let inputs = HashMap::from([
        ("people".to_owned(), between(8.1e6, 8.4e6)),
        ("piano_percent".to_owned(), between(0.2, 1.0)),
        ("pianos_per_tuner".to_owned(), between(2000.0, 50_000.0)),
    ]);
    let output: Output = Output::builder().quantiles(vec![0.05, 0.5, 0.95]).try_into().unwrap();
    let model: Model = Model::builder()
        .inputs(inputs)
        .formulas(HashMap::from([("tuners".to_owned(), formula.to_owned())]))
        .outputs(HashMap::from([("tuners".to_owned(), output)]))
        .try_into()
        .unwrap();
    sim().run_model().body_map(|request| request.model(model).seed(7).samples(1000)).send().await
}

#[tokio::test]
async fn a_model_has_its_report() {
    let report = run("people * piano_percent * 0.01 / pianos_per_tuner").await.unwrap();
    let median = &report.outputs["tuners"].quantiles[1];
    // The figures are those of the example in the contract.
    let golden = [0.5, 3.569_670_673_299_425_4, 3.309_549_997_315_073_3, 3.850_569_452_433_945_5];
    assert_eq!([median.probability, median.value, median.low, median.high].map(f64::to_bits), golden.map(f64::to_bits));
}

#[tokio::test]
async fn an_error_in_a_formula_names_its_position() {
    let refusal = refusal(run("people *").await);
    assert_eq!(refusal.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let detail = &refusal.detail[0];
    assert_eq!(detail.type_, "formula_syntax");
    let place: Vec<String> = detail.loc.iter().map(ToString::to_string).collect();
    assert_eq!(place, ["body", "model", "formulas", "tuners"]);
    assert_eq!(detail.ctx.as_ref().unwrap().position, Some(8));
}
