//! A bell whose tails are so long that it has no mean.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::Bound;
use super::{Check, Truncate};
use crate::real;

/// A bell around the median `location`; half of all values are within `scale` of
/// it. It has neither mean nor variance, and a report's mean of it never settles.
///
/// The quantile is `location + scale * tan(π * (p - 1/2))`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cauchy {
    /// The median.
    pub location: f64,
    /// The scale, greater than 0.
    pub scale: f64,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct CauchyLaw {
    location: f64,
    scale: f64,
}

impl Kind for Cauchy {
    type Law = CauchyLaw;

    fn law(&self, check: &mut Check) -> Option<CauchyLaw> {
        check.number("location", self.location, &[]);
        check.number("scale", self.scale, &[Bound::Above(0.0)]);
        check.passed()?;
        Some(CauchyLaw { location: self.location, scale: self.scale })
    }
}

impl Law for CauchyLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let distance = probability.distance_from_half();
        let z = if distance.abs() <= 0.25 {
            real::tan(PI * distance)
        } else if distance < 0.0 {
            -1.0 / real::tan(PI * probability.lower)
        } else {
            1.0 / real::tan(PI * probability.upper)
        };
        self.location + self.scale * z
    }

    fn cdf(&self, x: f64) -> Probability {
        let z = (x - self.location) / self.scale;
        Probability { lower: real::atan2(1.0, -z) / PI, upper: real::atan2(1.0, z) / PI }
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn mean(&self) -> f64 {
        f64::NAN
    }

    fn variance(&self) -> f64 {
        f64::NAN
    }
}
