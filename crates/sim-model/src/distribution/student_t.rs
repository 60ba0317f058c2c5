//! A bell with heavier tails than the normal one: means of few observations.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::special::incomplete_beta::{IncompleteBeta, Share};
use super::special::starts::Starts;
use super::{Check, Truncate, standard_normal};
use crate::real;

/// A bell around `location`: `location + scale * t`, where t has Student's distribution.
///
/// Mean `location` for more than one degree of freedom, else none. Variance
/// `scale² * degrees / (degrees - 2)` for more than 2 degrees, infinite for more than 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudentT {
    /// The degrees of freedom, from 0.01 to 1e12, whole or not.
    pub degrees: f64,
    /// The median.
    #[serde(default)]
    pub location: f64,
    /// The scale, greater than 0.
    #[serde(default = "one")]
    pub scale: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

fn one() -> f64 {
    1.0
}

#[derive(Debug)]
pub(crate) struct StudentTLaw {
    degrees: f64,
    location: f64,
    scale: f64,
    /// Of degrees / 2 and 1/2: the distribution of degrees / (degrees + t²).
    beta: IncompleteBeta,
    starts: Option<Starts>,
}

impl Kind for StudentT {
    type Law = StudentTLaw;

    fn law(&self, check: &mut Check) -> Option<StudentTLaw> {
        check.number("degrees", self.degrees, &[Bound::AtLeast(0.01), Bound::AtMost(1e12)]);
        check.number("location", self.location, &[]);
        check.number("scale", self.scale, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(StudentTLaw {
            degrees: self.degrees,
            location: self.location,
            scale: self.scale,
            beta: IncompleteBeta::new(0.5 * self.degrees, 0.5),
            starts: None,
        })
    }
}

impl StudentTLaw {
    /// A first guess at the odds of degrees / (degrees + t²): D. L. Wallace, "Bounds on normal
    /// approximations to Student's and the chi-square distributions", Annals of Mathematical
    /// Statistics 30, 1959.
    fn start(&self, probability: Probability) -> f64 {
        let z = standard_normal::quantile(probability) * (8.0 * self.degrees + 3.0) / (8.0 * self.degrees + 1.0);
        (1.0 / real::expm1(z * z / self.degrees)).clamp(f64::MIN_POSITIVE, f64::MAX)
    }
}

impl Law for StudentTLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let distance = probability.distance_from_half();
        if distance == 0.0 {
            return self.location;
        }
        // The probability of both tails together.
        let tails = Probability { lower: 2.0 * probability.lower.min(probability.upper), upper: 2.0 * distance.abs() };
        let start = self.starts.as_ref().and_then(|starts| starts.at(tails));
        let share = self.beta.quantile_from(start.unwrap_or_else(|| self.start(probability)), tails);
        let t = (self.degrees * (share.y / share.x)).sqrt();
        self.location + self.scale * if distance < 0.0 { -t } else { t }
    }

    fn cdf(&self, x: f64) -> Probability {
        let t = (x - self.location) / self.scale;
        let square = t * t / self.degrees;
        let x = 1.0 / (1.0 + square);
        let y = if square < 1e300 { square * x } else { 1.0 };
        let tail = 0.5 * self.beta.at(Share { x, y }).lower;
        if t < 0.0 { Probability { lower: tail, upper: 1.0 - tail } } else { Probability::above(tail) }
    }

    fn settle(&mut self) {
        self.starts = self.beta.starts();
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        if self.degrees > 1.0 { self.location } else { f64::NAN }
    }

    fn variance(&self) -> f64 {
        if self.degrees > 2.0 {
            self.scale * self.scale * (self.degrees / (self.degrees - 2.0))
        } else if self.degrees > 1.0 {
            f64::INFINITY
        } else {
            f64::NAN
        }
    }
}
