//! A model on the wire.

use std::collections::BTreeMap;

use poem_openapi::{Enum, Object, types::Example};
use serde::Deserialize;

use super::distribution::{Distribution, LognormalBetween};

/// Inputs, constants, formulas over them, and the outputs that a report is about.
///
/// A name is a lower-case letter and up to 63 more lower-case letters, digits and underscores. It stands for one thing: an
/// input, a constant or a formula.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields, example)]
pub(crate) struct Model {
    /// What is uncertain: a distribution by name.
    pub(crate) inputs: Option<BTreeMap<String, Distribution>>,
    /// What is known: a number by name.
    pub(crate) constants: Option<BTreeMap<String, f64>>,
    /// What follows: an expression over inputs, constants and other formulas, by name.
    pub(crate) formulas: Option<BTreeMap<String, String>>,
    /// What is asked, by the name of a formula or an input. At least one.
    pub(crate) outputs: BTreeMap<String, Output>,
    /// What to do with samples in which an output, or a formula that it depends on, has no finite value.
    #[oai(default)]
    #[serde(default)]
    pub(crate) invalid: Invalid,
}

/// What is asked about an output, beside its mean, standard deviation, minimum and maximum.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Output {
    /// The probabilities, from 0 to 1, whose quantiles are wanted: up to 200. Absent or empty: 0.05, 0.25, 0.5, 0.75 and
    /// 0.95.
    #[oai(validator(max_items = 200))]
    pub(crate) quantiles: Option<Vec<f64>>,
    /// The histogram that is wanted. Absent: none.
    pub(crate) histogram: Option<HistogramRequest>,
    /// The share of samples above each of these numbers is wanted: up to 200.
    #[oai(validator(max_items = 200))]
    pub(crate) thresholds: Option<Vec<f64>>,
}

/// A histogram between two quantiles of an output, so that a long tail does not put all of it into one bin.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(deny_unknown_fields)]
pub(crate) struct HistogramRequest {
    /// How many bins. If all values are whole numbers, bins have a whole width and may be fewer.
    #[oai(default = "default_bins", validator(minimum(value = "1"), maximum(value = "1000")))]
    #[serde(default = "default_bins")]
    pub(crate) bins: i32,
    /// The probability of the quantile at which the histogram begins. 0 is the minimum.
    #[oai(default = "default_from", validator(minimum(value = "0"), maximum(value = "1")))]
    #[serde(default = "default_from")]
    pub(crate) from: f64,
    /// The probability of the quantile at which the histogram ends. 1 is the maximum.
    #[oai(default = "default_to", validator(minimum(value = "0"), maximum(value = "1")))]
    #[serde(default = "default_to")]
    pub(crate) to: f64,
    /// How the bins are spread.
    #[oai(default)]
    #[serde(default)]
    pub(crate) scale: HistogramScale,
}

fn default_bins() -> i32 {
    40
}

fn default_from() -> f64 {
    0.002
}

fn default_to() -> f64 {
    0.998
}

/// How the bins of a histogram are spread: `linear` for equal widths, `log` for equal ratios, which needs positive values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum HistogramScale {
    /// Equal widths.
    #[default]
    Linear,
    /// Equal ratios.
    Log,
}

/// What to do with samples that have no finite value: `refuse` the run, or `omit` and count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Enum, Deserialize)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub(crate) enum Invalid {
    /// The run is refused, with the count, the formula and the first such sample.
    #[default]
    Refuse,
    /// They are counted and left out.
    Omit,
}

impl Example for Model {
    /// How many piano tuners does Chicago have?
    fn example() -> Self {
        let between = |low, high| Distribution::LognormalBetween(LognormalBetween::between(low, high));
        let inputs = [
            ("people", between(8_100_000.0, 8_400_000.0)),
            ("piano_percent", between(0.2, 1.0)),
            ("pianos_per_tuner", between(2_000.0, 50_000.0)),
        ];
        let tuners = Output { quantiles: Some(vec![0.05, 0.5, 0.95]), histogram: None, thresholds: Some(vec![10.0]) };
        let formula = "people * piano_percent * 0.01 / pianos_per_tuner";
        Self {
            inputs: Some(inputs.map(|(name, input)| (name.to_owned(), input)).into()),
            constants: None,
            formulas: Some([("tuners".to_owned(), formula.to_owned())].into()),
            outputs: [("tuners".to_owned(), tuners)].into(),
            invalid: Invalid::Refuse,
        }
    }
}

impl From<Model> for sim_model::Model {
    fn from(model: Model) -> Self {
        let inputs = model.inputs.unwrap_or_default().into_iter();
        Self {
            inputs: inputs.map(|(name, input)| (name, sim_model::Input { distribution: input.into() })).collect(),
            constants: model.constants.unwrap_or_default(),
            formulas: model.formulas.unwrap_or_default(),
            outputs: model.outputs.into_iter().map(|(name, output)| (name, output.into())).collect(),
            invalid: match model.invalid {
                Invalid::Refuse => sim_model::Invalid::Refuse,
                Invalid::Omit => sim_model::Invalid::Omit,
            },
        }
    }
}

impl From<Output> for sim_model::Output {
    fn from(output: Output) -> Self {
        let default = Self::default();
        Self {
            quantiles: output.quantiles.filter(|quantiles| !quantiles.is_empty()).unwrap_or(default.quantiles),
            histogram: output.histogram.map(Into::into),
            thresholds: output.thresholds.unwrap_or_default(),
        }
    }
}

impl From<HistogramRequest> for sim_model::HistogramRequest {
    fn from(HistogramRequest { bins, from, to, scale }: HistogramRequest) -> Self {
        let scale = match scale {
            HistogramScale::Linear => sim_model::HistogramScale::Linear,
            HistogramScale::Log => sim_model::HistogramScale::Log,
        };
        Self { bins: bins.unsigned_abs(), from, to, scale }
    }
}
