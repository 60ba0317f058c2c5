//! A value out of a list, each with its weight.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::{Bound, PathItem};
use super::special::double_double::DoubleDouble;
use super::{Check, MAX_LENGTH};

/// One of `values`, with a probability in proportion to its weight.
///
/// Mean `Σ weight * value` and variance `Σ weight * (value - mean)²`, with weights
/// divided by their sum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discrete {
    /// The values, 1 to 10,000 of them, in any order.
    pub values: Vec<f64>,
    /// A weight for each value, from 0 to 1e100; at least one is above 0.
    pub weights: Vec<f64>,
}

#[derive(Debug)]
pub(crate) struct DiscreteLaw {
    /// Ascending, each once, each with a weight above 0.
    values: Vec<f64>,
    /// The probability of each value or a smaller one.
    reached: Vec<Probability>,
    mean: f64,
    variance: f64,
}

/// Checks weights, which `discrete` and `mixture` have, for as many things as there are `others`.
pub(super) fn check_weights(check: &mut Check, weights: &[f64], others: (&'static str, usize)) {
    if weights.len() != others.1 {
        check.error("weights", "lengths_differ", || {
            format!("weights should be as many as {}, which are {}; there are {}", others.0, others.1, weights.len())
        });
    }
    let bounds = [Bound::AtLeast(0.0), Bound::AtMost(1e100)];
    let mut are_right = true;
    for (index, &weight) in weights.iter().enumerate().take(MAX_LENGTH) {
        let path = [PathItem::Name("weights"), PathItem::Index(index)];
        are_right &= check.inside(&path, |check| check.value("a weight", weight, &bounds));
    }
    if are_right && !weights.iter().any(|&weight| weight > 0.0) && !weights.is_empty() {
        check.error("weights", "no_weight", || "weights should have at least one above 0".to_owned());
    }
}

impl Kind for Discrete {
    type Law = DiscreteLaw;

    fn law(&self, check: &mut Check) -> Option<DiscreteLaw> {
        if check.length("values", self.values.len(), MAX_LENGTH) {
            for (index, &value) in self.values.iter().enumerate() {
                let path = [PathItem::Name("values"), PathItem::Index(index)];
                check.inside(&path, |check| check.value("a value", value, &[]));
            }
        }
        check_weights(check, &self.weights, ("values", self.values.len()));
        check.passed()?;
        Some(DiscreteLaw::new(self.values.iter().copied().zip(self.weights.iter().copied()).collect()))
    }
}

impl DiscreteLaw {
    fn new(mut pairs: Vec<(f64, f64)>) -> Self {
        pairs.retain(|&(_, weight)| weight > 0.0);
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let total = pairs.iter().fold(DoubleDouble::ZERO, |sum, &(_, weight)| sum.add(weight));
        let (mut values, mut reached) = (Vec::new(), Vec::new());
        let (mut mean, mut sum) = (DoubleDouble::ZERO, DoubleDouble::ZERO);
        for &(value, weight) in &pairs {
            sum = sum.add(weight);
            let probability = Probability { lower: sum.ratio(total), upper: total.minus(sum).ratio(total) };
            if values.last() == Some(&value) {
                reached.pop();
                values.pop();
            }
            values.push(value);
            reached.push(probability);
            mean = mean.plus(DoubleDouble::from(weight).ratio_of(total).times(value));
        }
        let mean = mean.to_double();
        let total = total.to_double();
        let variance = pairs.iter().map(|&(value, weight)| (weight / total) * (value - mean) * (value - mean)).sum();
        Self { values, reached, mean, variance }
    }
}

impl Law for DiscreteLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let place = self.reached.partition_point(|reached| !reached.reaches(probability));
        // The last value is reached with probability 1.
        self.values[place.min(self.values.len() - 1)]
    }

    fn cdf(&self, x: f64) -> Probability {
        match self.values.partition_point(|&value| value <= x) {
            0 => Probability::ZERO,
            count => self.reached[count - 1],
        }
    }

    fn below(&self, x: f64) -> Probability {
        match self.values.partition_point(|&value| value < x) {
            0 => Probability::ZERO,
            count => self.reached[count - 1],
        }
    }

    fn support(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn is_whole(&self) -> bool {
        self.values.iter().all(|value| value.fract() == 0.0)
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn variance(&self) -> f64 {
        self.variance
    }
}
