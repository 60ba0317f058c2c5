//! How many of so many trials succeed.

use serde::{Deserialize, Serialize};

use super::Check;
use super::counts::{Count, CountLaw};
use super::law::{Kind, Probability};
use super::parameter::Bound;
use super::special::double_double::DoubleDouble;
use super::special::incomplete_beta::{IncompleteBeta, Share};
use crate::real;

/// The number of successes in `trials` trials: 0 to `trials`.
///
/// Mean `trials * probability`, variance `trials * probability * (1 - probability)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binomial {
    /// The number of trials, from 0 to 1e12.
    pub trials: u64,
    /// The probability that one trial succeeds, from 0 to 1.
    pub probability: f64,
}

/// The most trials, as the largest mean of a count.
pub(super) const MOST: f64 = 1e12;

#[derive(Debug)]
pub(crate) struct BinomialCount {
    trials: f64,
    probability: f64,
    failure: f64,
}

impl Kind for Binomial {
    type Law = CountLaw<BinomialCount>;

    fn law(&self, check: &mut Check) -> Option<Self::Law> {
        #[expect(clippy::cast_precision_loss, reason = "what is not exact is refused")]
        let trials = self.trials as f64;
        check.number("trials", trials, &[Bound::AtMost(MOST)]);
        check.number("probability", self.probability, &[Bound::AtLeast(0.0), Bound::AtMost(1.0)]);
        check.passed()?;
        let failure = 1.0 - self.probability;
        Some(CountLaw::new(BinomialCount { trials, probability: self.probability, failure }))
    }
}

impl Count for BinomialCount {
    fn at_most(&self, count: f64) -> Probability {
        let beta = IncompleteBeta::new(self.trials - count, count + 1.0);
        beta.at(Share { x: self.failure, y: self.probability })
    }

    fn ratio(&self, count: f64) -> f64 {
        (self.trials - count) / (count + 1.0) * (self.probability / self.failure)
    }

    fn exact_ratio(&self, count: f64) -> DoubleDouble {
        let failure = DoubleDouble::from(1.0).add(-self.probability);
        let ratio = DoubleDouble::from(self.probability).ratio_of(failure);
        ratio.times(self.trials - count).ratio_of(DoubleDouble::from(count + 1.0))
    }

    fn zero(&self) -> f64 {
        real::exp(self.trials * real::log1p(-self.probability))
    }

    fn largest(&self) -> f64 {
        self.trials
    }

    fn mode(&self) -> f64 {
        ((self.trials + 1.0) * self.probability).floor().min(self.trials)
    }

    fn mean(&self) -> f64 {
        self.trials * self.probability
    }

    fn variance(&self) -> f64 {
        self.trials * self.probability * self.failure
    }

    fn skewness(&self) -> f64 {
        (self.failure - self.probability) / self.variance().sqrt()
    }

    fn only(&self) -> Option<f64> {
        if self.trials == 0.0 || self.probability == 0.0 {
            Some(0.0)
        } else {
            (self.probability == 1.0).then_some(self.trials)
        }
    }
}
