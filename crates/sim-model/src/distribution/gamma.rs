//! Positive, skewed, with a tail that falls exponentially: waiting, rain, claims.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::special::incomplete_gamma::IncompleteGamma;
use super::special::starts::Starts;
use super::{Check, Truncate};

/// The sum of `shape` waiting times with mean `scale`, for any `shape`, whole or not.
///
/// Mean `shape * scale`, variance `shape * scale²`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gamma {
    /// The shape, from 1e-6 to 1e12.
    pub shape: f64,
    /// The scale, greater than 0.
    pub scale: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct GammaLaw {
    gamma: IncompleteGamma,
    starts: Option<Starts>,
    shape: f64,
    scale: f64,
}

/// What a shape of a gamma or beta distribution may be.
pub(super) const SHAPE: [Bound; 2] = [Bound::AtLeast(1e-6), Bound::AtMost(1e12)];

impl Kind for Gamma {
    type Law = GammaLaw;

    fn law(&self, check: &mut Check) -> Option<GammaLaw> {
        check.number("shape", self.shape, &SHAPE);
        check.number("scale", self.scale, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(GammaLaw { gamma: IncompleteGamma::new(self.shape), starts: None, shape: self.shape, scale: self.scale })
    }
}

impl Law for GammaLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let start = self.starts.as_ref().and_then(|starts| starts.at(probability));
        let start = start.unwrap_or_else(|| self.gamma.start(probability));
        self.scale * self.gamma.quantile_from(start, probability)
    }

    fn cdf(&self, x: f64) -> Probability {
        if x <= 0.0 { Probability::ZERO } else { self.gamma.at(x / self.scale) }
    }

    fn settle(&mut self) {
        self.starts = self.gamma.starts();
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn variance(&self) -> f64 {
        self.shape * self.scale * self.scale
    }
}
