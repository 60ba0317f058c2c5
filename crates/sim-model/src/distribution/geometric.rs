//! How many trials until the first success.

use serde::{Deserialize, Serialize};

use super::Check;
use super::exponential::standard_quantile;
use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use crate::real;

/// The number of trials up to and with the first success: 1, 2, 3, ….
///
/// Mean `1 / probability`, variance `(1 - probability) / probability²`.
/// (`negative_binomial` counts failures, from 0.)
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Geometric {
    /// The probability that one trial succeeds, from 1e-12 to 1.
    pub probability: f64,
}

#[derive(Debug)]
pub(crate) struct GeometricLaw {
    probability: f64,
    failure: f64,
    /// Whether `failure` is exactly `1 - probability`.
    is_exact: bool,
    /// The logarithm of the probability of a failure.
    ln_failure: f64,
}

impl Kind for Geometric {
    type Law = GeometricLaw;

    fn law(&self, check: &mut Check) -> Option<GeometricLaw> {
        check.number("probability", self.probability, &[Bound::AtLeast(1e-12), Bound::AtMost(1.0)]);
        check.passed()?;
        let failure = 1.0 - self.probability;
        Some(GeometricLaw {
            probability: self.probability,
            failure,
            is_exact: 1.0 - failure == self.probability,
            ln_failure: real::log1p(-self.probability),
        })
    }
}

impl GeometricLaw {
    /// The probability of at most `trials` trials.
    fn at_most(&self, trials: f64) -> Probability {
        if trials < 1.0 {
            return Probability::ZERO;
        }
        let exponent = trials * self.ln_failure;
        // Rounded once where it can be, so that a probability that is met exactly counts as met.
        let upper = if self.is_exact { real::pow(self.failure, trials) } else { real::exp(exponent) };
        Probability { lower: if upper < 0.5 { 1.0 - upper } else { -real::expm1(exponent) }, upper }
    }
}

impl Law for GeometricLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let ln_upper = -standard_quantile(probability);
        // Right but for rounding, so one step either way is enough.
        let mut trials = (ln_upper / self.ln_failure).ceil().max(1.0);
        if trials > 1.0 && self.at_most(trials - 1.0).reaches(probability) {
            trials -= 1.0;
        } else if !self.at_most(trials).reaches(probability) {
            trials += 1.0;
        }
        trials
    }

    fn cdf(&self, x: f64) -> Probability {
        self.at_most(x.floor())
    }

    fn support(&self) -> (f64, f64) {
        (1.0, if self.probability == 1.0 { 1.0 } else { f64::INFINITY })
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn mean(&self) -> f64 {
        1.0 / self.probability
    }

    fn variance(&self) -> f64 {
        (1.0 - self.probability) / (self.probability * self.probability)
    }
}
