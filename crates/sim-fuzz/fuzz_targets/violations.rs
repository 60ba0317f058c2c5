//! The walk that enforces the published schemas, on bodies that are JSON: what it lists, and in which order, is what
//! another walk finds.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};
use sim_fuzz::{judge, service::post, tree::Tree};

fuzz_target!(|tree: Tree| -> Corpus {
    let Some(text) = tree.text() else { return Corpus::Reject };
    let body = judge::parse(text.as_bytes());
    for (path, schema) in [("/simulate", "SimulateRequest"), ("/simulate/batch", "SimulateBatchRequest")] {
        let answer = post(path, text.as_bytes());
        let found = if answer.status == 200 { vec![] } else { answer.violations() };
        match body {
            Some(body) => assert_eq!(found, judge::violations(schema, body), "{text}"),
            None => assert!(matches!(&found[..], [(kind, _)] if kind == "json_invalid"), "{text}"),
        }
    }
    Corpus::Keep
});
