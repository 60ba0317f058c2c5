//! A value that is known.

use serde::{Deserialize, Serialize};

use super::Check;
use super::law::{Kind, Law, Probability};

/// Always `value`. Mean `value`, variance 0.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Constant {
    /// Any finite number.
    pub value: f64,
}

#[derive(Debug)]
pub(crate) struct ConstantLaw {
    value: f64,
}

impl Kind for Constant {
    type Law = ConstantLaw;

    fn law(&self, check: &mut Check) -> Option<ConstantLaw> {
        check.number("value", self.value, &[]);
        check.passed()?;
        Some(ConstantLaw { value: self.value })
    }
}

impl Law for ConstantLaw {
    fn quantile(&self, _: Probability) -> f64 {
        self.value
    }

    fn cdf(&self, x: f64) -> Probability {
        if x >= self.value { Probability::ONE } else { Probability::ZERO }
    }

    fn below(&self, x: f64) -> Probability {
        if x > self.value { Probability::ONE } else { Probability::ZERO }
    }

    fn quantiles(&self, uniforms: &mut [f64]) {
        uniforms.fill(self.value);
    }

    fn support(&self) -> (f64, f64) {
        (self.value, self.value)
    }

    fn is_whole(&self) -> bool {
        self.value.fract() == 0.0
    }

    fn mean(&self) -> f64 {
        self.value
    }

    fn variance(&self) -> f64 {
        0.0
    }
}
