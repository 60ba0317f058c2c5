//! What a run answers.

use std::collections::BTreeMap;

use serde::Serialize;

/// The report of a run: a function of the model, the seed and the number of samples, and of nothing else.
///
/// [`serde_json::to_string`] writes it: fields as they stand here, maps in the order of their names, each number as the
/// shortest text that reads back to the same double.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The digest of the model, 64 lower-case hexadecimal digits.
    pub digest: String,
    /// The version of the numerics.
    pub engine: u32,
    /// The seed of the run.
    pub seed: u64,
    /// How many samples were drawn.
    pub samples: u64,
    /// What the run cost, in the units of [`CheckedModel::cost`](crate::CheckedModel::cost).
    pub cost: u64,
    /// How many samples were left out, if the model has them left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid: Option<InvalidReport>,
    /// The outputs by name.
    pub outputs: BTreeMap<String, OutputReport>,
}

/// Samples that were left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvalidReport {
    /// How many there were.
    pub count: u64,
}

/// What a run says of an output.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutputReport {
    /// The mean.
    pub mean: Estimate,
    /// The standard deviation of the sample, whose divisor is n - 1.
    pub standard_deviation: Estimate,
    /// The smallest value.
    pub minimum: f64,
    /// The largest value.
    pub maximum: f64,
    /// The quantiles, in the order of the request.
    pub quantiles: Vec<QuantileReport>,
    /// The histogram, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub histogram: Option<HistogramReport>,
    /// The shares above thresholds, in the order of the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Above>,
}

/// A number and its standard error.
///
/// Either is absent where a single value says nothing about it, or where it is beyond the largest double.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

/// A quantile: type 7 of Hyndman and Fan, exact.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantileReport {
    /// The share of values that are below it.
    pub probability: f64,
    /// The quantile.
    pub value: f64,
    /// The lower end of an interval that covers the model's own quantile with 95 %.
    pub low: f64,
    /// The upper end of that interval.
    pub high: f64,
}

/// How many values are in each bin. All counts together are the number of values.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HistogramReport {
    /// One more than there are bins, ascending. A bin holds its lower edge and not its upper one; the last bin holds both
    /// unless bins have a whole width.
    pub edges: Vec<f64>,
    /// How many values are in each bin.
    pub counts: Vec<u64>,
    /// How many values are below the first edge.
    pub below: u64,
    /// How many values are above the last edge.
    pub above: u64,
}

/// The share of values above a threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Above {
    /// The threshold. A value that equals it is not above.
    pub threshold: f64,
    /// The share, 0 to 1.
    pub above: Estimate,
}
