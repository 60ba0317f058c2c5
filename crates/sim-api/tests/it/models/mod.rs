//! Models, checked and run.

mod check;
mod description;
mod run;

use serde_json::{Value, json};
use sim_api::Readiness;

use crate::service::Call;

/// The status and the body of the answer to a request.
fn post(path: &str, body: &Value) -> (u16, Value) {
    let answer = Call::post(path, body.to_string()).send(&Readiness::default());
    (answer.status, serde_json::from_str(&answer.body).expect("an answer is JSON"))
}

/// A request whose model has these inputs, these formulas, and each formula as an output.
fn request(inputs: &Value, formulas: &Value) -> Value {
    let names = formulas.as_object().expect("formulas are a map").keys();
    let outputs: Value = names.map(|name| (name.clone(), json!({}))).collect();
    json!({"model": {"inputs": inputs, "formulas": formulas, "outputs": outputs}, "seed": 7, "samples": 1000})
}

/// The type, the place and the position of each error.
fn errors(answer: &(u16, Value)) -> Vec<(String, String, Option<u64>)> {
    assert_eq!(answer.0, 422, "{}", answer.1);
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    let step = |step: &Value| step.as_str().map_or_else(|| step.to_string(), str::to_owned);
    let place = |error: &Value| {
        let steps = error["loc"].as_array().expect("a place is a list");
        steps.iter().map(step).collect::<Vec<_>>().join(".")
    };
    let errors = answer.1["detail"].as_array().expect("errors are a list");
    errors.iter().map(|error| (text(&error["type"]), place(error), error["ctx"]["position"].as_u64())).collect()
}
