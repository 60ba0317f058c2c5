//! The examples of the contract are true.

use serde_json::{Value, json};
use sim_api::{ErrorResponse, OpenApiVersion::V3_1, Readiness};

use crate::{
    contract::openapi::{Operation, document, members, operations, position, published, validator},
    service::{Answer, Call, JSON, text},
};

/// The request that the contract shows: every parameter of its address and its body, where it has them.
pub(crate) fn example(operation: &Operation) -> Call {
    let call = Call::new(operation.method, operation.example_address());
    let body = operation.request_body().map(|body| body["example"].to_string());
    body.into_iter().fold(call, |call, body| call.with_body(JSON, body))
}

/// The body that the contract shows; null where the operation takes none.
fn request_example(operation: &Operation) -> Value {
    operation.request_body().map_or(Value::Null, |body| body["example"].clone())
}

/// The answer that the contract shows for a status.
fn shown(operation: &Operation, status: u16) -> Answer {
    let example = &operation.answer(&status.to_string())["example"];
    Answer { status, operation_id: operation.id().to_owned(), body: example.to_string() }
}

/// The entries of the error that the contract shows for a status.
fn shown_errors(operation: &Operation, status: &str) -> Vec<Value> {
    let errors = operation.answer(status)["example"]["detail"].as_array().expect("an error has entries");
    assert!(!errors.is_empty(), "{} {status}", operation.id());
    errors.clone()
}

#[test]
fn the_example_of_a_request_is_answered_with_the_example_of_200() {
    let document = document(V3_1);
    for operation in operations(&document) {
        assert_eq!(example(&operation).send(&Readiness::default()), shown(&operation, 200));
    }
}

#[test]
fn every_example_is_valid() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let request = operation.value["requestBody"]["content"].as_object();
        let answers = operation.responses().filter_map(|(_, response)| response["content"].as_object());
        let bodies = request.into_iter().chain(answers).flat_map(|content| content.values());
        for shown in bodies.chain(operation.parameters()).filter(|shown| shown.get("example").is_some()) {
            let validator = validator(&document, &shown["schema"]);
            assert!(validator.is_valid(&shown["example"]), "{} {}", operation.id(), shown["example"]);
        }
    }
    for (name, schema) in members(&document["components"]["schemas"]) {
        for example in schema["examples"].as_array().into_iter().flatten() {
            assert!(validator(&document, &published(name)).is_valid(example), "{name} {example}");
        }
    }
}

#[test]
fn the_example_of_a_request_is_answered_with_the_example_of_each_other_media_type() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let content = &operation.value["responses"]["200"]["content"];
        for (media_type, shown) in members(content).filter(|(media_type, _)| *media_type != JSON) {
            let response = example(&operation).with_header("Accept", media_type).respond(&Readiness::default());
            assert_eq!(response.content_type(), Some(media_type), "{}", operation.id());
            if let Some(example) = shown["example"].as_str() {
                assert_eq!(text(response), example, "{} {media_type}", operation.id());
            }
        }
    }
}

#[test]
fn the_example_of_422_answers_the_request_that_it_tells_of() {
    let document = document(V3_1);
    let refusable = |operation: &Operation| operation.documents("422");
    for operation in operations(&document).into_iter().filter(refusable) {
        let mut body = request_example(&operation);
        let errors = shown_errors(&operation, "422");
        for error in &errors {
            if error["loc"][0] == "body" {
                break_as_told(&mut body, error);
            }
        }
        let address = operation.address(|parameter| {
            let place = json!([parameter["in"], parameter["name"]]);
            let error = errors.iter().find(|error| error["loc"] == place);
            Some(error.map_or(parameter["example"].to_string(), |error| error["input"].as_str().unwrap().to_owned()))
        });
        let call = Call::new(operation.method, address);
        let call = if body.is_null() { call } else { call.with_body(JSON, body.to_string()) };
        assert_eq!(call.send(&Readiness::default()), shown(&operation, 422));
    }
}

/// Gives a body the violation that an entry tells of.
fn break_as_told(body: &mut Value, error: &Value) {
    let location = error["loc"].as_array().expect("an entry has a location");
    if error["type"] == "missing" {
        let (field, object) = location.split_last().expect("a location names the field that is missing");
        let object = value_at(body, object).as_object_mut().expect("a field is missing of an object");
        object.shift_remove(field.as_str().expect("a field has a name"));
    } else {
        *value_at(body, location) = error["input"].clone();
    }
}

/// The value that a location in the body leads to.
fn value_at<'v>(body: &'v mut Value, location: &[Value]) -> &'v mut Value {
    location.iter().skip(1).fold(body, |value, item| match item {
        Value::String(name) => &mut value[name],
        index => &mut value[position(index)],
    })
}

#[test]
fn the_example_of_406_answers_the_media_type_that_it_tells_of() {
    let document = document(V3_1);
    // That of the others is about codings, which the server deals with.
    let is_of_media_types =
        |operation: &&Operation| operation.documents("406") && shown_errors(operation, "406")[0]["loc"][1] == "accept";
    for operation in operations(&document).iter().filter(is_of_media_types) {
        let accept = shown_errors(operation, "406")[0]["input"].as_str().unwrap().to_owned();
        let answer = example(operation).with_header("Accept", accept).send(&Readiness::default());
        assert_eq!(answer, shown(operation, 406));
    }
}

