//! How many failures before so many successes; counts that vary more than Poisson's.

use serde::{Deserialize, Serialize};

use super::Check;
use super::counts::{Count, CountLaw};
use super::law::{Kind, Probability};
use super::parameter::Bound;
use super::special::double_double::DoubleDouble;
use super::special::incomplete_beta::{IncompleteBeta, Share};
use crate::real;

/// The number of failures before the success number `successes`: 0, 1, 2, …. (`geometric`
/// counts trials, from 1.)
///
/// `successes` need not be whole: the distribution is Poisson's, its mean drawn from a
/// gamma distribution of that shape. Mean `successes * (1 - probability) / probability`,
/// variance `mean / probability`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NegativeBinomial {
    /// The number of successes, from 1e-6 to 1e9.
    pub successes: f64,
    /// The probability that one trial succeeds, from 1e-6 to 1.
    pub probability: f64,
}

#[derive(Debug)]
pub(crate) struct NegativeBinomialCount {
    successes: f64,
    probability: f64,
    failure: f64,
}

impl Kind for NegativeBinomial {
    type Law = CountLaw<NegativeBinomialCount>;

    fn law(&self, check: &mut Check) -> Option<Self::Law> {
        check.number("successes", self.successes, &[Bound::AtLeast(1e-6), Bound::AtMost(1e9)]);
        check.number("probability", self.probability, &[Bound::AtLeast(1e-6), Bound::AtMost(1.0)]);
        check.passed()?;
        let failure = 1.0 - self.probability;
        Some(CountLaw::new(NegativeBinomialCount { successes: self.successes, probability: self.probability, failure }))
    }
}

impl Count for NegativeBinomialCount {
    fn at_most(&self, count: f64) -> Probability {
        let beta = IncompleteBeta::new(self.successes, count + 1.0);
        beta.at(Share { x: self.probability, y: self.failure })
    }

    fn ratio(&self, count: f64) -> f64 {
        (self.successes + count) / (count + 1.0) * self.failure
    }

    fn exact_ratio(&self, count: f64) -> DoubleDouble {
        let failure = DoubleDouble::from(1.0).add(-self.probability);
        let trials = DoubleDouble::from(self.successes).add(count);
        trials.product(failure).ratio_of(DoubleDouble::from(count + 1.0))
    }

    fn zero(&self) -> f64 {
        real::exp(self.successes * real::ln(self.probability))
    }

    fn largest(&self) -> f64 {
        f64::INFINITY
    }

    fn mode(&self) -> f64 {
        ((self.successes - 1.0) * self.failure / self.probability).floor().max(0.0)
    }

    fn mean(&self) -> f64 {
        self.successes * self.failure / self.probability
    }

    fn variance(&self) -> f64 {
        self.mean() / self.probability
    }

    fn skewness(&self) -> f64 {
        (1.0 + self.failure) / (self.successes * self.failure).sqrt()
    }

    fn only(&self) -> Option<f64> {
        (self.probability == 1.0).then_some(0.0)
    }
}
