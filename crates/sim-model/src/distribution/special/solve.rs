//! Where a cumulative function reaches a probability.

use crate::distribution::law::Probability;
use crate::real;

/// A cumulative function at a place, seen along `t`, the logarithm of a positive argument.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slope {
    /// The probability below the place, and above.
    pub(super) reached: Probability,
    /// The derivative of the probability by `t`.
    pub(super) density: f64,
    /// The derivative of the logarithm of the density by `t`.
    pub(super) bend: f64,
}

/// A step below this is the last: the error after it is of the order of its cube.
const SMALL: f64 = 4e-6;
/// Far more steps than any argument needs; only against a cycle of roundings.
const MOST_STEPS: u32 = 200;

/// The positive `v` at which `at(v)` reaches `wanted`, beginning at `start`.
///
/// Halley's method on the logarithm of the smaller side of the probability, by the
/// logarithm of `v`. Gamma and beta densities are log-concave in that variable (for
/// beta, `v` is the odds), so both logarithms are concave: Newton's step never leaves
/// the root on the wrong side twice, and Halley's correction is bounded.
pub(super) fn solve(start: f64, wanted: Probability, at: impl Fn(f64) -> Slope) -> f64 {
    let is_lower = wanted.lower <= wanted.upper;
    let mut v = start;
    for _ in 0..MOST_STEPS {
        if v < f64::MIN_POSITIVE {
            return 0.0;
        }
        let Slope { reached, density, bend } = at(v);
        let (have, want) = if is_lower { (reached.lower, wanted.lower) } else { (reached.upper, wanted.upper) };
        if have < f64::MIN_POSITIVE || density < f64::MIN_POSITIVE {
            // Out of sight: back by steps of a size that every law survives.
            v *= if is_lower == (have < f64::MIN_POSITIVE) { 2.0 } else { 0.5 };
            continue;
        }
        let error = ln_ratio(have, want);
        let slope = density / have;
        let newton = if is_lower { -error / slope } else { error / slope };
        let correction = if is_lower { 0.5 * newton * (bend - slope) } else { 0.5 * newton * (bend + slope) };
        let step = newton / (1.0 + correction).max(0.4);
        // Where the upper side is nearly 1, its slope says little about where it falls.
        let step = if is_lower { step } else { step.min(2.0) };
        v = (v * real::exp(step)).min(f64::MAX);
        if step.abs() <= SMALL && error.abs() <= SMALL {
            break;
        }
    }
    v
}

/// `ln(a / b)`, accurate where both are close.
fn ln_ratio(a: f64, b: f64) -> f64 {
    let difference = a - b;
    if difference.abs() < 0.5 * b { real::log1p(difference / b) } else { real::ln(a) - real::ln(b) }
}
