//! A smallest, a most likely and a largest value, joined by straight lines.

use multiversion::multiversion;
use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::{Check, Truncate};

/// A density that rises in a straight line from `min` to `mode` and falls to `max`.
///
/// Mean `(min + mode + max) / 3`, variance
/// `(min² + mode² + max² - min·mode - min·max - mode·max) / 18`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Triangular {
    /// The smallest value.
    pub min: f64,
    /// The most likely value, from `min` to `max`.
    pub mode: f64,
    /// The largest value, greater than `min`.
    pub max: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TriangularLaw {
    min: f64,
    mode: f64,
    max: f64,
    /// The probability of values below the mode.
    share: f64,
    /// `(max - min) * (mode - min)`, and `(max - min) * (max - mode)`.
    left: f64,
    right: f64,
}

/// Checks `min`, `mode` and `max`, which `triangular` and `pert` have.
pub(super) fn check_three(check: &mut Check, min: f64, mode: f64, max: f64) {
    let finite = check.number("min", min, &[]) & check.number("mode", mode, &[]) & check.number("max", max, &[]);
    let (min, mode, max) = (("min", min), ("mode", mode), ("max", max));
    if finite && check.rising(min, max, false) && check.rising(min, mode, true) & check.rising(mode, max, true) {
        check.distance(min, max);
    }
}

impl Kind for Triangular {
    type Law = TriangularLaw;

    fn law(&self, check: &mut Check) -> Option<TriangularLaw> {
        check_three(check, self.min, self.mode, self.max);
        check.passed()?;
        let width = self.max - self.min;
        let (below, above) = (self.mode - self.min, self.max - self.mode);
        let (left, right) = (width * below, width * above);
        if !(left.is_finite() && right.is_finite()) {
            check.error("max", "finite_number", || "the square of max minus min should be a finite number".to_owned());
        }
        check.passed()?;
        Some(TriangularLaw { min: self.min, mode: self.mode, max: self.max, share: below / width, left, right })
    }
}

impl TriangularLaw {
    #[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
    #[inline(always)]
    fn at(self, lower: f64, upper: f64) -> f64 {
        let is_left = lower < self.share;
        let square = if is_left { lower * self.left } else { upper * self.right };
        let distance = square.sqrt();
        if is_left { self.min + distance } else { self.max - distance }
    }
}

impl Law for TriangularLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        self.at(probability.lower, probability.upper)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.min {
            Probability::ZERO
        } else if x >= self.max {
            Probability::ONE
        } else if x < self.mode {
            Probability::of((x - self.min) * ((x - self.min) / self.left))
        } else {
            Probability::above((self.max - x) * ((self.max - x) / self.right))
        }
    }

    fn quantiles(&self, uniforms: &mut [f64]) {
        stretch(uniforms, *self);
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn mean(&self) -> f64 {
        self.min + ((self.mode - self.min) + (self.max - self.min)) / 3.0
    }

    fn variance(&self) -> f64 {
        let (mode, max) = (self.mode - self.min, self.max - self.min);
        (mode * mode + max * max - mode * max) / 18.0
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn stretch(uniforms: &mut [f64], law: TriangularLaw) {
    for value in uniforms {
        *value = law.at(*value, 1.0 - *value);
    }
}
