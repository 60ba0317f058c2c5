//! Values that were observed, and those between them.

use serde::{Deserialize, Serialize};

use super::law::{Kind, Law, Probability};
use super::parameter::PathItem;
use super::{Check, MAX_LENGTH, Truncate};

/// Values spread like `data`: the quantile is that of the data, interpolated.
///
/// With the data sorted from `x[0]` to `x[n - 1]` and `h = (n - 1) * p`, the
/// quantile is `x[⌊h⌋] + (h - ⌊h⌋) * (x[⌊h⌋ + 1] - x[⌊h⌋])`: type 7 of Hyndman and
/// Fan ("Sample Quantiles in Statistical Packages", The American Statistician 50,
/// 1996), the default of numpy and R. Values are between the smallest and the
/// largest of the data.
///
/// Mean: that of the straight pieces, `Σ (x[i] + x[i + 1]) / 2 / (n - 1)`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empirical {
    /// The observations, 1 to 10,000 of them, in any order.
    pub data: Vec<f64>,
    /// Bounds for the values drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<Truncate>,
}

#[derive(Debug)]
pub(crate) struct EmpiricalLaw {
    /// Ascending, at least two.
    data: Vec<f64>,
    /// The number of pieces between them.
    pieces: f64,
}

impl Kind for Empirical {
    type Law = EmpiricalLaw;

    fn law(&self, check: &mut Check) -> Option<EmpiricalLaw> {
        let mut are_finite = check.length("data", self.data.len(), MAX_LENGTH);
        if are_finite {
            for (index, &value) in self.data.iter().enumerate() {
                let path = [PathItem::Name("data"), PathItem::Index(index)];
                are_finite &= check.inside(&path, |check| check.value("an observation", value, &[]));
            }
        }
        let mut data = self.data.clone();
        data.sort_by(f64::total_cmp);
        if are_finite && !(data[data.len() - 1] - data[0]).is_finite() {
            check.error("data", "finite_number", || {
                "the largest minus the smallest should be a finite number".to_owned()
            });
        }
        check.passed()?;
        if data.len() == 1 {
            data.push(data[0]);
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
        let pieces = (data.len() - 1) as f64;
        Some(EmpiricalLaw { data, pieces })
    }
}

impl EmpiricalLaw {
    /// The probability at `x` inside the piece that begins with the element before `place`.
    fn within(&self, place: usize, x: f64) -> Probability {
        if place == 0 {
            return Probability::ZERO;
        }
        if place == self.data.len() {
            return Probability::ONE;
        }
        let (from, to) = (self.data[place - 1], self.data[place]);
        #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
        let (before, after) = ((place - 1) as f64, (self.data.len() - 1 - place) as f64);
        Probability {
            lower: (before + (x - from) / (to - from)) / self.pieces,
            upper: (after + (to - x) / (to - from)) / self.pieces,
        }
    }
}

impl Law for EmpiricalLaw {
    fn quantile(&self, probability: Probability) -> f64 {
        let place = self.pieces * probability.lower;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 10,000")]
        let piece = (place as usize).min(self.data.len() - 2);
        #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
        let share = place - piece as f64;
        let (from, to) = (self.data[piece], self.data[piece + 1]);
        (from + share * (to - from)).min(to)
    }

    fn cdf(&self, x: f64) -> Probability {
        self.within(self.data.partition_point(|&value| value <= x), x)
    }

    fn below(&self, x: f64) -> Probability {
        self.within(self.data.partition_point(|&value| value < x), x)
    }

    fn support(&self) -> (f64, f64) {
        (self.data[0], self.data[self.data.len() - 1])
    }

    fn is_whole(&self) -> bool {
        self.data[0] == self.data[self.data.len() - 1] && self.data[0].fract() == 0.0
    }

    fn mean(&self) -> f64 {
        self.data.windows(2).map(|pair| (0.5 * pair[0] + 0.5 * pair[1]) / self.pieces).sum()
    }

    fn variance(&self) -> f64 {
        let mean = self.mean();
        let squares = self.data.windows(2).map(|pair| {
            let (from, to) = (pair[0] - mean, pair[1] - mean);
            (from * from + from * to + to * to) / (3.0 * self.pieces)
        });
        squares.sum()
    }
}
