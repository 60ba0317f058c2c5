//! Checks of a whole model, all errors at once.

use std::collections::BTreeMap;

use super::{
    Input, MAX_BINS, MAX_CONSTANTS, MAX_FORMULAS, MAX_INPUTS, MAX_NAME_LENGTH, MAX_OUTPUTS, MAX_QUANTILES,
    MAX_THRESHOLDS, Model, ModelError, Output, PathItem,
};
use crate::checked::{CheckedInput, CheckedModel, CheckedOutput, Source};
use crate::digest::digest;
use crate::distribution::{self, ParameterError};
use crate::formula::{FormulaError, Program, RESERVED_NAMES, Sources, compile};

impl Model {
    /// Checks the model and prepares it for runs.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, with places: names, parameters of distributions, formulas and outputs.
    pub fn check(&self) -> Result<CheckedModel, Vec<ModelError>> {
        let mut errors = Vec::new();
        self.check_names(&mut errors);
        let inputs = self.check_inputs(&mut errors);
        for (name, value) in &self.constants {
            if !value.is_finite() {
                errors.push(ModelError::new("finite_number", path("constants", name), "a constant is a finite number"));
            }
        }
        self.check_outputs(&mut errors);
        match self.compile() {
            Ok(program) if errors.is_empty() => Ok(self.checked(inputs, program)),
            Ok(_) => Err(errors),
            Err(formulas) => {
                errors.extend(formulas.into_iter().map(ModelError::from));
                Err(errors)
            }
        }
    }

    fn check_names(&self, errors: &mut Vec<ModelError>) {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let inputs = ("inputs", MAX_INPUTS, self.inputs.keys().collect::<Vec<_>>());
        let constants = ("constants", MAX_CONSTANTS, self.constants.keys().collect());
        let formulas = ("formulas", MAX_FORMULAS, self.formulas.keys().collect());
        for (field, most, names) in [inputs, constants, formulas] {
            if names.len() > most {
                let message = format!("a model has at most {most} {field}; this one has {}", names.len());
                errors.push(ModelError::new("too_long", vec![field.into()], message));
            }
            for name in names {
                if !is_name(name) {
                    errors.push(ModelError::new("name", path(field, name), NAME_RULE));
                } else if RESERVED_NAMES.contains(&name.as_str()) {
                    let message = format!("`{name}` is a word of formulas, and no name");
                    errors.push(ModelError::new("name", path(field, name), message));
                } else if let Some(other) = seen.insert(name, field) {
                    let message = format!("a name stands for one thing, and `{name}` is among the {other} too");
                    errors.push(ModelError::new("name_taken", path(field, name), message));
                }
            }
        }
    }

    fn check_inputs(&self, errors: &mut Vec<ModelError>) -> Vec<CheckedInput> {
        let mut inputs = Vec::new();
        for (name, Input { distribution }) in &self.inputs {
            match distribution.prepare() {
                Ok(sampler) => {
                    inputs.push(CheckedInput { name: name.clone(), sampler, cost: cost(distribution.kind()) });
                }
                Err(wrong) => errors.extend(wrong.into_iter().map(|error| parameter(name, error))),
            }
        }
        inputs
    }

    fn check_outputs(&self, errors: &mut Vec<ModelError>) {
        match self.outputs.len() {
            1..=MAX_OUTPUTS => {}
            0 => errors.push(ModelError::new("too_short", vec!["outputs".into()], "a model has at least one output")),
            count => {
                let message = format!("a model has at most {MAX_OUTPUTS} outputs; this one has {count}");
                errors.push(ModelError::new("too_long", vec!["outputs".into()], message));
            }
        }
        for (name, output) in &self.outputs {
            if !self.inputs.contains_key(name) && !self.formulas.contains_key(name) {
                let message = "an output is the name of a formula or an input";
                errors.push(ModelError::new("output_unknown_name", path("outputs", name), message));
            }
            check_output(name, output, errors);
        }
    }

