//! Something that happens or does not.

use serde::{Deserialize, Serialize};

use super::Check;
use super::law::{Kind, Law, Probability};
use super::parameter::Bound;

/// 1 with probability `probability`, else 0. Mean `probability`, variance
/// `probability * (1 - probability)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bernoulli {
    /// The probability of 1, from 0 to 1.
    pub probability: f64,
}

#[derive(Debug)]
pub(crate) struct BernoulliLaw {
    probability: f64,
}

impl Kind for Bernoulli {
    type Law = BernoulliLaw;

    fn law(&self, check: &mut Check) -> Option<BernoulliLaw> {
        check.number("probability", self.probability, &[Bound::AtLeast(0.0), Bound::AtMost(1.0)]);
        check.passed()?;
        Some(BernoulliLaw { probability: self.probability })
    }
}

impl Law for BernoulliLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        if self.cdf(0.0).reaches(probability) { 0.0 } else { 1.0 }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x < 0.0 {
            Probability::ZERO
        } else if x < 1.0 {
            Probability::above(self.probability)
        } else {
            Probability::ONE
        }
    }

    fn support(&self) -> (f64, f64) {
        (if self.probability == 1.0 { 1.0 } else { 0.0 }, if self.probability == 0.0 { 0.0 } else { 1.0 })
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn mean(&self) -> f64 {
        self.probability
    }

    fn variance(&self) -> f64 {
        self.probability * (1.0 - self.probability)
    }
}
