//! Mean, standard deviation and their standard errors.

use num_bigint::BigUint;

use super::exact_sum::{EXPONENT, ExactSum};
use super::ratio::{nearest, scale};

/// Count, sum, sum of squares and extremes of values.
#[derive(Clone, Debug)]
pub(crate) struct Sums {
    pub(crate) count: u64,
    pub(crate) minimum: f64,
    pub(crate) maximum: f64,
    /// Whether all values are integers that are exact in doubles.
    pub(crate) whole: bool,
    sum: ExactSum,
    squares: ExactSum,
}

impl Sums {
    pub(crate) const fn new() -> Self {
        let (sum, squares) = (ExactSum::new(), ExactSum::new());
        Self { count: 0, minimum: f64::INFINITY, maximum: f64::NEG_INFINITY, whole: true, sum, squares }
    }

    /// Adds finite values.
    pub(crate) fn add(&mut self, values: &[f64]) {
        self.count += values.len() as u64;
        let (minimum, maximum) = extremes(values);
        self.minimum = self.minimum.min(minimum);
        self.maximum = self.maximum.max(maximum);
        self.whole = self.whole && values.iter().all(|&value| is_whole(value));
        self.sum.add(values);
        self.squares.add_squares(values);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.minimum = self.minimum.min(other.minimum);
        self.maximum = self.maximum.max(other.maximum);
        self.whole &= other.whole;
        self.sum.merge(other.sum);
        self.squares.merge(other.squares);
    }

    /// The double nearest to Σx / n, for at least one value.
    pub(crate) fn mean(&self) -> f64 {
        nearest(&self.sum.units(), &self.count.into(), EXPONENT.into())
    }

    /// The standard deviation of the sample, √((n Σx² − (Σx)²) / (n (n − 1))), for at least two values.
    ///
    /// The quotient is exact, then rounded, and the root is rounded.
    pub(crate) fn standard_deviation(&self) -> f64 {
        let sum = self.sum.units();
        // Both terms in units of 2^(2 EXPONENT).
        let numerator = ((self.squares.units() * self.count) << EXPONENT.unsigned_abs()) - &sum * &sum;
        let denominator = BigUint::from(self.count) * (self.count - 1);
        // An even power of two keeps the variance of any values within the range of doubles.
        let length = |bits: u64| i32::try_from(bits).unwrap_or(i32::MAX);
        let power = (length(numerator.bits()) - length(denominator.bits())) / 2 + EXPONENT;
        let variance = nearest(&numerator, &denominator, i64::from(2 * EXPONENT - 2 * power));
        scale(variance.sqrt(), power)
    }
}

/// The sum of the fourth powers of the values' distances from their mean.
///
/// Each power is computed in doubles; their sum is exact. Values are scaled by a power of two to at most 1/2, which keeps
/// powers within the range of doubles.
#[derive(Clone, Debug)]
pub(crate) struct FourthPowers {
    /// Values are multiplied by 2^-power.
    power: i32,
    mean: f64,
    sum: ExactSum,
}

impl FourthPowers {
    /// Of values whose mean and extremes are known.
    pub(crate) fn about(mean: f64, sums: &Sums) -> Self {
        let largest = sums.minimum.abs().max(sums.maximum.abs());
        // Values become at most 1/2, and distances at most 1.
        let power = exponent(largest) + 2;
        Self { power, mean: scale(mean, -power), sum: ExactSum::new() }
    }

    /// About the same mean, without values.
    pub(crate) fn empty(&self) -> Self {
        Self { sum: ExactSum::new(), ..*self }
    }

    pub(crate) fn add(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            let mut powers = [0.0; BLOCK];
            fourth_powers(block, self.factor(), self.mean, &mut powers);
            self.sum.add(&powers[..block.len()]);
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.sum.merge(other.sum);
    }

    /// The standard error of the standard deviation `deviation` of `count` values.
    ///
    /// It is that of the variance, √((m₄ − s⁴ (n − 3) / (n − 1)) / n) with the fourth central moment m₄, divided by 2 s.
    /// Source: Cramér, "Mathematical Methods of Statistics" (1946), section 27.4.
    pub(crate) fn error_of_deviation(&self, count: u64, deviation: f64) -> f64 {
        if deviation == 0.0 {
            return 0.0;
        }
        let fourth = nearest(&self.sum.units(), &count.into(), EXPONENT.into());
        let scaled = deviation * self.factor();
        let (count, square) = (as_double(count), scaled * scaled);
        let variance = (fourth - square * square * ((count - 3.0) / (count - 1.0))) / count;
        let error = variance.max(0.0).sqrt() / (2.0 * scaled);
        scale(error, self.power)
    }

    fn factor(&self) -> f64 {
        scale(1.0, -self.power)
    }
}

/// An integer below 2^53 as a double.
#[expect(clippy::cast_precision_loss, reason = "no run has 2^53 samples")]
pub(crate) const fn as_double(count: u64) -> f64 {
    count as f64
}

const BLOCK: usize = 512;

#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn fourth_powers(values: &[f64], factor: f64, mean: f64, powers: &mut [f64; BLOCK]) {
    for (power, value) in powers.iter_mut().zip(values) {
        let distance = value * factor - mean;
        let square = distance * distance;
        *power = square * square;
    }
}

#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn extremes(values: &[f64]) -> (f64, f64) {
    const LANES: usize = 16;
    let (mut low, mut high) = ([f64::INFINITY; LANES], [f64::NEG_INFINITY; LANES]);
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (value, (low, high)) in chunk.iter().zip(low.iter_mut().zip(&mut high)) {
            *low = if value < low { *value } else { *low };
            *high = if value > high { *value } else { *high };
        }
    }
    let minimum = low.iter().chain(rest).fold(f64::INFINITY, |minimum, value| minimum.min(*value));
    let maximum = high.iter().chain(rest).fold(f64::NEG_INFINITY, |maximum, value| maximum.max(*value));
    (minimum, maximum)
}

/// How many values are above the threshold.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
pub(crate) fn count_above(values: &[f64], threshold: f64) -> u64 {
    values.iter().map(|value| u64::from(*value > threshold)).sum()
}

/// The power of two that is at most the absolute value; that of the smallest double of full precision for smaller ones.
const fn exponent(value: f64) -> i32 {
    let biased = (value.to_bits() >> 52 & 0x7FF) as i32;
    if biased == 0 { -1022 } else { biased - 1023 }
}

/// Whether a value is an integer from -2^53 to 2^53.
fn is_whole(value: f64) -> bool {
    const LARGEST: f64 = 9_007_199_254_740_992.0;
    value.abs() <= LARGEST && value.trunc() == value
}
