//! Models that were checked.

use crate::distribution::Sampler;
use crate::formula::{CheckedFormula, Program};
use crate::model::{Invalid, Output, PathItem};

/// A model without errors, prepared for runs: from [`Model::check`](crate::Model::check).
#[derive(Clone, Debug)]
pub struct CheckedModel {
    pub(crate) digest: String,
    pub(crate) inputs: Vec<CheckedInput>,
    pub(crate) program: Program,
    pub(crate) outputs: Vec<CheckedOutput>,
    pub(crate) invalid: Invalid,
}

/// An input whose distribution is prepared.
#[derive(Clone, Debug)]
pub(crate) struct CheckedInput {
    pub(crate) name: String,
    pub(crate) sampler: Sampler,
    pub(crate) cost: u64,
}

/// An output and where its values come from.
#[derive(Clone, Debug)]
pub(crate) struct CheckedOutput {
    pub(crate) name: String,
    pub(crate) request: Output,
    pub(crate) source: Source,
}

/// Where the values of an output come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A place among the inputs.
    Input(usize),
    /// A place among the formulas.
    Formula(usize),
}

/// The most values of all outputs together that a run keeps: 24 MiB.
const KEPT_VALUES: u64 = 3 << 20;

/// What the statistics of a value cost, in additions.
const OUTPUT_COST: u64 = 50;

/// How often a run usually computes its samples if their values are too many to be kept: for sums and rough counts, for
/// finer counts, for quantiles and for histograms.
const PASSES: u64 = 4;

impl CheckedModel {
    /// The digest of the model: SHA-256 of its canonical form as 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The formulas in the order in which they are evaluated.
    #[must_use]
    pub fn formulas(&self) -> &[CheckedFormula] {
        self.program.formulas()
    }

    /// The number of outputs.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.outputs.len()
    }

    /// What a run of so many samples costs. The unit is the time of an addition over a column, about a quarter of a
    /// nanosecond.
    ///
    /// A sample costs what its formulas do ([`Program::cost`]), 50 or 500 for each input that is drawn, by the kind of its
    /// distribution, and 50 for each output. A run whose values are too many to be kept computes its samples again, and costs
    /// four times as much.
    #[must_use]
    pub fn cost(&self, samples: u64) -> u64 {
        let passes = if self.keeps(samples) { 1 } else { PASSES };
        self.sample_cost().saturating_mul(samples).saturating_mul(passes)
    }

    pub(crate) fn sample_cost(&self) -> u64 {
        let inputs: u64 = self.drawn().map(|input| self.inputs[input].cost).sum();
        self.program.cost() + inputs + OUTPUT_COST * self.outputs.len() as u64
    }

    /// Whether a run keeps the values of all outputs in memory.
    pub(crate) fn keeps(&self, samples: u64) -> bool {
        samples.saturating_mul(self.outputs.len() as u64) <= KEPT_VALUES
    }

    /// The inputs that an output depends on, ascending.
    pub(crate) fn drawn(&self) -> impl Iterator<Item = usize> {
        let needed = |input: &usize| {
            self.program.inputs().binary_search(input).is_ok()
                || self.outputs.iter().any(|output| output.source == Source::Input(*input))
        };
        (0..self.inputs.len()).filter(needed)
    }

    /// The place in the model of what has no finite value.
    pub(crate) fn path(&self, source: Source) -> Vec<PathItem> {
        let field = match source {
            Source::Input(_) => "inputs",
            Source::Formula(_) => "formulas",
        };
        vec![field.into(), self.name(source).into()]
    }

    /// The name of what has no finite value.
    pub(crate) fn name(&self, source: Source) -> &str {
        match source {
            Source::Input(input) => &self.inputs[input].name,
            Source::Formula(formula) => self.program.formulas()[formula].name(),
        }
    }
}
