//! A report on the wire.

use std::collections::BTreeMap;

use poem_openapi::Object;
use serde::Serialize;

/// What a run answers: a function of the model, the seed and the number of samples, and of nothing else.
#[derive(Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none, example)]
pub(crate) struct Report {
    /// The digest of the model: SHA-256 of its canonical form, 64 lower-case hexadecimal digits. Two spellings of one
    /// model have one digest.
    digest: String,
    /// The version of the numerics. Reports of one version never change.
    engine: i32,
    /// The seed, as it was sent.
    seed: i64,
    /// How many samples were drawn.
    samples: i64,
    /// What the run cost, in units of about a quarter of a nanosecond.
    cost: i64,
    /// The samples that were left out. Present if the model says `"invalid": "omit"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    invalid: Option<InvalidSamples>,
    /// What the run says of each output, by name.
    outputs: BTreeMap<String, OutputReport>,
}

/// Samples that were left out.
#[derive(Debug, Object, Serialize)]
pub(crate) struct InvalidSamples {
    /// How many there were.
    count: i64,
}

/// What a run says of an output.
#[derive(Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct OutputReport {
    /// The mean.
    mean: Estimate,
    /// The standard deviation of the samples, with the divisor n - 1.
    standard_deviation: Estimate,
    /// The smallest value.
    minimum: f64,
    /// The largest value.
    maximum: f64,
    /// The quantiles, in the order of the request.
    quantiles: Vec<Quantile>,
    /// The histogram, if the model asks for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    histogram: Option<Histogram>,
    /// The shares above thresholds, in the order of the request, if the model asks for any.
    #[serde(skip_serializing_if = "Option::is_none")]
    thresholds: Option<Vec<Threshold>>,
}

/// A number with its standard error.
#[derive(Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub(crate) struct Estimate {
    /// The number. Absent if the samples do not say: one sample has no standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    /// Its standard error: in 95 of 100 runs, the truth is within two standard errors. Absent if the samples do not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    standard_error: Option<f64>,
}

/// A quantile: the exact order statistic of the samples, type 7 of Hyndman and Fan, which is the default of numpy and R.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Quantile {
    /// The share of values below it.
    probability: f64,
    /// The quantile.
    value: f64,
    /// The lower end of an interval that covers the model's own quantile in 95 of 100 runs.
    low: f64,
    /// The upper end of that interval.
    high: f64,
}

/// How many values are in each bin. All counts together, `below` and `above` included, are the number of values.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Histogram {
    /// The edges of the bins, ascending: one more than there are bins.
    edges: Vec<f64>,
    /// How many values are in each bin.
    counts: Vec<i64>,
    /// How many values are below the first edge.
    below: i64,
    /// How many values are above the last edge.
    above: i64,
}

/// The share of values above a threshold.
#[derive(Debug, Object, Serialize)]
pub(crate) struct Threshold {
    /// The threshold. A value that equals it is not above.
    threshold: f64,
    /// The share, from 0 to 1.
    above: Estimate,
}

/// Counts in a report are at most the number of samples, which a call bounds far below this.
fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl From<sim_model::Report> for Report {
    fn from(report: sim_model::Report) -> Self {
        Self {
            digest: report.digest,
            engine: i32::try_from(report.engine).unwrap_or(i32::MAX),
            seed: count(report.seed),
            samples: count(report.samples),
            cost: count(report.cost),
            invalid: report.invalid.map(|invalid| InvalidSamples { count: count(invalid.count) }),
            outputs: report.outputs.into_iter().map(|(name, output)| (name, output.into())).collect(),
        }
    }
}

impl From<sim_model::OutputReport> for OutputReport {
    fn from(output: sim_model::OutputReport) -> Self {
        let thresholds: Vec<_> = output.thresholds.into_iter().map(Into::into).collect();
        Self {
            mean: output.mean.into(),
            standard_deviation: output.standard_deviation.into(),
            minimum: output.minimum,
            maximum: output.maximum,
            quantiles: output.quantiles.into_iter().map(Into::into).collect(),
            histogram: output.histogram.map(Into::into),
            thresholds: (!thresholds.is_empty()).then_some(thresholds),
        }
    }
}

impl From<sim_model::Estimate> for Estimate {
    fn from(sim_model::Estimate { value, standard_error }: sim_model::Estimate) -> Self {
        Self { value, standard_error }
    }
}

impl From<sim_model::QuantileReport> for Quantile {
    fn from(quantile: sim_model::QuantileReport) -> Self {
        let sim_model::QuantileReport { probability, value, low, high } = quantile;
        Self { probability, value, low, high }
    }
}

impl From<sim_model::HistogramReport> for Histogram {
    fn from(histogram: sim_model::HistogramReport) -> Self {
        Self {
            edges: histogram.edges,
            counts: histogram.counts.into_iter().map(count).collect(),
            below: count(histogram.below),
            above: count(histogram.above),
        }
    }
}

impl From<sim_model::Above> for Threshold {
    fn from(sim_model::Above { threshold, above }: sim_model::Above) -> Self {
        Self { threshold, above: above.into() }
    }
}