    fn compile(&self) -> Result<Program, Vec<FormulaError>> {
        let inputs: Vec<&str> = self.inputs.keys().map(String::as_str).collect();
        let outputs: Vec<&str> = self.outputs.keys().map(String::as_str).collect();
        compile(Sources { inputs: &inputs, constants: &self.constants, formulas: &self.formulas, outputs: &outputs })
    }

    fn checked(&self, inputs: Vec<CheckedInput>, program: Program) -> CheckedModel {
        let outputs = self.outputs.iter().filter_map(|(name, request)| {
            let input = inputs.iter().position(|input| input.name == *name).map(Source::Input);
            let formula = || program.formulas().iter().position(|formula| formula.name() == name).map(Source::Formula);
            Some(CheckedOutput { name: name.clone(), request: request.clone(), source: input.or_else(formula)? })
        });
        CheckedModel { digest: digest(self), outputs: outputs.collect(), invalid: self.invalid, inputs, program }
    }
}

const NAME_RULE: &str = "a name is a lower-case letter, then up to 63 lower-case letters, digits and underscores";

fn is_name(name: &str) -> bool {
    name.len() <= MAX_NAME_LENGTH
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn check_output(name: &str, output: &Output, errors: &mut Vec<ModelError>) {
    let mut error = |items: Vec<PathItem>, kind, message: String| {
        let path = path("outputs", name).into_iter().chain(items).collect();
        errors.push(ModelError::new(kind, path, message));
    };
    for (field, numbers, most) in
        [("quantiles", &output.quantiles, MAX_QUANTILES), ("thresholds", &output.thresholds, MAX_THRESHOLDS)]
    {
        if numbers.len() > most {
            error(vec![field.into()], "too_long", format!("{field} are at most {most}; these are {}", numbers.len()));
        }
    }
    for (index, probability) in output.quantiles.iter().enumerate() {
        if !(0.0..=1.0).contains(probability) {
            let message = format!("a quantile is asked by a probability from 0 to 1, not {probability}");
            error(vec!["quantiles".into(), index.into()], "probability", message);
        }
    }
    for (index, threshold) in output.thresholds.iter().enumerate() {
        if !threshold.is_finite() {
            error(
                vec!["thresholds".into(), index.into()],
                "finite_number",
                "a threshold is a finite number".to_owned(),
            );
        }
    }
    let Some(histogram) = &output.histogram else { return };
    if !(1..=MAX_BINS).contains(&histogram.bins) {
        let message = format!("a histogram has 1 to {MAX_BINS} bins, not {}", histogram.bins);
        error(vec!["histogram".into(), "bins".into()], "bins", message);
    }
    for (field, probability) in [("from", histogram.from), ("to", histogram.to)] {
        if !(0.0..=1.0).contains(&probability) {
            let message = format!("{field} is the probability of a quantile, from 0 to 1, not {probability}");
            error(vec!["histogram".into(), field.into()], "probability", message);
        }
    }
    if histogram.from >= histogram.to {
        let message = format!("from is below to, {}; it is {}", histogram.to, histogram.from);
        error(vec!["histogram".into(), "from".into()], "less_than", message);
    }
}

/// What a draw and its quantile function cost, in additions.
fn cost(kind: &str) -> u64 {
    match kind {
        "beta" | "gamma" | "student_t" | "binomial" | "poisson" | "negative_binomial" | "pert" | "mixture" => 500,
        _ => 50,
    }
}

fn path(field: &str, name: &str) -> Vec<PathItem> {
    vec![field.into(), name.into()]
}

fn parameter(input: &str, error: ParameterError) -> ModelError {
    let inside = error.path.into_iter().map(|item| match item {
        distribution::PathItem::Name(name) => name.into(),
        distribution::PathItem::Index(index) => index.into(),
    });
    ModelError::new(error.kind, path("inputs", input).into_iter().chain(inside).collect(), error.message)
}

impl From<FormulaError> for ModelError {
    fn from(error: FormulaError) -> Self {
        Self {
            kind: error.kind.slug(),
            path: path("formulas", &error.formula),
            position: Some(error.position),
            message: error.message,
            expected: error.expected,
        }
    }
}
