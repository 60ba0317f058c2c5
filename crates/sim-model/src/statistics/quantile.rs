//! Quantiles and their intervals, as ranks.

use super::moments::as_double;
use super::selection::Selection;
use crate::real;

/// The 97.5 % quantile of the standard normal distribution.
const NORMAL_975: f64 = 1.959_963_984_540_054;

/// From this variance on, a binomial distribution counts as normal.
const NORMAL_VARIANCE: f64 = 100.0;

/// Which order statistics make a quantile and its interval. Ranks are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ranks {
    lower: u64,
    /// How far the quantile lies between the value at `lower` and the next, from 0 to below 1.
    fraction: f64,
    low: u64,
    high: u64,
}

/// A quantile and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Quantile {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Ranks {
    /// Of the quantile for `probability`, 0 to 1, of at least one value.
    ///
    /// The definition is type 7 of Hyndman and Fan ("Sample Quantiles in Statistical Packages", The American Statistician 50,
    /// 1996): the value at (n − 1) p, linear between ranks.
    ///
    /// The interval is between two order statistics. It covers the true quantile with a probability of at least 95 %: the
    /// number of values below the true quantile is binomial, and leaves the interval to either side with at most 2.5 %. Near
    /// the ends, where no order statistic is far enough out, it ends at the minimum or maximum.
    pub(crate) fn of(probability: f64, count: u64) -> Self {
        let last = count - 1;
        let position = as_double(last) * probability;
        let lower = whole(position).min(last);
        let (below, above) = (lowest(count, probability), lowest(count, 1.0 - probability));
        // Counted from 1, the interval runs from the binomial 2.5 % quantile to one above the 97.5 % quantile. The latter is
        // the count minus the former of the opposite probability.
        let low = below.saturating_sub(1).min(lower);
        let high = (count - above).min(last).max(lower);
        Self { lower, fraction: position - as_double(lower), low, high }
    }

    /// The ranks whose values are needed.
    pub(crate) fn needed(self) -> impl Iterator<Item = u64> {
        let next = (self.fraction > 0.0).then_some(self.lower + 1);
        [self.lower, self.low, self.high].into_iter().chain(next)
    }

    /// None if one of the values is not found yet.
    pub(crate) fn read(self, selection: &Selection) -> Option<Quantile> {
        let (low, high) = (selection.value(self.low)?, selection.value(self.high)?);
        let lower = selection.value(self.lower)?;
        let value =
            if self.fraction > 0.0 { between(lower, selection.value(self.lower + 1)?, self.fraction) } else { lower };
        Some(Quantile { value, low: low.min(value), high: high.max(value) })
    }
}

/// The number that lies `fraction` of the way from `low` to `high`.
pub(crate) fn between(low: f64, high: f64, fraction: f64) -> f64 {
    let width = high - low;
    if width.is_finite() {
        low + width * fraction
    } else {
        // Halves, since the whole is beyond the largest double.
        2.0 * (low / 2.0 + (high / 2.0 - low / 2.0) * fraction)
    }
}

/// The smallest k for which a binomial variable of `count` trials is above k − 1 with at least 97.5 %, counted from 0: its
/// 2.5 % quantile.
///
/// Exact probabilities are summed while the variance is below 100. From there on the normal approximation is used, rounded
/// outwards.
fn lowest(count: u64, probability: f64) -> u64 {
    let trials = as_double(count);
    let (mean, variance) = (trials * probability, trials * probability * (1.0 - probability));
    if variance >= NORMAL_VARIANCE {
        return whole(mean - NORMAL_975 * variance.sqrt());
    }
    if probability > 0.5 {
        return highest_failures(count, 1.0 - probability);
    }
    let mut cumulated = 0.0;
    for (successes, term) in binomial(count, probability) {
        cumulated += term;
        if cumulated > 0.025 {
            return successes;
        }
    }
    count
}

/// The 2.5 % quantile of the successes where the failures are the rarer: the count minus the 97.5 % quantile of the failures.
fn highest_failures(count: u64, probability: f64) -> u64 {
    let mut cumulated = 0.0;
    for (failures, term) in binomial(count, probability) {
        cumulated += term;
        if cumulated >= 0.975 {
            return count - failures;
        }
    }
    0
}

/// The probabilities of 0, 1, 2, … successes.
fn binomial(count: u64, probability: f64) -> impl Iterator<Item = (u64, f64)> {
    let (trials, odds) = (as_double(count), probability / (1.0 - probability));
    let mut term = real::exp(trials * real::log1p(-probability));
    (0..=count).map(move |successes| {
        let current = term;
        term = term * odds * ((trials - as_double(successes)) / (as_double(successes) + 1.0));
        (successes, current)
    })
}

/// The integer part of a number that is at least 0 and below 2^53; 0 of a negative one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the conversion is what is wanted")]
fn whole(value: f64) -> u64 {
    value as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::{Ranks, between, lowest};

    // binom.ppf(0.025, n, p) of scipy 1.17.1, except for the normal case, which is rounded down from 175.
    const JUDGED: [(u64, f64, u64); 10] = [
        (10, 0.5, 2),
        (100, 0.5, 40),
        (390, 0.5, 176),
        (1_000, 0.05, 37),
        (1_000, 0.95, 936),
        (2_000, 0.01, 12),
        (2_000, 0.99, 1_971),
        (1_000_000, 0.000_05, 37),
        (10, 0.05, 0),
        (3, 0.9, 1),
    ];

    #[test]
    fn binomial_quantiles_are_those_of_another_program() {
        for (count, probability, quantile) in JUDGED {
            assert_eq!(lowest(count, probability), quantile, "{count} trials of {probability}");
        }
    }
    #[test]
    fn type_7_lies_between_the_ranks_around_n_minus_1_times_p() {
        let ranks = Ranks::of(0.25, 4);
        assert_eq!((ranks.lower, ranks.fraction), (0, 0.75));
        assert_eq!((Ranks::of(1.0, 10).lower, Ranks::of(0.0, 10).lower), (9, 0));
        assert_eq!((Ranks::of(0.5, 11).lower, Ranks::of(0.5, 11).fraction), (5, 0.0));
    }

    #[test]
    fn the_interval_of_an_extreme_is_the_extreme() {
        assert_eq!((Ranks::of(0.0, 1_000).low, Ranks::of(0.0, 1_000).high), (0, 0));
        assert_eq!((Ranks::of(1.0, 1_000).low, Ranks::of(1.0, 1_000).high), (999, 999));
        assert_eq!((Ranks::of(0.5, 1).low, Ranks::of(0.5, 1).high), (0, 0));
    }

    #[test]
    fn interpolation_never_overflows() {
        assert_eq!(between(-f64::MAX, f64::MAX, 0.5), 0.0);
        assert_eq!(between(1.0, 3.0, 0.25), 1.5);
    }

    proptest! {
        #[test]
        fn ranks_are_within_the_values(probability in 0.0..=1.0, count in 1_u64..10_000_000) {
            let ranks = Ranks::of(probability, count);
            prop_assert!(ranks.low <= ranks.lower && ranks.lower <= ranks.high && ranks.high < count);
            prop_assert!(ranks.needed().all(|rank| rank < count));
        }
    }
}
