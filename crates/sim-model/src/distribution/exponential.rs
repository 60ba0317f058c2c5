//! The time until something that may happen at any moment.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::{Check, Truncate};
use crate::real;

/// The waiting time for an event with a constant rate `1 / mean`. Mean `mean`,
/// variance `mean²`.
///
/// The quantile is `-mean * ln(1 - p)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exponential {
    /// The mean, greater than 0.
    pub mean: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct ExponentialLaw {
    mean: f64,
}

impl Kind for Exponential {
    type Law = ExponentialLaw;

    fn law(&self, check: &mut Check) -> Option<ExponentialLaw> {
        check.number("mean", self.mean, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(ExponentialLaw { mean: self.mean })
    }
}

/// The quantile of the exponential distribution with mean 1: `-ln(1 - p)`.
pub(super) fn standard_quantile(probability: Probability) -> f64 {
    let Probability { lower, upper } = probability;
    // Where `upper` is `1 - lower` without rounding, both logarithms are the same double, and this one is faster.
    if upper < 0.5 || 1.0 - upper == lower { -real::ln(upper) } else { -real::log1p(-lower) }
}

/// The probability of values at or below `x`, at least 0, for a mean of 1.
pub(super) fn standard_cdf(x: f64) -> Probability {
    Probability { lower: -real::expm1(-x), upper: real::exp(-x) }
}

impl Law for ExponentialLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        self.mean * standard_quantile(probability)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::ZERO } else { standard_cdf(x / self.mean) }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean * self.mean
    }
}
