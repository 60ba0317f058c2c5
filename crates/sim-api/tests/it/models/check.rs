use serde_json::json;

use super::{errors, post, request};

#[test]
fn a_check_says_what_a_run_would_be_without_running_it() {
    let inputs = json!({"price": {"kind": "normal", "mean": 9, "sd": 1}, "units": {"kind": "poisson", "mean": 100}});
    let mut body =
        request(&inputs, &json!({"revenue": "price * units", "profit": "revenue - cost", "unused": "price + 1"}));
    body["model"]["constants"] = json!({"cost": 300});
    body["model"]["outputs"] = json!({"profit": {}});
    let run = post("/models/run", &body).1;

    body.as_object_mut().expect("it is a map").remove("seed");
    let (status, checked) = post("/models/check", &body);
    assert_eq!(status, 200, "{checked}");
    for field in ["digest", "engine", "samples", "cost"] {
        assert_eq!(checked[field], run[field], "{field}");
    }
    let place = |name: &str| checked["order"].as_array().and_then(|order| order.iter().position(|other| other == name));
    assert!(place("revenue") < place("profit"), "{checked}");
    assert_eq!(checked["formulas"]["profit"], json!({"references": ["cost", "revenue"], "nodes": 3, "needed": true}));
    assert_eq!(checked["formulas"]["unused"]["needed"], false);
}

#[test]
fn the_canonical_form_is_a_model_with_the_same_digest_and_the_same_canonical_form() {
    let inputs = json!({"x": {"kind": "normal", "mean": 1.50, "sd": 2, "truncate": {"max": 1e3}}});
    let mut body = request(&inputs, &json!({"y": "x + 0"}));
    body.as_object_mut().expect("it is a map").remove("seed");
    let (_, checked) = post("/models/check", &body);
    let canonical = checked["canonical"].as_str().expect("it is text");
    body["model"] = serde_json::from_str(canonical).expect("it is JSON");
    let (_, again) = post("/models/check", &body);
    assert_eq!((&again["digest"], &again["canonical"]), (&checked["digest"], &checked["canonical"]));
}

#[test]
fn a_check_finds_what_a_run_finds() {
    for formulas in
        [json!({"y": "x +"}), json!({"y": "z"}), json!({"y": "sqrt(x, x)"}), json!({"y": "y"}), json!({"Y": "x"})]
    {
        let mut body = request(&json!({"x": {"kind": "uniform", "min": 0, "max": 1}}), &formulas);
        let run = errors(&post("/models/run", &body));
        body.as_object_mut().expect("it is a map").remove("seed");
        assert_eq!(errors(&post("/models/check", &body)), run);
    }
}
