//! How many piano tuners are there in New York? Prints the report of a million samples.
//!
//! The question is Fermi's; the estimates are those of Squiggle's documentation.

use std::error::Error;
use std::io::{Write as _, stdout};
use std::sync::Arc;

use sim_model::{Model, Run};

const MODEL: &str = r#"{
    "inputs": {
        "people": {"kind": "lognormal_between", "low": 8100000, "high": 8400000},
        "piano_percent": {"kind": "lognormal_between", "low": 0.2, "high": 1},
        "pianos_per_tuner": {"kind": "lognormal_between", "low": 2000, "high": 50000}
    },
    "formulas": {"tuners": "people * piano_percent * 0.01 / pianos_per_tuner"},
    "outputs": {"tuners": {"quantiles": [0.05, 0.5, 0.95], "histogram": {"bins": 10}, "thresholds": [10]}}
}"#;

fn main() -> Result<(), Box<dyn Error>> {
    let model: Model = serde_json::from_str(MODEL)?;
    let model = model.check().map_err(|errors| errors[0].clone())?;
    let mut run = Run::new(Arc::new(model), 7, 1_000_000)?;
    let report = loop {
        if let Some(report) = run.advance()? {
            break report;
        }
    };
    writeln!(stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
    Ok(())
}
