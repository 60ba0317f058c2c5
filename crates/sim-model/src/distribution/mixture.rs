//! One distribution or another, by chance.

use serde::{Deserialize, Serialize};

use super::discrete::check_weights;
use super::law::{Kind, Law, Probability};
use super::parameter::PathItem;
use super::{Check, Distribution, Truncate};

/// A value from one of `components`, which one in proportion to its weight.
///
/// One uniform gives the value: the quantile of the mixture is the smallest double at
/// which the weighted sum of the components' cumulative functions reaches the
/// probability. It is searched among the doubles between the components' own quantiles. Mean and variance follow from those of the components.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mixture {
    /// The components, at least 1. A model may have 100 within one distribution, and
    /// mixtures within mixtures to a depth of 8.
    pub components: Vec<Distribution>,
    /// A weight for each component, from 0 to 1e100; at least one is above 0.
    pub weights: Vec<f64>,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

/// How deep mixtures may stand in each other.
pub const MAX_DEPTH: usize = 8;
/// The most components of a mixture, with those of the mixtures in it.
pub const MAX_COMPONENTS: usize = 100;

#[derive(Debug)]
pub(crate) struct MixtureLaw {
    /// The laws with a weight above 0, and their shares, whose sum is 1.
    components: Vec<(f64, Box<dyn Law>)>,
}

impl Kind for Mixture {
    type Law = MixtureLaw;

    fn law(&self, check: &mut Check) -> Option<MixtureLaw> {
        check.length("components", self.components.len(), MAX_COMPONENTS);
        check_weights(check, &self.weights, ("components", self.components.len()));
        let mut laws = vec![];
        for (index, component) in self.components.iter().enumerate().take(MAX_COMPONENTS) {
            let path = [PathItem::Name("components"), PathItem::Index(index)];
            let is_allowed = check.component(MAX_DEPTH, MAX_COMPONENTS);
            laws.push(if is_allowed { check.inside(&path, |check| component.law(check)) } else { None });
        }
        check.passed()?;
        let total: f64 = self.weights.iter().sum();
        let shares = self.weights.iter().map(|weight| weight / total);
        let components =
            shares.zip(laws).filter_map(|(share, law)| Some((share, law?))).filter(|(share, _)| *share > 0.0);
        Some(MixtureLaw { components: components.collect() })
    }
}

impl MixtureLaw {
    fn sum(&self, of: impl Fn(&dyn Law) -> Probability) -> Probability {
        let mut sum = Probability { lower: 0.0, upper: 0.0 };
        for (share, law) in &self.components {
            let one = of(&**law);
            sum = Probability { lower: sum.lower + share * one.lower, upper: sum.upper + share * one.upper };
        }
        sum
    }
}

impl Law for MixtureLaw {
    fn quantile(&self, wanted: Probability) -> f64 {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for (_, law) in &self.components {
            let value = law.quantile(wanted);
            (low, high) = (low.min(value), high.max(value));
        }
        // The quantile is between those of the components, so the double before them is too low.
        let (low, high) = (place(low).saturating_sub(1), place(high));
        double(first_reached(low, high, |place| self.cdf(double(place)).excess(wanted)))
    }

    fn cdf(&self, x: f64) -> Probability {
        self.sum(|law| law.cdf(x))
    }

    fn below(&self, x: f64) -> Probability {
        self.sum(|law| law.below(x))
    }

    fn settle(&mut self) {
        for (_, law) in &mut self.components {
            law.settle();
        }
    }

    fn support(&self) -> (f64, f64) {
        let supports = self.components.iter().map(|(_, law)| law.support());
        supports.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), (min, max)| (low.min(min), high.max(max)))
    }

    fn is_whole(&self) -> bool {
        self.components.iter().all(|(_, law)| law.is_whole())
    }

    fn mean(&self) -> f64 {
        self.components.iter().map(|(share, law)| share * law.mean()).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        let parts = self.components.iter().map(|(share, law)| {
            let distance = law.mean() - mean;
            share * (law.variance() + distance * distance)
        });
        parts.sum()
    }
}

/// The first place above `low` and up to `high` where `excess`, which never falls, is not negative.
///
/// The method ITP (Oliveira and Takahashi, "An enhancement of the bisection method average
/// performance preserving minmax optimality", ACM TOMS 47, 2020) with its parameters 0.2,
/// 2 and 1: at most one step more than bisection takes, and few where `excess` is smooth.
fn first_reached(mut low: u64, mut high: u64, excess: impl Fn(u64) -> f64) -> u64 {
    if high - low <= 1 {
        return high;
    }
    let (mut at_low, mut at_high) = (excess(low), excess(high));
    if at_low >= 0.0 || at_high < 0.0 {
        // Only by rounding.
        return if at_low >= 0.0 { low } else { high };
    }
    let at_first = width(low, high);
    let mut most = 1.0;
    while most < at_first {
        most *= 2.0;
    }
    while high - low > 1 {
        let width = width(low, high);
        let half = 0.5 * width;
        // Where a straight line reaches it, moved towards the middle, but not far from it.
        let line = width * (at_low / (at_low - at_high));
        let towards = if line <= half { 1.0 } else { -1.0 };
        let shift = 0.2 * width * (width / at_first);
        let moved = if shift <= (half - line).abs() { line + towards * shift } else { half };
        let radius = most - half;
        let step = if (moved - half).abs() <= radius { moved } else { half - towards * radius };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 2^64")]
        let middle = low + (step as u64).clamp(1, high - low - 1);
        let at_middle = excess(middle);
        if at_middle >= 0.0 {
            (high, at_high) = (middle, at_middle);
        } else {
            (low, at_low) = (middle, at_middle);
        }
        most *= 0.5;
    }
    high
}

#[expect(clippy::cast_precision_loss, reason = "the steps need not be exact")]
fn width(low: u64, high: u64) -> f64 {
    (high - low) as f64
}

/// The number of a double in their order; `-0` comes before `0`.
fn place(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

/// The double with this number.
fn double(place: u64) -> f64 {
    f64::from_bits(if place >> 63 == 1 { place ^ 1 << 63 } else { !place })
}
