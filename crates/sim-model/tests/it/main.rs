//! Models from JSON to reports.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(clippy::float_cmp, reason = "where doubles are compared, the same bits are meant")]

mod cases;
mod errors;
mod golden;
mod runs;

use std::sync::Arc;

use sim_model::{CheckedModel, Model, ModelError, Report, Run};

fn checked(model: &str) -> Arc<CheckedModel> {
    let model: Model = serde_json::from_str(model).unwrap();
    Arc::new(model.check().unwrap())
}

fn finish(mut run: Run) -> Result<Report, ModelError> {
    loop {
        if let Some(report) = run.advance()? {
            return Ok(report);
        }
    }
}

fn report(model: &str, seed: u64, samples: u64) -> Report {
    finish(Run::new(checked(model), seed, samples).unwrap()).unwrap()
}
