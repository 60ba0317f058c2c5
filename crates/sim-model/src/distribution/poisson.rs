//! How many events happen that may happen at any moment.

use serde::{Deserialize, Serialize};

use super::Check;
use super::binomial::MOST;
use super::counts::{Count, CountLaw};
use super::law::{Kind, Probability};
use super::parameter::Bound;
use super::special::double_double::DoubleDouble;
use super::special::incomplete_gamma::IncompleteGamma;
use crate::real;

/// The number of independent events: 0, 1, 2, …. Mean `mean`, variance `mean`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Poisson {
    /// The mean, from 0 to 1e12.
    pub mean: f64,
}

#[derive(Debug)]
pub(crate) struct PoissonCount {
    mean: f64,
}

impl Kind for Poisson {
    type Law = CountLaw<PoissonCount>;

    fn law(&self, check: &mut Check) -> Option<Self::Law> {
        check.number("mean", self.mean, &[Bound::AtLeast(0.0), Bound::AtMost(MOST)]);
        check.passed()?;
        Some(CountLaw::new(PoissonCount { mean: self.mean }))
    }
}

impl Count for PoissonCount {
    fn at_most(&self, count: f64) -> Probability {
        IncompleteGamma::new(count + 1.0).at(self.mean).swapped()
    }

    fn ratio(&self, count: f64) -> f64 {
        self.mean / (count + 1.0)
    }

    fn exact_ratio(&self, count: f64) -> DoubleDouble {
        DoubleDouble::from(self.mean).ratio_of(DoubleDouble::from(count + 1.0))
    }

    fn zero(&self) -> f64 {
        real::exp(-self.mean)
    }

    fn largest(&self) -> f64 {
        f64::INFINITY
    }

    fn mode(&self) -> f64 {
        self.mean.floor()
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.mean
    }

    fn skewness(&self) -> f64 {
        1.0 / self.mean.sqrt()
    }

    fn only(&self) -> Option<f64> {
        (self.mean == 0.0).then_some(0.0)
    }
}
