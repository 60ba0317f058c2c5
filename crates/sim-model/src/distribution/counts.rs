//! Distributions of counts 0, 1, 2, …: the smallest count that a probability reaches.
//!
//! What counts have in common is the ratio of one probability to the one before, and a
//! cumulative function. Three ways lead to the same answer:
//! - a table of cumulative probabilities, summed with 32 digits, for those that are
//!   prepared for many draws and not too wide;
//! - adding probabilities from 0 on, where few are needed;
//! - a search around a guess, by the cumulative function, everywhere else.
//!
//! A probability that a count meets exactly counts as reached: the median of
//! `binomial(3, 0.5)` is 1. Where doubles cannot tell, the table decides.

use super::law::{Law, Probability};
use super::special::double_double::DoubleDouble;
use super::standard_normal;

/// The most counts that a table may have.
const WIDEST_TABLE: usize = 4096;
/// The most counts in a table that is made to settle a single doubt.
const WIDEST_DOUBT: usize = 256;
/// The furthest count that is reached by adding.
const FURTHEST_SUM: f64 = 200.0;
/// Probabilities whose relative distance is below this may be equal.
const DOUBT: f64 = 1e-12;

/// A distribution of counts.
pub(super) trait Count: std::fmt::Debug + Send + Sync {
    /// The probability of at most `count`, and of more. `count` is below the largest.
    fn at_most(&self, count: f64) -> Probability;
    /// The probability of `count + 1` divided by that of `count`.
    fn ratio(&self, count: f64) -> f64;
    /// The ratio with 32 digits.
    fn exact_ratio(&self, count: f64) -> DoubleDouble;
    /// The probability of 0.
    fn zero(&self) -> f64;
    /// The largest count, or infinity.
    fn largest(&self) -> f64;
    /// The most likely count.
    fn mode(&self) -> f64;
    fn mean(&self) -> f64;
    fn variance(&self) -> f64;
    fn skewness(&self) -> f64;
    /// The only count that there is, if there is but one.
    fn only(&self) -> Option<f64>;
}

#[derive(Debug)]
pub(crate) struct CountLaw<C> {
    count: C,
    table: Option<Table>,
}

impl<C: Count> CountLaw<C> {
    pub(super) fn new(count: C) -> Self {
        Self { count, table: None }
    }

    fn at_most(&self, count: f64) -> Probability {
        if count < 0.0 {
            Probability::ZERO
        } else if count >= self.count.largest() {
            Probability::ONE
        } else {
            self.count.at_most(count)
        }
    }

    /// By adding probabilities from 0 on; None if that is long, inaccurate or in doubt.
    fn by_sum(&self, wanted: Probability) -> Option<f64> {
        let (mut count, mut weight) = (0.0, self.count.zero());
        let mut sum = weight;
        if wanted.upper < 1e-3 || weight < 1e-290 {
            return None;
        }
        while sum < wanted.lower * (1.0 - DOUBT) {
            weight *= self.count.ratio(count);
            sum += weight;
            count += 1.0;
            if count >= FURTHEST_SUM {
                return None;
            }
        }
        (sum > wanted.lower * (1.0 + DOUBT)).then_some(count)
    }