#[test]
fn the_example_of_416_answers_the_bytes_behind_the_last() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| operation.documents("416")) {
        let length = shown_errors(operation, "416")[0]["ctx"]["max_bytes"].as_u64().unwrap();
        let (media_type, _) = members(&operation.value["responses"]["206"]["content"]).next().unwrap();
        let from = |first: u64| {
            example(operation).with_header("Accept", media_type).with_header("Range", format!("bytes={first}-"))
        };
        assert_eq!(from(length).send(&Readiness::default()), shown(operation, 416));
        assert_eq!(from(length - 1).respond(&Readiness::default()).status(), 206);
    }
}

#[test]
fn the_example_of_415_answers_the_media_type_that_it_tells_of() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| operation.request_body().is_some()) {
        let media_type = shown_errors(operation, "415")[0]["input"].as_str().unwrap().to_owned();
        let body = request_example(operation).to_string();
        let answer = example(operation).with_body(&media_type, body).send(&Readiness::default());
        assert_eq!(answer, shown(operation, 415));
    }
}

#[test]
fn the_example_of_413_answers_one_byte_too_many() {
    let document = document(V3_1);
    for operation in operations(&document).iter().filter(|operation| operation.request_body().is_some()) {
        let max_bytes = shown_errors(operation, "413")[0]["ctx"]["max_bytes"].as_u64().unwrap();
        let max_bytes = usize::try_from(max_bytes).unwrap();
        let of_length = |length| {
            let body = request_example(operation).to_string();
            let padded = body.clone() + &" ".repeat(length - body.len());
            example(operation).with_body(JSON, padded).send(&Readiness::default())
        };
        assert_eq!(of_length(max_bytes + 1), shown(operation, 413));
        assert_eq!(of_length(max_bytes), shown(operation, 200));
    }
}

#[test]
fn the_example_of_503_is_the_answer_once_shutdown_has_begun() {
    let document = document(V3_1);
    let readiness = Readiness::default();
    readiness.begin_shutdown();
    let mut found = 0;
    for operation in operations(&document).iter().filter(|operation| !operation.documents("429")) {
        assert_eq!(example(operation).send(&readiness), shown(operation, 503));
        found += 1;
    }
    assert!(found > 0);
}

/// A server answers these around the operations, with the figures of the request at hand.
#[test]
fn the_examples_of_what_is_answered_around_the_operations_are_what_a_server_answers() {
    let document = document(V3_1);
    let examples_of = |status: &str| {
        let operations = operations(&document).into_iter();
        let answers = operations.map(|operation| operation.answer(status)).filter(|answer| answer.is_object());
        answers.map(|answer| answer["example"].clone()).collect::<Vec<_>>()
    };
    for (status, error) in [
        ("400", ErrorResponse::bad_request()),
        ("408", ErrorResponse::request_timeout(10)),
        ("414", ErrorResponse::uri_too_long(8192)),
        ("429", ErrorResponse::rate_limited(2)),
        ("431", ErrorResponse::headers_too_large()),
    ] {
        let examples = examples_of(status);
        assert!(!examples.is_empty(), "{status}");
        for example in examples {
            assert_eq!(example, json!(error), "{status}");
        }
    }
    for operation in operations(&document).iter().filter(|operation| operation.documents("429")) {
        assert_eq!(operation.answer("503")["example"], json!(ErrorResponse::overloaded(1)));
    }
    for example in examples_of("500") {
        let request_id = example["detail"][0]["ctx"]["request_id"].as_str().unwrap();
        assert_eq!(example, json!(ErrorResponse::internal(request_id)));
    }
}

#[test]
fn an_answer_that_the_client_has_is_a_304_without_a_body() {
    let document = document(V3_1);
    let mut found = 0;
    for operation in operations(&document).iter().filter(|operation| operation.documents("304")) {
        let first = example(operation).respond(&Readiness::default());
        let tag = first.header("ETag").expect("an answer that can be kept has a tag").to_owned();
        let again = example(operation).with_header("If-None-Match", tag).respond(&Readiness::default());
        assert_eq!((again.status().as_u16(), again.content_type()), (304, None), "{}", operation.id());
        for (name, _) in members(&operation.value["responses"]["304"]["headers"]) {
            assert_eq!(again.header(name), first.header(name), "{name} of {}", operation.id());
        }
        assert_eq!(text(again), "", "{}", operation.id());
        found += 1;
    }
    assert!(found > 0);
}

/// Of those headers alone that tell a client what to do with an answer.
#[test]
fn the_headers_of_an_answer_are_those_that_the_contract_names() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let response = example(&operation).respond(&Readiness::default());
        for name in ["ETag", "Cache-Control", "Vary", "Content-Range"] {
            let documented = operation.value["responses"]["200"]["headers"].get(name);
            assert_eq!(response.header(name).is_some(), documented.is_some(), "{name} of {}", operation.id());
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
