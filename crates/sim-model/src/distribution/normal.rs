//! The normal distribution, by its moments or by an interval.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::{Check, Truncate, standard_normal};

/// A bell around `mean`. Mean `mean`, variance `sd²`.
///
/// The quantile is `mean + sd * z`, with the standard normal quantile z by AS 241.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Normal {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, greater than 0.
    pub sd: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

/// The normal distribution that is between `low` and `high` with probability
/// `confidence`, and outside of them equally often on either side.
///
/// Mean `(low + high) / 2`; the standard deviation is `(high - low) / 2` divided by
/// the standard normal quantile of `(1 + confidence) / 2`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NormalBetween {
    /// The lower end of the interval.
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

/// The probability of an interval from `low` to `high`, unless it is given.
pub(super) const CONFIDENCE: f64 = 0.9;

pub(super) fn default_confidence() -> f64 {
    CONFIDENCE
}

/// The standard normal quantile at the upper end of the central interval.
pub(super) fn end_of_interval(confidence: f64) -> f64 {
    standard_normal::quantile(Probability { lower: 0.5 + 0.5 * confidence, upper: 0.5 * (1.0 - confidence) })
}

/// Checks an interval that holds a probability; `bounds` are for its ends.
pub(super) fn check_interval(check: &mut Check, low: f64, high: f64, confidence: f64, bounds: &[Bound]) {
    check.number("confidence", confidence, &[Bound::Above(0.0), Bound::Below(1.0)]);
    if check.number("low", low, bounds) & check.number("high", high, bounds)
        && check.rising(("low", low), ("high", high), false)
    {
        check.distance(("low", low), ("high", high));
    }
}

#[derive(Debug)]
pub(crate) struct NormalLaw {
    mean: f64,
    sd: f64,
}

impl Kind for Normal {
    type Law = NormalLaw;

    fn law(&self, check: &mut Check) -> Option<NormalLaw> {
        check.number("mean", self.mean, &[]);
        check.number("sd", self.sd, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(NormalLaw { mean: self.mean, sd: self.sd })
    }
}

impl Kind for NormalBetween {
    type Law = NormalLaw;

    fn law(&self, check: &mut Check) -> Option<NormalLaw> {
        check_interval(check, self.low, self.high, self.confidence, &[]);
        check.passed()?;
        let half = 0.5 * (self.high - self.low);
        Some(NormalLaw { mean: self.low + half, sd: half / end_of_interval(self.confidence) })
    }
}

impl Law for NormalLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        self.mean + self.sd * standard_normal::quantile(probability)
    }

    fn cdf(&self, x: f64) -> Probability {
        standard_normal::cdf((x - self.mean) / self.sd)
    }

    fn quantiles(&self, uniforms: &mut [f64]) {
        standard_normal::quantiles(uniforms);
        for value in uniforms {
            *value = self.mean + self.sd * *value;
        }
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.sd * self.sd
    }
}
