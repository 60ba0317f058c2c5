//! Any bytes as the body of `simulate_batch`: the answer is JSON, and 200 with the results of `simulate` if the schema
//! accepts them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_fuzz::{judge, service::post};

fuzz_target!(|body: &[u8]| {
    let answer = post("/simulate/batch", body);
    match judge::parse(body) {
        Some(valid) if judge::violations("SimulateBatchRequest", valid).is_empty() => {
            let simulations = judge::field(valid, "simulations").and_then(judge::elements);
            let alone = simulations.into_iter().flatten().map(|simulation| {
                let answer = post("/simulate", simulation.get().as_bytes());
                assert_eq!(answer.status, 200, "{simulation}");
                answer.body
            });
            let results = alone.collect::<Vec<_>>().join(",");
            assert_eq!((answer.status, answer.body), (200, format!(r#"{{"simulations":[{results}]}}"#)));
        }
        _ => assert_eq!(answer.status, 422),
    }
});
