//! The kinds that cannot be truncated. Each is a schema of its own.

use poem_openapi::Object;
use serde::Deserialize;

use super::{
    BernoulliKind, BinomialKind, ConstantKind, DiscreteKind, GeometricKind, NegativeBinomialKind, PoissonKind,
};

/// A value that is known.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Constant {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: ConstantKind,
    /// The value.
    pub(crate) value: f64,
}

/// 1 with some probability, and 0 otherwise.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Bernoulli {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: BernoulliKind,
    /// The probability of 1.
    #[oai(validator(minimum(value = "0"), maximum(value = "1")))]
    pub(crate) probability: f64,
}

/// How many of some trials succeed.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Binomial {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: BinomialKind,
    /// The number of trials.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000000000")))]
    pub(crate) trials: i64,
    /// The probability that one trial succeeds.
    #[oai(validator(minimum(value = "0"), maximum(value = "1")))]
    pub(crate) probability: f64,
}

/// How many events happen in a time, if they happen independently.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Poisson {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: PoissonKind,
    /// The mean number of events.
    #[oai(validator(minimum(value = "0"), maximum(value = "1000000000000")))]
    pub(crate) mean: f64,
}

/// How many trials it takes until the first success, that trial included.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Geometric {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: GeometricKind,
    /// The probability that one trial succeeds.
    #[oai(validator(minimum(value = "0.000000000001"), maximum(value = "1")))]
    pub(crate) probability: f64,
}

/// How many trials fail before the `successes`-th success.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct NegativeBinomial {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: NegativeBinomialKind,
    /// The number of successes.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1000000000")))]
    pub(crate) successes: f64,
    /// The probability that one trial succeeds.
    #[oai(validator(minimum(value = "0.000001"), maximum(value = "1")))]
    pub(crate) probability: f64,
}

/// A value out of a list, each with its weight.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Discrete {
    /// The tag of this kind.
    #[serde(skip)]
    pub(crate) kind: DiscreteKind,
    /// The values, 1 to 10000 of them, in any order.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub(crate) values: Vec<f64>,
    /// A weight for each value, 0 or greater. The weights need not sum to 1.
    #[oai(validator(min_items = 1, max_items = 10000))]
    pub(crate) weights: Vec<f64>,
}
