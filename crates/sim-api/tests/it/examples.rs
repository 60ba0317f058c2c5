//! The examples of the contract are true.

use serde_json::{Value, json};
use sim_api::{ErrorResponse, OpenApiVersion::V3_1, Readiness};

use crate::{
    openapi::{Operation, document, members, operations, published, validator},
    service::{Answer, send},
};

/// Sends a body to an operation, nothing where it takes none.
fn call(readiness: &Readiness, operation: &Operation, body: Option<(&str, Vec<u8>)>) -> Answer {
    send(readiness, operation.method.to_uppercase().as_str(), operation.path, body)
}

fn request_example(operation: &Operation) -> Option<Value> {
    operation.request_body().map(|body| body["example"].clone())
}

fn json_body(value: &Value) -> (&'static str, Vec<u8>) {
    ("application/json", value.to_string().into())
}

/// The answer that the contract shows for a status.
fn shown(operation: &Operation, status: u16) -> Answer {
    let example = &operation.answer(&status.to_string())["example"];
    let operation_id = operation.value["operationId"].as_str().expect("an operation has an id").to_owned();
    Answer { status, operation_id, body: example.to_string() }
}

#[test]
fn the_example_of_a_request_is_answered_with_the_example_of_200() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let body = request_example(&operation);
        let answer = call(&Readiness::default(), &operation, body.as_ref().map(json_body));
        assert_eq!(answer, shown(&operation, 200));
    }
}

#[test]
fn every_example_is_valid() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let answers = operation.responses().map(|(status, _)| operation.answer(status));
        for body in operation.request_body().into_iter().chain(answers) {
            let validator = validator(&document, &body["schema"]);
            assert!(validator.is_valid(&body["example"]), "{} {}", operation.path, body["example"]);
        }
    }
    for (name, schema) in members(&document["components"]["schemas"]) {
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(validator(&document, &published(name)).is_valid(example), "{name} {example}");
        }
    }
}

#[test]
fn the_example_of_422_answers_the_body_that_it_tells_of() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let Some(mut body) = request_example(&operation) else { continue };
        let expected = shown(&operation, 422);
        let errors: Value = serde_json::from_str(&expected.body).unwrap();
        for error in errors["detail"].as_array().unwrap() {
            let path = error["loc"].as_array().unwrap().iter().skip(1);
            let value = path.fold(&mut body, |value, name| &mut value[name.as_str().unwrap()]);
            *value = error["input"].clone();
        }
        assert_eq!(call(&Readiness::default(), &operation, Some(json_body(&body))), expected);
    }
}

#[test]
fn the_example_of_415_answers_the_media_type_that_it_tells_of() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let Some(body) = request_example(&operation) else { continue };
        let expected = shown(&operation, 415);
        let errors: Value = serde_json::from_str(&expected.body).unwrap();
        let media_type = errors["detail"][0]["input"].as_str().unwrap();
        let answer = call(&Readiness::default(), &operation, Some((media_type, body.to_string().into())));
        assert_eq!(answer, expected);
    }
}

#[test]
fn the_example_of_413_answers_one_byte_too_many() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| operation.request_body().is_some()) {
        let expected = shown(operation, 413);
        let errors: Value = serde_json::from_str(&expected.body).unwrap();
        let max_bytes = usize::try_from(errors["detail"][0]["ctx"]["max_bytes"].as_u64().unwrap()).unwrap();
        let description = operation.value["description"].as_str().unwrap();
        assert!(description.contains(&format!("at most {max_bytes} bytes")), "{description}");

        let of_length = |length| call(&Readiness::default(), operation, Some(("application/json", vec![b' '; length])));
        assert_eq!(of_length(max_bytes + 1), expected);
        assert_eq!(of_length(max_bytes).status, 422);
    }
}

#[test]
fn the_example_of_503_is_the_answer_once_shutdown_has_begun() {
    let document = document(V3_1);
    let readiness = Readiness::default();
    readiness.begin_shutdown();
    let mut found = 0;
    for operation in operations(&document).iter().filter(|operation| operation.answer("503").is_object()) {
        let body = request_example(operation);
        assert_eq!(call(&readiness, operation, body.as_ref().map(json_body)), shown(operation, 503));
        found += 1;
    }
    assert!(found > 0);
}

/// A server answers these around the operations, with the figures of the request at hand.
#[test]
fn the_examples_of_408_and_500_are_what_a_server_answers() {
    let document = document(V3_1);
    let examples_of = |status: &str| {
        let operations = operations(&document).into_iter();
        let answers = operations.map(|operation| operation.answer(status)).filter(|answer| answer.is_object());
        answers.map(|answer| answer["example"].clone()).collect::<Vec<_>>()
    };
    for example in examples_of("408") {
        assert_eq!(example, json!(ErrorResponse::request_timeout(10)));
    }
    for example in examples_of("500") {
        let request_id = example["detail"][0]["ctx"]["request_id"].as_str().unwrap();
        assert_eq!(example, json!(ErrorResponse::internal(request_id)));
    }
}

/// Both bounds and the default of every field are what the schema says, as seen from outside.
#[test]
fn a_request_may_hold_every_bound_and_leave_out_every_default() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let Some(body) = request_example(&operation) else { continue };
        let name = operation.request_body().and_then(|body| body["schema"]["$ref"].as_str()).unwrap();
        let schema = document.pointer(&name[1..]).unwrap();
        for (field, of_field) in members(&schema["properties"]) {
            for bound in ["minimum", "maximum"].iter().filter_map(|bound| of_field.get(bound)) {
                let mut body = body.clone();
                body[field] = bound.clone();
                let answer = call(&Readiness::default(), &operation, Some(json_body(&body)));
                assert_eq!(answer.status, 200, "{field} {bound}");
            }
            if let Some(default) = of_field.get("default") {
                let mut absent = body.clone();
                absent.as_object_mut().unwrap().remove(field);
                let mut present = body.clone();
                present[field] = default.clone();
                let [absent, present] =
                    [absent, present].map(|body| call(&Readiness::default(), &operation, Some(json_body(&body))));
                assert_eq!(absent, present, "{field}");
                assert_eq!(absent.status, 200, "{field}");
            }
        }
    }
}

#[test]
fn the_description_shows_a_request_and_its_answer() {
    let document = document(V3_1);
    let description = document["info"]["description"].as_str().unwrap();
    let between = |start: &str, end: &str| {
        let (_, rest) = description.split_once(start).expect("the description has this block");
        rest.split_once(end).expect("the block ends").0.to_owned()
    };
    let request = between("-d '", "'");
    let answer = crate::service::simulate(request);
    assert_eq!(json!([answer.status, answer.body]), json!([200, between("```json\n", "\n```")]));
}
