//! A bell with longer tails than the normal one.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::{Check, Truncate};
use crate::real;

/// A bell around `location` with exponential tails. Mean `location`, variance
/// `(π * scale)² / 3`.
///
/// The quantile is `location + scale * ln(p / (1 - p))`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logistic {
    /// The mean and median.
    pub location: f64,
    /// The scale, greater than 0.
    pub scale: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct LogisticLaw {
    location: f64,
    scale: f64,
}

impl Kind for Logistic {
    type Law = LogisticLaw;

    fn law(&self, check: &mut Check) -> Option<LogisticLaw> {
        check.number("location", self.location, &[]);
        check.number("scale", self.scale, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(LogisticLaw { location: self.location, scale: self.scale })
    }
}

impl Law for LogisticLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let Probability { lower, upper } = probability;
        let distance = probability.distance_from_half();
        let odds = if distance.abs() < 0.25 {
            // ln(p / q) = ln(1 + (p - q) / q), accurate where the odds are even.
            real::log1p(2.0 * distance / upper)
        } else if lower < upper {
            real::ln(lower / upper)
        } else {
            -real::ln(upper / lower)
        };
        self.location + self.scale * odds
    }

    fn cdf(&self, x: f64) -> Probability {
        let z = (x - self.location) / self.scale;
        Probability { lower: 1.0 / (1.0 + real::exp(-z)), upper: 1.0 / (1.0 + real::exp(z)) }
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.location
    }

    fn variance(&self) -> f64 {
        let spread = PI * self.scale;
        spread * spread / 3.0
    }
}