    /// By the cumulative function; None if it is in doubt.
    fn by_search(&self, wanted: Probability) -> Result<f64, f64> {
        let z = standard_normal::quantile(wanted);
        // The first terms of Cornish and Fisher.
        let guess =
            self.count.mean() + self.count.variance().sqrt() * (z + (z * z - 1.0) * self.count.skewness() / 6.0);
        let guess = guess.round().clamp(0.0, self.count.largest().min(1e15));
        let mut in_doubt = None;
        let mut reaches = |count: f64| {
            let reached = self.at_most(count);
            if is_doubtful(reached, wanted) {
                in_doubt = Some(count);
            }
            reached.reaches(wanted)
        };
        // Below `high` and from `low` on it is: `high` reaches, `low` does not.
        let (mut low, mut high, mut step) = (guess, guess, 1.0);
        if reaches(guess) {
            loop {
                low = high - step;
                if low < 0.0 {
                    low = -1.0;
                    break;
                }
                if !reaches(low) {
                    break;
                }
                high = low;
                step *= 2.0;
            }
        } else {
            loop {
                high = low + step;
                if reaches(high) {
                    break;
                }
                low = high;
                step *= 2.0;
            }
        }
        while high - low > 1.0 {
            let middle = ((low + high) * 0.5).floor();
            if reaches(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        match in_doubt {
            Some(count) if count == high || count == low => Err(high),
            _ => Ok(high),
        }
    }
}

fn is_doubtful(reached: Probability, wanted: Probability) -> bool {
    let (have, want) = if wanted.lower <= 0.5 { (reached.lower, wanted.lower) } else { (reached.upper, wanted.upper) };
    (have - want).abs() <= DOUBT * want
}

impl<C: Count> Law for CountLaw<C> {
    fn quantile(&self, wanted: Probability) -> f64 {
        if let Some(only) = self.count.only() {
            return only;
        }
        if let Some(count) = self.table.as_ref().and_then(|table| table.quantile(wanted)) {
            return count;
        }
        if self.table.is_none()
            && let Some(count) = self.by_sum(wanted)
        {
            return count;
        }
        self.by_search(wanted).unwrap_or_else(|count| {
            let table = Table::new(&self.count, WIDEST_DOUBT);
            table.and_then(|table| table.quantile(wanted)).unwrap_or(count)
        })
    }

    fn cdf(&self, x: f64) -> Probability {
        match self.count.only() {
            Some(only) if x < only => Probability::ZERO,
            Some(_) => Probability::ONE,
            None => self.at_most(x.floor()),
        }
    }

    fn settle(&mut self) {
        if self.count.only().is_none() {
            self.table = Table::new(&self.count, WIDEST_TABLE);
        }
    }

    fn support(&self) -> (f64, f64) {
        match self.count.only() {
            Some(only) => (only, only),
            None => (0.0, self.count.largest()),
        }
    }

    fn is_whole(&self) -> bool {
        true
    }

    fn mean(&self) -> f64 {
        self.count.mean()
    }

    fn variance(&self) -> f64 {
        self.count.variance()
    }
}

/// Cumulative probabilities of the counts that matter.
#[derive(Debug)]
struct Table {
    first: f64,
    /// Whether there are counts below the first, and above the last.
    is_cut_below: bool,
    is_cut_above: bool,
    reached: Vec<Probability>,
    /// For each of [`CELLS`] slices of probability, the first place that reaches its lower end.
    guide: Vec<usize>,
}

const CELLS: f64 = 256.0;

/// Counts beyond those whose probability is this, beside that of the most likely, change nothing.
const NEGLIGIBLE: f64 = 1e-36;

impl Table {
    /// None if it would be wider than `widest`.
    fn new(count: &impl Count, widest: usize) -> Option<Self> {
        // A first look that costs nothing: a table is 25 standard deviations wide at least.
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let room = widest as f64;
        if count.variance() > room * room / 625.0 {
            return None;
        }
        let mode = count.mode();
        let one = DoubleDouble::from(1.0);
        let mut below = vec![];
        let (mut weight, mut at) = (one, mode);
        while at > 0.0 {
            weight = weight.ratio_of(count.exact_ratio(at - 1.0));
            if weight.to_double() < NEGLIGIBLE {
                break;
            }
            at -= 1.0;
            below.push(weight);
            if below.len() > widest {
                return None;
            }
        }
        let first = at;
        let mut weights: Vec<DoubleDouble> = below.into_iter().rev().collect();
        weights.push(one);
        (weight, at) = (one, mode);
        while at < count.largest() {
            weight = weight.product(count.exact_ratio(at));
            if weight.to_double() < NEGLIGIBLE {
                break;
            }
            at += 1.0;
            weights.push(weight);
            if weights.len() > widest {
                return None;
            }
        }
        Some(Self::from_weights(first, at < count.largest(), &weights))
    }

    fn from_weights(first: f64, is_cut_above: bool, weights: &[DoubleDouble]) -> Self {
        let sums = |sum: &mut DoubleDouble, weight: &DoubleDouble| {
            *sum = sum.plus(*weight);
            Some(*sum)
        };
        let from_below: Vec<_> = weights.iter().scan(DoubleDouble::ZERO, sums).collect();
        let mut from_above: Vec<_> = weights.iter().rev().scan(DoubleDouble::ZERO, sums).collect();
        from_above.reverse();
        from_above.push(DoubleDouble::ZERO);
        let total = from_above[0];
        let reached: Vec<_> = from_below
            .iter()
            .zip(&from_above[1..])
            .map(|(below, above)| Probability { lower: below.ratio(total), upper: above.ratio(total) })
            .collect();
        let mut guide = vec![];
        let (mut place, mut cell) = (0, 0.0);
        while cell < CELLS {
            while reached[place].lower < cell / CELLS && place + 1 < reached.len() {
                place += 1;
            }
            guide.push(place);
            cell += 1.0;
        }
        guide.push(reached.len());
        Self { first, is_cut_below: first > 0.0, is_cut_above, reached, guide }
    }

    /// None if the answer is outside of the table.
    fn quantile(&self, wanted: Probability) -> Option<f64> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to CELLS")]
        let cell = ((CELLS * wanted.lower) as usize).min(self.guide.len() - 2);
        // One place more on either side, since the guide was made with rounded doubles.
        let from = self.guide[cell].saturating_sub(1);
        let to = (self.guide[cell + 1] + 1).min(self.reached.len());
        let place = from + self.reached[from..to].partition_point(|reached| !reached.reaches(wanted));
        if place == 0 && self.is_cut_below || place + 1 >= self.reached.len() && self.is_cut_above {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most the length of a table")]
        let place = place.min(self.reached.len() - 1) as f64;
        Some(self.first + place)
    }
}
