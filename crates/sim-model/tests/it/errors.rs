//! What is said of wrong models and of runs that fail.

use std::sync::Arc;

use sim_model::{Model, Run};

use crate::{checked, finish, report};

fn errors(model: &str) -> Vec<String> {
    let model: Model = serde_json::from_str(model).unwrap();
    model.check().unwrap_err().iter().map(ToString::to_string).collect()
}

#[test]
fn all_errors_of_a_model_are_told_at_once() {
    let model = r#"{
        "inputs": {"x": {"kind": "normal", "mean": 0, "sd": -1}, "Y": {"kind": "uniform", "min": 0, "max": 1}},
        "constants": {"x": 1},
        "formulas": {"if": "1", "z": "x +"},
        "outputs": {"q": {"quantiles": [0.5, 2], "histogram": {"bins": 0, "from": 0.9, "to": 0.1}}}
    }"#;
    let errors = errors(model);
    let begins = [
        "inputs.Y: a name is a lower-case letter",
        "constants.x: a name stands for one thing, and `x` is among the inputs too",
        "formulas.if: `if` is a word of formulas",
        "inputs.x.sd: ",
        "outputs.q: an output is the name of a formula or an input",
        "outputs.q.quantiles[1]: a quantile is asked by a probability from 0 to 1, not 2",
        "outputs.q.histogram.bins: a histogram has 1 to 1000 bins, not 0",
        "outputs.q.histogram.from: from is below to, 0.1; it is 0.9",
        "formulas.z, position 3: ",
    ];
    assert_eq!(errors.len(), begins.len(), "{errors:#?}");
    for (error, begin) in errors.iter().zip(begins) {
        assert!(error.starts_with(begin), "{error:?} begins with {begin:?}");
    }
}

#[test]
fn a_model_without_outputs_is_refused() {
    assert_eq!(errors(r#"{"outputs": {}}"#), ["outputs: a model has at least one output"]);
}

#[test]
fn fields_that_do_not_exist_are_refused() {
    for model in [
        r#"{"outputs": {}, "periods": 12}"#,
        r#"{"outputs": {"x": {"median": true}}}"#,
        r#"{"inputs": {"x": {"kind": "uniform", "min": 0, "max": 1, "draw": "period"}}, "outputs": {"x": {}}}"#,
    ] {
        assert!(serde_json::from_str::<Model>(model).is_err(), "{model}");
    }
}

#[test]
fn seed_and_samples_out_of_range_are_refused() {
    let model = checked(r#"{"inputs": {"x": {"kind": "uniform", "min": 0, "max": 1}}, "outputs": {"x": {}}}"#);
    let error = |seed, samples| Run::new(Arc::clone(&model), seed, samples).unwrap_err().to_string();
    assert_eq!(error(1 << 53, 1), "seed: the seed is at most 9007199254740991; it is 9007199254740992");
    assert_eq!(error(0, 0), "samples: there are 1 to 4294967295 samples, not 0");
    assert_eq!(error(0, 1 << 32), "samples: there are 1 to 4294967295 samples, not 4294967296");
}

const ROOT: &str =
    r#""inputs": {"x": {"kind": "uniform", "min": -1, "max": 3}}, "formulas": {"y": "sqrt(x)", "z": "y + 1"}"#;

#[test]
fn invalid_samples_end_a_run_with_their_number_the_formula_and_the_first() {
    let model = format!(r#"{{{ROOT}, "outputs": {{"z": {{}}}}}}"#);
    let mut run = Run::new(checked(&model), 3, 100_000).unwrap();
    let error = loop {
        match run.advance() {
            Ok(report) => assert_eq!(report, None),
            Err(error) => break error,
        }
    };
    // A quarter of the samples, give or take five standard deviations.
    let count: u64 = error.message.split(' ').next().unwrap().parse().unwrap();
    assert!((24_300..25_700).contains(&count), "{error}");
    let draws = sim_core::Draws::new(3, "x", 0);
    let first = (0..100).find(|&sample| draws.uniform(sample, 0) < 0.25).unwrap();
    let says = format!(
        "formulas.y: {count} of 100000 samples have no finite value; the first is sample {first}, in which `y`"
    );
    assert!(error.to_string().starts_with(&says), "{error}");
    assert_eq!(run.advance().unwrap_err(), error, "the error stays");
}

#[test]
fn invalid_samples_are_left_out_if_the_model_says_so() {
    let model = format!(r#"{{{ROOT}, "outputs": {{"z": {{}}, "x": {{"thresholds": [0]}}}}, "invalid": "omit"}}"#);
    let report = report(&model, 3, 100_000);
    let count = report.invalid.unwrap().count;
    assert!((24_300..25_700).contains(&count), "{count}");
    assert!(report.outputs["x"].minimum >= 0.0, "samples are left out of all outputs");
    assert_eq!(report.outputs["z"].minimum, report.outputs["x"].minimum.sqrt() + 1.0);
}

#[test]
fn a_run_without_valid_samples_fails() {
    let model = r#"{"inputs": {"x": {"kind": "uniform", "min": 1, "max": 2}}, "formulas": {"y": "x / 0"},
        "outputs": {"y": {}}, "invalid": "omit"}"#;
    let error = finish(Run::new(checked(model), 0, 10).unwrap()).unwrap_err();
    let says = "formulas.y: 10 of 10 samples have no finite value; the first is sample 0, in which `y` has none";
    assert_eq!(error.to_string(), says);
}

#[test]
fn a_logarithmic_histogram_of_negative_values_is_refused() {
    let model = r#"{"inputs": {"x": {"kind": "uniform", "min": -1, "max": 1}},
        "outputs": {"x": {"histogram": {"scale": "log"}}}}"#;
    let error = finish(Run::new(checked(model), 0, 1_000).unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("outputs.x.histogram.scale: a logarithmic histogram begins at"), "{error}");
}
