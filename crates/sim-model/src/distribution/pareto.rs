//! Sizes of what grows without bound: wealth, cities, losses.

use serde::{Deserialize, Serialize};

use super::exponential::standard_quantile;
use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::{Check, Truncate};
use crate::real;

/// Values from `minimum` on, of which the share above x is `(minimum / x)^shape`.
///
/// Mean `shape * minimum / (shape - 1)` for shapes above 1, else infinite. Variance
/// `minimum² * shape / ((shape - 1)² * (shape - 2))` for shapes above 2, else infinite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pareto {
    /// The smallest value, greater than 0.
    pub minimum: f64,
    /// The shape, from 0.001 to 1e9: the smaller, the longer the tail.
    pub shape: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct ParetoLaw {
    minimum: f64,
    shape: f64,
}

impl Kind for Pareto {
    type Law = ParetoLaw;

    fn law(&self, check: &mut Check) -> Option<ParetoLaw> {
        check.number("minimum", self.minimum, &[Bound::Above(0.0)]);
        check.number("shape", self.shape, &[Bound::AtLeast(0.001), Bound::AtMost(1e9)]);
        check.passed()?;
        Some(ParetoLaw { minimum: self.minimum, shape: self.shape })
    }
}

impl Law for ParetoLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        self.minimum * real::exp(standard_quantile(probability) / self.shape)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.minimum {
            return Probability::ZERO;
        }
        let growth = x / self.minimum;
        let ln = if growth < 2.0 { real::log1p((x - self.minimum) / self.minimum) } else { real::ln(growth) };
        Probability { lower: -real::expm1(-self.shape * ln), upper: real::exp(-self.shape * ln) }
    }

    fn support(&self) -> (f64, f64) {
        (self.minimum, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        if self.shape > 1.0 { self.shape * self.minimum / (self.shape - 1.0) } else { f64::INFINITY }
    }

    fn variance(&self) -> f64 {
        if self.shape <= 2.0 {
            return f64::INFINITY;
        }
        let above = self.shape - 1.0;
        self.minimum * self.minimum * self.shape / (above * above * (self.shape - 2.0))
    }
}
