//! A distribution without what lies outside of two bounds.

use serde::{Deserialize, Serialize};

use super::Check;
use super::law::{Law, Probability};
use super::parameter::PathItem;

/// Bounds for the values of a distribution: at least one of them.
///
/// What is outside of them is not moved to the bound but left out: the values
/// inside keep their proportions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Truncate {
    /// No value is below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// No value is above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

impl Truncate {
    /// Checks the bounds alone; returns them with infinities for those that are not given.
    pub(super) fn check(&self, check: &mut Check) -> Option<(f64, f64)> {
        check.inside(&[PathItem::Name("truncate")], |check| {
            let min_is_right = self.min.is_none_or(|min| check.number("min", min, &[]));
            let max_is_right = self.max.is_none_or(|max| check.number("max", max, &[]));
            let are_right = match (self.min, self.max) {
                (None, None) => {
                    check.error("min", "missing", || "truncate should have min, max or both".to_owned());
                    false
                }
                (Some(min), Some(max)) if min_is_right && max_is_right => {
                    check.rising(("min", min), ("max", max), false)
                }
                _ => min_is_right && max_is_right,
            };
            are_right.then(|| (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY)))
        })
    }
}

/// A law between two bounds.
#[derive(Debug)]
pub(super) struct TruncatedLaw {
    whole: Box<dyn Law>,
    min: f64,
    max: f64,
    /// The probability of what is cut off below, and above.
    below: Probability,
    above: Probability,
    /// The probability of what is left.
    mass: f64,
}

impl TruncatedLaw {
    pub(super) fn new(whole: Box<dyn Law>, (min, max): (f64, f64), check: &mut Check) -> Option<Self> {
        let below = if min == f64::NEG_INFINITY { Probability::ZERO } else { whole.below(min) };
        let above = if max == f64::INFINITY { Probability::ONE } else { whole.cdf(max) };
        let mass = between(below, above);
        if mass < f64::MIN_POSITIVE {
            check.error("truncate", "no_probability", || {
                "truncate should leave a part of the distribution whose probability is at least 2.3e-308".to_owned()
            });
            return None;
        }
        let (lowest, highest) = whole.support();
        Some(Self { min: min.max(lowest), max: max.min(highest), whole, below, above, mass })
    }
}

/// The probability between two, taken from the side where both are accurate.
fn between(below: Probability, above: Probability) -> f64 {
    if below.lower > 0.5 {
        below.upper - above.upper
    } else if above.upper > 0.5 {
        above.lower - below.lower
    } else {
        1.0 - below.lower - above.upper
    }
}

impl Law for TruncatedLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        // Sums of what is positive, so the smaller side keeps its accuracy.
        let inner = Probability {
            lower: self.below.lower + self.mass * probability.lower,
            upper: self.above.upper + self.mass * probability.upper,
        };
        if inner.lower <= 0.0 {
            return self.min;
        }
        if inner.upper <= 0.0 {
            return self.max;
        }
        self.whole.quantile(inner).clamp(self.min, self.max)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x < self.min {
            return Probability::ZERO;
        }
        if x >= self.max {
            return Probability::ONE;
        }
        let at = self.whole.cdf(x);
        Probability {
            lower: (between(self.below, at) / self.mass).min(1.0),
            upper: (between(at, self.above) / self.mass).min(1.0),
        }
    }

    fn settle(&mut self) {
        self.whole.settle();
    }

    fn below(&self, x: f64) -> Probability {
        if x <= self.min {
            return Probability::ZERO;
        }
        if x > self.max {
            return Probability::ONE;
        }
        let at = self.whole.below(x);
        Probability {
            lower: (between(self.below, at) / self.mass).min(1.0),
            upper: (between(at, self.above) / self.mass).min(1.0),
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn is_whole(&self) -> bool {
        self.whole.is_whole()
    }

    fn mean(&self) -> f64 {
        f64::NAN
    }

    fn variance(&self) -> f64 {
        f64::NAN
    }
}
