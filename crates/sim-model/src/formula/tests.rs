#![expect(clippy::float_cmp, reason = "values are exact")]

mod errors;
mod evaluation;
mod grammar;
mod limits;

use std::collections::BTreeMap;

use super::{FormulaError, Program, Sources, Workspace, compile};

/// Compiles formulas over the inputs `a`, `b` and `c`, of which all are outputs.
fn compiled(formulas: &[(&str, &str)]) -> Result<Program, Vec<FormulaError>> {
    let formulas = formulas.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    compiled_with(&formulas, &BTreeMap::new())
}

fn compiled_with(
    formulas: &BTreeMap<String, String>,
    constants: &BTreeMap<String, f64>,
) -> Result<Program, Vec<FormulaError>> {
    let outputs: Vec<&str> = formulas.keys().map(String::as_str).collect();
    compile(Sources { inputs: &["a", "b", "c"], constants, formulas, outputs: &outputs })
}

/// The values of one formula for some samples of `a`, `b` and `c`.
fn values(text: &str, samples: &[[f64; 3]]) -> Vec<f64> {
    let program = compiled(&[("f", text)]).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let columns: Vec<Vec<f64>> = (0..3).map(|input| samples.iter().map(|sample| sample[input]).collect()).collect();
    let mut workspace = Workspace::new(&program, samples.len());
    program.evaluate(&columns, samples.len(), &mut workspace);
    workspace.values(&program.formulas()[0]).expect("f is an output").to_vec()
}

/// The value of one formula for one sample.
fn value(text: &str, sample: [f64; 3]) -> f64 {
    values(text, &[sample])[0]
}
