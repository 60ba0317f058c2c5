use serde_json::json;
use sim_api::Readiness;

use super::{errors, post, request};
use crate::service::Call;

#[test]
fn a_report_is_the_same_bytes_however_the_request_is_written() {
    let spellings = [
        r#"{"model":{"inputs":{"a":{"kind":"normal","mean":1,"sd":2},"b":{"kind":"uniform","min":0,"max":1}},"formulas":{"y":"a + b"},"outputs":{"y":{}}},"seed":7,"samples":1000}"#,
        r#" {"samples":1e3,"seed":7.0,"model":{"outputs":{"y":{"quantiles":[]}},"formulas":{"y":"a + b"},"constants":{},"invalid":"refuse","inputs":{"b":{"max":1.0,"min":0e5,"kind":"uniform"},"a":{"sd":2,"kind":"normal","mean":1}}}}"#,
    ];
    let [first, second] =
        spellings.map(|body| Call::post("/models/run", body).send(&Readiness::default())).map(|answer| answer.body);
    assert!(first.starts_with(r#"{"digest":""#), "{first}");
    assert_eq!(first, second);
}

#[test]
fn a_report_is_what_the_library_says() {
    let body = request(&json!({"x": {"kind": "gamma", "shape": 2, "scale": 3}}), &json!({"y": "x ^ 2 - 1"}));
    let answer = Call::post("/models/run", body.to_string()).send(&Readiness::default());
    let model: sim_model::Model = serde_json::from_value(body["model"].clone()).expect("a model");
    let mut run =
        sim_model::Run::new(std::sync::Arc::new(model.check().expect("it is right")), 7, 1000).expect("a run");
    let report = loop {
        if let Some(report) = run.advance().expect("every sample is valid") {
            break report;
        }
    };
    assert_eq!(answer.body, serde_json::to_string(&report).expect("a report is JSON"));
}

#[test]
fn what_is_asked_is_what_is_answered() {
    let mut body = request(&json!({"x": {"kind": "uniform", "min": 0, "max": 1}}), &json!({"y": "x"}));
    let (_, plain) = post("/models/run", &body);
    assert_eq!(plain["outputs"]["y"]["quantiles"].as_array().map(Vec::len), Some(5));
    assert!(plain["outputs"]["y"].get("histogram").is_none() && plain["outputs"]["y"].get("thresholds").is_none());
    assert!(plain.get("invalid").is_none());

    body["model"]["outputs"]["y"] = json!({"quantiles": [0.5], "thresholds": [0.25], "histogram": {"bins": 4}});
    body["model"]["invalid"] = json!("omit");
    let (_, full) = post("/models/run", &body);
    let output = &full["outputs"]["y"];
    assert_eq!(output["quantiles"][0]["probability"], 0.5);
    assert_eq!(output["histogram"]["counts"].as_array().map(Vec::len), Some(4));
    assert_eq!(output["thresholds"][0]["threshold"], 0.25);
    assert_eq!(full["invalid"]["count"], 0);
}

#[test]
fn every_error_of_a_model_is_reported_at_once_with_its_place() {
    let inputs =
        json!({"price": {"kind": "normal", "mean": 1, "sd": 2}, "low": {"kind": "uniform", "min": 2, "max": 1}});
    let formulas = json!({"profit": "pric * 2", "cost": "price +", "a": "b", "b": "a", "share": "min()"});
    let found = errors(&post("/models/run", &request(&inputs, &formulas)));
    for (kind, place, position) in [
        ("formula_unknown_name", "body.model.formulas.profit", Some(0)),
        ("formula_syntax", "body.model.formulas.cost", Some(7)),
        ("formula_cycle", "body.model.formulas.a", Some(0)),
        ("formula_arity", "body.model.formulas.share", Some(0)),
    ] {
        let error = (kind.to_owned(), place.to_owned(), position);
        assert!(found.contains(&error), "{error:?} is not among {found:?}");
    }
    assert!(found.iter().any(|(_, place, _)| place.starts_with("body.model.inputs.low")), "{found:?}");
}

#[test]
fn a_name_that_is_unknown_to_the_schema_is_refused_and_the_nearest_is_named() {
    let mut body = request(&json!({"x": {"kind": "uniform", "min": 0, "max": 1}}), &json!({"y": "x"}));
    body["model"]["inputs"]["x"]["maxx"] = json!(3);
    body["sample"] = json!(10);
    let answer = post("/models/run", &body);
    let mut found = errors(&answer);
    found.sort();
    let forbidden = |place: &str| ("extra_forbidden".to_owned(), place.to_owned(), None);
    assert_eq!(found, [forbidden("body.model.inputs.x.maxx"), forbidden("body.sample")]);
    assert!(answer.1.to_string().contains("Did you mean 'samples'?"), "{}", answer.1);
}

#[test]
fn an_unknown_kind_of_distribution_is_refused_with_the_kinds_that_there_are() {
    let body = request(&json!({"x": {"kind": "norml", "mean": 0, "sd": 1}}), &json!({"y": "x"}));
    let answer = post("/models/run", &body);
    assert_eq!(errors(&answer), [("union_tag_invalid".to_owned(), "body.model.inputs.x".to_owned(), None)]);
    assert!(answer.1.to_string().contains("normal_between"), "{}", answer.1);
}

#[test]
fn invalid_samples_are_refused_with_their_count_the_formula_and_the_first() {
    let mut body = request(&json!({"x": {"kind": "uniform", "min": -1, "max": 1}}), &json!({"y": "sqrt(x)"}));
    let answer = post("/models/run", &body);
    assert_eq!(errors(&answer), [("invalid_samples".to_owned(), "body.model.formulas.y".to_owned(), None)]);
    let message = answer.1["detail"][0]["msg"].as_str().expect("a message");
    assert!(message.contains("of 1000 samples") && message.contains("the first is sample"), "{message}");

    body["model"]["invalid"] = json!("omit");
    let (status, report) = post("/models/run", &body);
    assert_eq!(status, 200, "{report}");
    let left_out = report["invalid"]["count"].as_u64().expect("a count");
    assert!(message.starts_with(&format!("{left_out} of 1000")), "{message} {left_out}");
}

#[test]
fn a_run_that_costs_too_much_is_refused_with_its_cost_and_the_limit() {
    let mut body = request(&json!({"x": {"kind": "gamma", "shape": 2, "scale": 3}}), &json!({"y": "x"}));
    body["samples"] = json!(10_000_000);
    let answer = post("/models/run", &body);
    assert_eq!(errors(&answer), [("model_too_costly".to_owned(), "body.samples".to_owned(), None)]);
    let figures = &answer.1["detail"][0]["ctx"];
    assert!(figures["cost"].as_u64() > figures["max_cost"].as_u64(), "{figures}");
}

#[test]
fn a_report_of_one_sample_leaves_out_what_it_cannot_say() {
    let mut body = request(&json!({"x": {"kind": "uniform", "min": 0, "max": 1}}), &json!({"y": "x"}));
    body["samples"] = json!(1);
    let (status, report) = post("/models/run", &body);
    assert_eq!(status, 200, "{report}");
    assert_eq!(report["outputs"]["y"]["standard_deviation"], json!({}));
    assert!(report["outputs"]["y"]["mean"]["value"].is_number());
    assert!(!report.to_string().contains("null"), "{report}");
}
