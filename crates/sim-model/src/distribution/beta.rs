//! A share, or anything else between two bounds.

use serde::{Deserialize, Serialize};

use super::gamma::SHAPE;
use super::law::{Kind, Law, Probability};
use super::special::incomplete_beta::{IncompleteBeta, Share};
use super::special::starts::Starts;
use super::{Check, Truncate};

/// Between `min` and `max`, around `min + (max - min) * alpha / (alpha + beta)`, which is
/// the mean.
///
/// Variance `(max - min)² * alpha * beta / ((alpha + beta)² * (alpha + beta + 1))`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beta {
    /// The first shape, from 1e-6 to 1e12: the larger, the further from `min`.
    pub alpha: f64,
    /// The second shape, from 1e-6 to 1e12: the larger, the further from `max`.
    pub beta: f64,
    /// The lower bound.
    #[serde(default)]
    pub min: f64,
    /// The upper bound, greater than `min`.
    #[serde(default = "one")]
    pub max: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

fn one() -> f64 {
    1.0
}

#[derive(Debug)]
pub(crate) struct BetaLaw {
    beta: IncompleteBeta,
    starts: Option<Starts>,
    shapes: (f64, f64),
    min: f64,
    max: f64,
    width: f64,
}

impl Kind for Beta {
    type Law = BetaLaw;

    fn law(&self, check: &mut Check) -> Option<BetaLaw> {
        check.number("alpha", self.alpha, &SHAPE);
        check.number("beta", self.beta, &SHAPE);
        let (min, max) = (("min", self.min), ("max", self.max));
        if check.number("min", self.min, &[]) & check.number("max", self.max, &[]) && check.rising(min, max, false) {
            check.distance(min, max);
        }
        check.passed()?;
        Some(BetaLaw::new(self.alpha, self.beta, self.min, self.max))
    }
}

impl BetaLaw {
    pub(super) fn new(alpha: f64, beta: f64, min: f64, max: f64) -> Self {
        Self { beta: IncompleteBeta::new(alpha, beta), starts: None, shapes: (alpha, beta), min, max, width: max - min }
    }
}

impl Law for BetaLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let start = self.starts.as_ref().and_then(|starts| starts.at(probability));
        let start = start.unwrap_or_else(|| self.beta.start(probability));
        let Share { x, y } = self.beta.quantile_from(start, probability);
        // From the bound that is nearer.
        if x <= y { self.min + self.width * x } else { self.max - self.width * y }
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= self.min {
            Probability::ZERO
        } else if x >= self.max {
            Probability::ONE
        } else {
            self.beta.at(Share { x: (x - self.min) / self.width, y: (self.max - x) / self.width })
        }
    }

    fn settle(&mut self) {
        self.starts = self.beta.starts();
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn mean(&self) -> f64 {
        let (alpha, beta) = self.shapes;
        self.min + self.width * (alpha / (alpha + beta))
    }

    fn variance(&self) -> f64 {
        let (alpha, beta) = self.shapes;
        let sum = alpha + beta;
        self.width * self.width * (alpha / sum) * (beta / sum) / (sum + 1.0)
    }
}
