//! Every value between two bounds, equally likely.

use multiversion::multiversion;
use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::{Check, Truncate};

/// Between `min` and `max`, each value as likely as the other.
///
/// Mean `(min + max) / 2`, variance `(max - min)² / 12`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uniform {
    /// The lower bound.
    pub min: f64,
    /// The upper bound, greater than `min`.
    pub max: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct UniformLaw {
    min: f64,
    max: f64,
    width: f64,
}

impl Kind for Uniform {
    type Law = UniformLaw;

    fn law(&self, check: &mut Check) -> Option<UniformLaw> {
        let (min, max) = (("min", self.min), ("max", self.max));
        if check.number("min", self.min, &[]) & check.number("max", self.max, &[]) && check.rising(min, max, false) {
            check.distance(min, max);
        }
        check.passed()?;
        Some(UniformLaw { min: self.min, max: self.max, width: self.max - self.min })
    }
}

impl Law for UniformLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        (self.min + self.width * probability.lower).min(self.max)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.min {
            Probability::ZERO
        } else if x >= self.max {
            Probability::ONE
        } else {
            Probability { lower: (x - self.min) / self.width, upper: (self.max - x) / self.width }
        }
    }

    fn quantiles(&self, uniforms: &mut [f64]) {
        stretch(uniforms, self.min, self.max, self.width);
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn mean(&self) -> f64 {
        self.min + 0.5 * self.width
    }

    fn variance(&self) -> f64 {
        self.width * self.width / 12.0
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn stretch(uniforms: &mut [f64], min: f64, max: f64, width: f64) {
    for value in uniforms {
        *value = (min + width * *value).min(max);
    }
}
