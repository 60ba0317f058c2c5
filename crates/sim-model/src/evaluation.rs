//! From samples' numbers to the values of outputs.

use std::sync::Arc;

use sim_core::Draws;

use crate::checked::{CheckedModel, Source};
use crate::formula::Workspace;

/// Samples that are evaluated at once: as many as keep the columns of usual models in the processor's first cache.
pub(crate) const BLOCK: usize = 512;

/// The purpose of draws that become values of inputs.
const VALUES: u32 = 0;
/// The period of what is drawn once a sample.
const NO_PERIOD: u32 = 0;

/// Evaluates blocks of samples of one model under one seed.
#[derive(Clone, Debug)]
pub(crate) struct Evaluation {
    model: Arc<CheckedModel>,
    /// The inputs that are needed, by place.
    drawn: Vec<(usize, Draws)>,
    /// A column for each input; empty for those that are not needed.
    columns: Vec<Vec<f64>>,
    workspace: Workspace,
    length: usize,
    /// Invalid samples of the block, ascending, and what makes each invalid first.
    invalid: Vec<(usize, Source)>,
    /// The values of an output without those of invalid samples.
    valid: Vec<f64>,
}

impl Evaluation {
    pub(crate) fn new(model: Arc<CheckedModel>, seed: u64) -> Self {
        let drawn: Vec<usize> = model.drawn().collect();
        let mut columns = vec![Vec::new(); model.inputs.len()];
        for &input in &drawn {
            columns[input] = vec![0.0; BLOCK];
        }
        let stream = |input: usize| (input, Draws::new(seed, &model.inputs[input].name, VALUES));
        let drawn = drawn.into_iter().map(stream).collect();
        let workspace = Workspace::new(&model.program, BLOCK);
        Self { model, drawn, columns, workspace, length: 0, invalid: Vec::new(), valid: Vec::new() }
    }

    /// Evaluates `length` samples from `first` on, at most [`BLOCK`].
    pub(crate) fn evaluate(&mut self, first: u64, length: usize) {
        for (input, draws) in &self.drawn {
            let column = &mut self.columns[*input][..length];
            draws.fill(first, NO_PERIOD, column);
            self.model.inputs[*input].sampler.quantiles(column);
            // Makes 0 of -0.
            for value in column {
                *value += 0.0;
            }
        }
        self.length = length;
        self.model.program.evaluate(&self.columns, length, &mut self.workspace);
        self.find_invalid();
    }

    /// The samples of the block in which an output has no finite value, counted from the first of the block, ascending.
    pub(crate) fn invalid(&self) -> &[(usize, Source)] {
        &self.invalid
    }

    /// The values of an output in the samples that are valid.
    pub(crate) fn values(&mut self, output: usize) -> &[f64] {
        let column = match self.model.outputs[output].source {
            Source::Input(input) => &self.columns[input][..self.length],
            Source::Formula(formula) => {
                self.workspace.values(&self.model.program.formulas()[formula]).unwrap_or_default()
            }
        };
        if self.invalid.is_empty() {
            return column;
        }
        let mut invalid = self.invalid.iter().map(|(sample, _)| *sample).peekable();
        self.valid.clear();
        self.valid.extend(
            column
                .iter()
                .enumerate()
                .filter(|(sample, _)| invalid.next_if_eq(sample).is_none())
                .map(|(_, value)| *value),
        );
        &self.valid
    }

    fn find_invalid(&mut self) {
        self.invalid.clear();
        self.invalid.extend(self.workspace.invalid().map(|(sample, formula)| (sample, Source::Formula(formula))));
        for output in &self.model.outputs {
            let Source::Input(input) = output.source else { continue };
            let column = &self.columns[input][..self.length];
            for (sample, _) in column.iter().enumerate().filter(|(_, value)| !value.is_finite()) {
                // An input comes before the formulas in the order of evaluation.
                match self.invalid.binary_search_by_key(&sample, |(sample, _)| *sample) {
                    Ok(place) => {
                        if let (_, first @ Source::Formula(_)) = &mut self.invalid[place] {
                            *first = output.source;
                        }
                    }
                    Err(place) => self.invalid.insert(place, (sample, output.source)),
                }
            }
        }
    }
}
