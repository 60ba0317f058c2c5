//! The continuous kinds, which may be truncated. Each is a schema of its own.

use poem_openapi::Object;
use serde::Deserialize;

use super::{
    BetaKind, CauchyKind, Distribution, EmpiricalKind, ExponentialKind, GammaKind, LogisticKind, LognormalBetweenKind,
    LognormalKind, LognormalLogKind, MixtureKind, NormalBetweenKind, NormalKind, ParetoKind, PertKind, StudentTKind,
    TriangularKind, Truncate, UniformKind, WeibullKind,
};

fn default_confidence() -> f64 {
    0.9
}

fn default_one() -> f64 {
    1.0
}

fn default_shape() -> f64 {
    4.0
}

/// Every value between two bounds, equally likely.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Uniform {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: UniformKind,
    /// The lower bound.
    pub(crate) min: f64,
    /// The upper bound, greater than `min`.
    pub(crate) max: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A smallest, a most likely and a largest value, joined by straight lines.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Triangular {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: TriangularKind,
    /// The smallest value.
    pub(crate) min: f64,
    /// The most likely value, from `min` to `max`.
    pub(crate) mode: f64,
    /// The largest value, greater than `min`.
    pub(crate) max: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A smallest, a most likely and a largest value, joined by a smooth curve (a scaled beta distribution).
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Pert {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: PertKind,
    /// The smallest value.
    pub(crate) min: f64,
    /// The most likely value, from `min` to `max`.
    pub(crate) mode: f64,
    /// The largest value, greater than `min`.
    pub(crate) max: f64,
    /// How much weight the most likely value has.
    #[oai(default = "default_shape", validator(minimum(value = "0"), maximum(value = "1000000")))]
    #[serde(default = "default_shape")]
    pub(crate) shape: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// The bell curve, by its mean and standard deviation.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Normal {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: NormalKind,
    /// The mean.
    pub(crate) mean: f64,
    /// The standard deviation, not the variance.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) sd: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// The bell curve, by an interval that holds a share of it. As much lies below the interval as above.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct NormalBetween {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: NormalBetweenKind,
    /// The lower end of the interval.
    pub(crate) low: f64,
    /// The upper end of the interval, greater than `low`.
    pub(crate) high: f64,
    /// The probability of the interval, between 0 and 1.
    #[oai(
        default = "default_confidence",
        validator(minimum(value = "0", exclusive = true), maximum(value = "1", exclusive = true))
    )]
    #[serde(default = "default_confidence")]
    pub(crate) confidence: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Positive and skewed to the right, by the mean and standard deviation of the variable itself.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Lognormal {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: LognormalKind,
    /// The mean.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) mean: f64,
    /// The standard deviation, not the variance.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) sd: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Positive and skewed to the right, by the mean and standard deviation of the natural logarithm.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct LognormalLog {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: LognormalLogKind,
    /// The mean of the logarithm.
    pub(crate) mu: f64,
    /// The standard deviation of the logarithm.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) sigma: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Positive and skewed to the right, by an interval that holds a share of it. As much lies below the interval as above.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct LognormalBetween {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: LognormalBetweenKind,
    /// The lower end of the interval.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) low: f64,
    /// The upper end of the interval, greater than `low`.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) high: f64,
    /// The probability of the interval, between 0 and 1.
    #[oai(
        default = "default_confidence",
        validator(minimum(value = "0", exclusive = true), maximum(value = "1", exclusive = true))
    )]
    #[serde(default = "default_confidence")]
    pub(crate) confidence: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

impl LognormalBetween {
    /// The distribution of which nine tenths lie between `low` and `high`.
    pub(in crate::models) fn between(low: f64, high: f64) -> Self {
        Self { kind: LognormalBetweenKind, low, high, confidence: default_confidence(), truncate: None }
    }
}

/// The time until something that may happen at any moment.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Exponential {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: ExponentialKind,
    /// The mean, which is the reciprocal of the rate.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) mean: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Positive and skewed: the time until the `shape`-th of such events, if `shape` is whole.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Gamma {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: GammaKind,
    /// The shape.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1000000000000")))]
    pub(crate) shape: f64,
    /// The scale: the mean divided by the shape.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) scale: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A share, or any value between two bounds, with a peak where you want it.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the shapes of a beta distribution are called alpha and beta")]
pub(crate) struct Beta {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: BetaKind,
    /// The first shape: the larger, the nearer to `max`.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1000000000000")))]
    pub(crate) alpha: f64,
    /// The second shape: the larger, the nearer to `min`.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1000000000000")))]
    pub(crate) beta: f64,
    /// The lower bound.
    #[oai(default)]
    #[serde(default)]
    pub(crate) min: f64,
    /// The upper bound, greater than `min`.
    #[oai(default = "default_one")]
    #[serde(default = "default_one")]
    pub(crate) max: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// The lifetime of something that ages.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Weibull {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: WeibullKind,
    /// The shape: above 1 for what wears out, below 1 for what fails early.
    #[oai(validator(minimum(value = "0.001"), maximum(value = "1000000000")))]
    pub(crate) shape: f64,
    /// The scale: 63 of 100 values are below it.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) scale: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A bell with heavier tails than the bell curve.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct StudentT {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: StudentTKind,
    /// The degrees of freedom: the fewer, the heavier the tails.
    #[oai(validator(minimum(value = "0.01"), maximum(value = "1000000000000")))]
    pub(crate) degrees: f64,
    /// The centre.
    #[oai(default)]
    #[serde(default)]
    pub(crate) location: f64,
    /// The scale.
    #[oai(default = "default_one", validator(minimum(value = "0", exclusive = true)))]
    #[serde(default = "default_one")]
    pub(crate) scale: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A bell with exponential tails.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Logistic {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: LogisticKind,
    /// The mean and median.
    pub(crate) location: f64,
    /// The scale.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) scale: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// A bell with tails so heavy that it has no mean.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Cauchy {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: CauchyKind,
    /// The median.
    pub(crate) location: f64,
    /// The scale: half of the values are within one scale of the median.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) scale: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Sizes with a long tail: incomes, files, claims.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Pareto {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: ParetoKind,
    /// The smallest value.
    #[oai(validator(minimum(value = "0", exclusive = true)))]
    pub(crate) minimum: f64,
    /// The shape: the smaller, the longer the tail.
    #[oai(validator(minimum(value = "0.001"), maximum(value = "1000000000")))]
    pub(crate) shape: f64,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// Observations, and the values between them: the interpolated quantile function of the data (type 7 of Hyndman and Fan).
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Empirical {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: EmpiricalKind,
    /// The observations, 1 to 10000 of them, in any order.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub(crate) data: Vec<f64>,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}

/// One of several distributions, each with its weight.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Mixture {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: MixtureKind,
    /// The distributions, 1 to 100 of them. Mixtures within mixtures go to a depth of 8.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub(crate) components: Vec<Distribution>,
    /// A weight for each component, 0 or greater. The weights need not sum to 1.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub(crate) weights: Vec<f64>,
    /// Bounds for the values that are drawn.
    pub(crate) truncate: Option<Truncate>,
}
