//! Any bytes as the body of `simulate`: the answer is JSON, and 200 with the right result if the schema accepts them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;
use sim_fuzz::{judge, recurrence, service::post};

fn result(body: &RawValue) -> String {
    let number = |name| judge::field(body, name).and_then(|value| judge::integer(value.get()));
    let narrow = |number: i128| i64::try_from(number).expect("what is accepted fits");
    let (seed, steps) = (narrow(number("seed").expect("a seed is required")), narrow(number("steps").unwrap_or(10)));
    format!(r#"{{"seed":{seed},"steps":{steps},"result":{}}}"#, recurrence::state(seed, steps))
}

fuzz_target!(|body: &[u8]| {
    let answer = post("/simulate", body);
    match judge::parse(body) {
        Some(valid) if judge::violations("SimulateRequest", valid).is_empty() => {
            assert_eq!((answer.status, answer.body), (200, result(valid)));
        }
        _ => assert_eq!(answer.status, 422),
    }
});
