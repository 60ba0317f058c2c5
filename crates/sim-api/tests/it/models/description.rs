//! What the contract says of the language holds.

use serde_json::Value;
use sim_api::{OpenApiVersion::V3_1, Readiness};

use crate::{contract::openapi::document, service::Call};

fn description() -> String {
    let document = document(V3_1);
    let description = document["paths"]["/models/run"]["post"]["description"].as_str();
    description.expect("run_model is described").to_owned()
}

/// The blocks of a description in a language.
fn blocks<'a>(description: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    description.split(fence.as_str()).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn every_example_of_the_description_runs() {
    let description = description();
    let examples = blocks(&description, "json");
    assert_eq!(examples.len(), 3);
    for example in examples {
        let answer = Call::post("/models/run", example).send(&Readiness::default());
        assert_eq!(answer.status, 200, "{example}\n{}", answer.body);
        let report: Value = serde_json::from_str(&answer.body).expect("a report is JSON");
        assert_eq!(report["samples"], 100_000);
    }
}

#[test]
fn the_grammar_of_the_description_is_the_one_of_the_parser() {
    let description = description();
    let lines = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>();
    let [grammar] = blocks(&description, "ebnf")[..] else { panic!("there is one grammar") };
    assert_eq!(lines(grammar), lines(sim_model::formula::GRAMMAR));
}
