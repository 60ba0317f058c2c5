//! Models as data, and what can be wrong with them.

mod check;
mod error;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use error::{ModelError, PathItem};

use crate::distribution::Distribution;

/// The most inputs of a model.
pub const MAX_INPUTS: usize = 1_000;
/// The most constants of a model.
pub const MAX_CONSTANTS: usize = 1_000;
/// The most formulas of a model.
pub const MAX_FORMULAS: usize = 1_000;
/// The most outputs of a model.
pub const MAX_OUTPUTS: usize = 64;
/// The most quantiles of an output.
pub const MAX_QUANTILES: usize = 200;
/// The most thresholds of an output.
pub const MAX_THRESHOLDS: usize = 200;
/// The most bins of a histogram.
pub const MAX_BINS: u32 = 1_000;
/// The most characters of a name.
pub const MAX_NAME_LENGTH: usize = 64;
/// The most samples of a run.
pub const MAX_SAMPLES: u64 = u32::MAX as u64;
/// The largest seed, 2^53 - 1: every language's numbers keep it.
pub const MAX_SEED: u64 = (1 << 53) - 1;

/// Inputs, constants, formulas over them, and the outputs that a report is about.
///
/// A name is a lower-case letter, and up to 63 lower-case letters, digits and underscores. It stands for one thing: an input,
/// a constant or a formula.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// What is drawn, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, Input>,
    /// Finite numbers, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub constants: BTreeMap<String, f64>,
    /// Expressions over inputs, constants and other formulas, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub formulas: BTreeMap<String, String>,
    /// What is asked, by the name of a formula or an input; at least one.
    pub outputs: BTreeMap<String, Output>,
    /// What to do with samples in which an output has no finite value.
    #[serde(default, skip_serializing_if = "is_default")]
    pub invalid: Invalid,
}

/// Something that is drawn anew for each sample.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Input {
    /// How its values are distributed.
    pub distribution: Distribution,
}

/// What is asked about an output, beside its mean, standard deviation, minimum and maximum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Output {
    /// Probabilities from 0 to 1, at most 200, whose quantiles are wanted.
    #[serde(skip_serializing_if = "are_default_quantiles")]
    pub quantiles: Vec<f64>,
    /// The histogram that is wanted, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histogram: Option<HistogramRequest>,
    /// Finite numbers, at most 200. The share of samples above each is wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<f64>,
}

impl Default for Output {
    fn default() -> Self {
        Self { quantiles: DEFAULT_QUANTILES.to_vec(), histogram: None, thresholds: Vec::new() }
    }
}

const DEFAULT_QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

fn are_default_quantiles(quantiles: &[f64]) -> bool {
    quantiles == DEFAULT_QUANTILES
}

/// A histogram between two quantiles of an output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HistogramRequest {
    /// How many bins, 1 to 1,000. If all values are whole, bins have a whole width and may be fewer.
    #[serde(skip_serializing_if = "is_default_bins")]
    pub bins: u32,
    /// The probability of the quantile at which it begins; 0 is the minimum.
    #[serde(skip_serializing_if = "is_default_from")]
    pub from: f64,
    /// The probability of the quantile at which it ends; 1 is the maximum.
    #[serde(skip_serializing_if = "is_default_to")]
    pub to: f64,
    /// Whether bins have equal widths or equal ratios.
    #[serde(skip_serializing_if = "is_default")]
    pub scale: HistogramScale,
}

const DEFAULT_BINS: u32 = 40;
const DEFAULT_FROM: f64 = 0.002;
const DEFAULT_TO: f64 = 0.998;

impl Default for HistogramRequest {
    fn default() -> Self {
        Self { bins: DEFAULT_BINS, from: DEFAULT_FROM, to: DEFAULT_TO, scale: HistogramScale::Linear }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default_bins(bins: &u32) -> bool {
    *bins == DEFAULT_BINS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default_from(from: &f64) -> bool {
    *from == DEFAULT_FROM
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_default_to(to: &f64) -> bool {
    *to == DEFAULT_TO
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How the bins of a histogram are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistogramScale {
    /// Bins of equal widths.
    #[default]
    Linear,
    /// Bins of equal ratios, for positive outputs.
    Log,
}

/// What to do with samples in which an output, or a formula that it depends on, has no finite value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Invalid {
    /// The run ends with an error.
    #[default]
    Refuse,
    /// They are counted and left out.
    Omit,
}
