//! A smallest, a most likely and a largest value, joined by a smooth curve.

use serde::{Deserialize, Serialize};

use super::beta::BetaLaw;
use super::law::Kind;
use super::parameter::Bound;
use super::triangular::check_three;
use super::{Check, Truncate};

/// The beta distribution between `min` and `max` with the mean
/// `(min + shape * mode + max) / (shape + 2)`.
///
/// Its shapes are `1 + shape * (mode - min) / (max - min)` and
/// `1 + shape * (max - mode) / (max - min)`; the variance is
/// `(mean - min) * (max - mean) / (shape + 3)`. With a `shape` of 4 it is the
/// distribution of PERT, with 0 the uniform one; a larger `shape` is closer to the mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pert {
    /// The smallest value.
    pub min: f64,
    /// The most likely value, from `min` to `max`.
    pub mode: f64,
    /// The largest value, greater than `min`.
    pub max: f64,
    /// The weight of the mode, from 0 to 1e6.
    #[serde(default = "default_shape")]
    pub shape: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

/// The weight of the mode, unless it is given.
pub(super) const SHAPE: f64 = 4.0;

fn default_shape() -> f64 {
    SHAPE
}

impl Kind for Pert {
    type Law = BetaLaw;

    fn law(&self, check: &mut Check) -> Option<BetaLaw> {
        check_three(check, self.min, self.mode, self.max);
        check.number("shape", self.shape, &[Bound::AtLeast(0.0), Bound::AtMost(1e6)]);
        check.passed()?;
        let width = self.max - self.min;
        let alpha = 1.0 + self.shape * ((self.mode - self.min) / width);
        let beta = 1.0 + self.shape * ((self.max - self.mode) / width);
        Some(BetaLaw::new(alpha, beta, self.min, self.max))
    }
}
