//! What a distribution with checked parameters can do.

use std::fmt::Debug;

use super::Check;

/// A probability and its complement, each accurate however small it is.
///
/// Near 1 a double cannot tell `1 - 1e-20` from 1. So every probability is kept
/// with its complement, and whoever needs accuracy takes the smaller of the two.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Probability {
    /// The probability of what lies below.
    pub(crate) lower: f64,
    /// The probability of what lies above: `1 - lower`, but not rounded to it.
    pub(crate) upper: f64,
}

impl Probability {
    pub(crate) const ZERO: Self = Self { lower: 0.0, upper: 1.0 };
    pub(crate) const ONE: Self = Self { lower: 1.0, upper: 0.0 };

    /// From the probability below.
    pub(crate) fn of(lower: f64) -> Self {
        Self { lower, upper: 1.0 - lower }
    }

    /// From the probability above.
    pub(crate) fn above(upper: f64) -> Self {
        Self { lower: 1.0 - upper, upper }
    }

    /// The other way round: what is above becomes what is below.
    pub(crate) fn swapped(self) -> Self {
        Self { lower: self.upper, upper: self.lower }
    }

    /// The distance from one half, without rounding where it is small.
    pub(crate) fn distance_from_half(self) -> f64 {
        if self.lower <= 0.5 { self.lower - 0.5 } else { 0.5 - self.upper }
    }

    /// Whether this probability is at least `wanted`.
    pub(crate) fn reaches(self, wanted: Self) -> bool {
        self.excess(wanted) >= 0.0
    }

    /// How much more than `wanted` this is, judged on the side that is smaller.
    pub(crate) fn excess(self, wanted: Self) -> f64 {
        if wanted.lower <= 0.5 { self.lower - wanted.lower } else { wanted.upper - self.upper }
    }
}

/// A distribution with checked parameters, prepared for draws.
pub(crate) trait Law: Debug + Send + Sync {
    /// The smallest value that the distribution stays at or below with this
    /// probability, which is neither 0 nor 1.
    fn quantile(&self, probability: Probability) -> f64;

    /// The probability of values at or below `x`, and of those above. `x` is not NaN.
    fn cdf(&self, x: f64) -> Probability;

    /// Called once before many draws: the place to make tables.
    fn settle(&mut self) {}

    /// The probability of values below `x`, and of those at or above.
    fn below(&self, x: f64) -> Probability {
        self.cdf(if self.is_whole() { x.ceil() - 1.0 } else { x })
    }

    /// Turns uniforms into values in place, with the bits that [`quantile`](Self::quantile) gives.
    fn quantiles(&self, uniforms: &mut [f64]) {
        for value in uniforms {
            *value = self.quantile(Probability::of(*value));
        }
    }

    /// The smallest and the largest value, or the infinities.
    fn support(&self) -> (f64, f64);

    /// Whether every value is an integer.
    fn is_whole(&self) -> bool {
        false
    }

    /// NaN if there is none, or no formula for it.
    fn mean(&self) -> f64;

    /// NaN if there is none, or no formula for it.
    fn variance(&self) -> f64;
}

/// A kind of distribution: parameters that become a law.
pub(super) trait Kind {
    type Law: Law + 'static;

    /// Checks every parameter; None if any was wrong.
    fn law(&self, check: &mut Check) -> Option<Self::Law>;
}
