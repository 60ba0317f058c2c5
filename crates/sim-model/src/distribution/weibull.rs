//! Lifetimes of what ages, or of what gets better with age.

use serde::{Deserialize, Serialize};

use super::exponential::{standard_cdf, standard_quantile};
use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::special::gamma_function::gamma;
use super::{Check, Truncate};
use crate::real;

/// A lifetime: its rate of failure falls with age if `shape` is below 1, and rises
/// if it is above.
///
/// The quantile is `scale * (-ln(1 - p))^(1 / shape)`. Mean `scale * Γ(1 + 1 / shape)`,
/// variance `scale² * (Γ(1 + 2 / shape) - Γ(1 + 1 / shape)²)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weibull {
    /// The shape, from 0.001 to 1e9.
    pub shape: f64,
    /// The scale, greater than 0: 63 in 100 values are below it.
    pub scale: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct WeibullLaw {
    shape: f64,
    scale: f64,
}

impl Kind for Weibull {
    type Law = WeibullLaw;

    fn law(&self, check: &mut Check) -> Option<WeibullLaw> {
        check.number("shape", self.shape, &[Bound::AtLeast(0.001), Bound::AtMost(1e9)]);
        check.number("scale", self.scale, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(WeibullLaw { shape: self.shape, scale: self.scale })
    }
}

impl Law for WeibullLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        // As accurate as a power where the value is a double, and ten times as fast.
        self.scale * real::exp(real::ln(standard_quantile(probability)) / self.shape)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::ZERO } else { standard_cdf(real::pow(x / self.scale, self.shape)) }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.scale * gamma(1.0 + 1.0 / self.shape)
    }

    fn variance(&self) -> f64 {
        let mean = gamma(1.0 + 1.0 / self.shape);
        self.scale * self.scale * (gamma(1.0 + 2.0 / self.shape) - mean * mean)
    }
}
