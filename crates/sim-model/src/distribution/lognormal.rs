//! The lognormal distribution, by its moments, by those of its logarithm, or by an interval.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::normal::{check_interval, default_confidence, end_of_interval};
use super::parameter::Bound;
use super::{Check, Truncate, standard_normal};
use crate::real;

/// A positive value whose logarithm is normal. Mean `mean`, variance `sd²`, both
/// of the value itself.
///
/// The logarithm has the variance `sigma² = ln(1 + (sd / mean)²)` and the mean
/// `ln(mean) - sigma² / 2`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lognormal {
    /// The mean, greater than 0.
    pub mean: f64,
    /// The standard deviation, greater than 0.
    pub sd: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

/// A positive value whose natural logarithm is normal with mean `mu` and standard
/// deviation `sigma`.
///
/// Mean `exp(mu + sigma² / 2)`, variance `(exp(sigma²) - 1) * mean²`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LognormalLog {
    /// The mean of the logarithm.
    pub mu: f64,
    /// The standard deviation of the logarithm, greater than 0.
    pub sigma: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

/// The lognormal distribution that is between `low` and `high` with probability
/// `confidence`, and outside of them equally often on either side.
///
/// Its median is `sqrt(low * high)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LognormalBetween {
    /// The lower end of the interval, greater than 0.
    pub low: f64,
    /// The upper end of the interval, greater than `low`.
    pub high: f64,
    /// The probability of the interval, between 0 and 1.
    #[serde(default = "default_confidence")]
    pub confidence: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct LognormalLaw {
    mu: f64,
    sigma: f64,
}

impl Kind for Lognormal {
    type Law = LognormalLaw;

    fn law(&self, check: &mut Check) -> Option<LognormalLaw> {
        let positive =
            check.number("mean", self.mean, &[Bound::Above(0.0)]) & check.number("sd", self.sd, &[Bound::Above(0.0)]);
        let ratio = self.sd / self.mean;
        let variance = real::log1p(ratio * ratio);
        if positive && !(variance > 0.0 && variance.is_finite()) {
            check.error("sd", "out_of_range", || {
                "sd divided by mean should be between 1e-160 and 1e150: no lognormal can be computed here".to_owned()
            });
        }
        check.passed()?;
        Some(LognormalLaw { mu: real::ln(self.mean) - 0.5 * variance, sigma: variance.sqrt() })
    }
}

impl Kind for LognormalLog {
    type Law = LognormalLaw;

    fn law(&self, check: &mut Check) -> Option<LognormalLaw> {
        check.number("mu", self.mu, &[]);
        check.number("sigma", self.sigma, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(LognormalLaw { mu: self.mu, sigma: self.sigma })
    }
}

impl Kind for LognormalBetween {
    type Law = LognormalLaw;

    fn law(&self, check: &mut Check) -> Option<LognormalLaw> {
        check_interval(check, self.low, self.high, self.confidence, &[Bound::Above(0.0)]);
        check.passed()?;
        // Accurate for ends that are close together; for ends far apart the quotient may overflow.
        let growth = (self.high - self.low) / self.low;
        let distance = if growth < 1.0 { real::log1p(growth) } else { real::ln(self.high) - real::ln(self.low) };
        let half = 0.5 * distance;
        Some(LognormalLaw { mu: real::ln(self.low) + half, sigma: half / end_of_interval(self.confidence) })
    }
}

impl Law for LognormalLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        real::exp(self.mu + self.sigma * standard_normal::quantile(probability))
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::ZERO } else { standard_normal::cdf((real::ln(x) - self.mu) / self.sigma) }
    }

    fn quantiles(&self, uniforms: &mut [f64]) {
        standard_normal::quantiles(uniforms);
        for value in uniforms {
            *value = real::exp(self.mu + self.sigma * *value);
        }
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        real::exp(self.mu + 0.5 * self.sigma * self.sigma)
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        real::expm1(self.sigma * self.sigma) * mean * mean
    }
}
