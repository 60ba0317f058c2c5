//! A block of values added at once, with vector instructions.
//!
//! Each value is cut into pieces whose sums over a block are exact in doubles, and those sums are added to the limbs. This is
//! the extraction of Rump, Ogita and Oishi ("Accurate Floating-Point Summation, Part I", SIAM Journal on Scientific Computing
//! 31, 2008). If values are so much smaller than the largest that something is left of them, the block is added value by
//! value. A square is two doubles without rounding by Dekker's product ("A Floating-Point Technique for Extending the
//! Available Precision", Numerische Mathematik 18, 1971).

use super::{ExactSum, biased_exponent};

/// The most values of a block.
pub(super) const LENGTH: usize = 512;

/// The binary logarithm of [`LENGTH`].
const LENGTH_BITS: i32 = 9;

/// Independent sums, so that additions do not wait for each other.
const LANES: usize = 16;

/// How many pieces a value is cut into: together they hold the bits down to 2^-134 of the largest value.
const PIECES: usize = 3;

/// Adds up to [`LENGTH`] values.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
pub(super) fn add(sum: &mut ExactSum, values: &[f64]) {
    let largest = largest(values);
    if largest == 0.0 {
        return;
    }
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut pieces = Pieces::new(largest);
    if is_moderate(largest) {
        for chunk in chunks {
            pieces.add(chunk);
        }
    }
    if is_moderate(largest) && pieces.left == 0 {
        pieces.add_to(sum);
    } else {
        for &value in chunks.as_flattened() {
            sum.add_value(value);
        }
    }
    for &value in rest {
        sum.add_value(value);
    }
}

/// Adds the squares of up to [`LENGTH`] values.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
pub(super) fn add_squares(sum: &mut ExactSum, values: &[f64]) {
    let largest = largest(values);
    if largest == 0.0 {
        return;
    }
    let (chunks, rest) = values.as_chunks::<LANES>();
    let mut squares = Pieces::new(largest * largest);
    let mut errors = Pieces::new(largest * largest * f64::EPSILON);
    // Between these, neither a square nor its rounding error overflows or loses bits.
    let is_moderate = biased_exponent(largest) < 1023 + 400 && biased_exponent(smallest(values)) > 1023 - 400;
    if is_moderate {
        for chunk in chunks {
            squares.add(&chunk.map(|value| value * value));
            errors.add(&chunk.map(error_of_square));
        }
    }
    if is_moderate && (squares.left | errors.left) == 0 {
        squares.add_to(sum);
        errors.add_to(sum);
    } else {
        for &value in chunks.as_flattened() {
            sum.add_square(value);
        }
    }
    for &value in rest {
        sum.add_square(value);
    }
}

/// Sums of pieces of the values of a block.
struct Pieces {
    /// Added to a value and subtracted again, each rounds it to a unit of which the values of a block are fewer than 2^53.
    cutters: [f64; PIECES],
    sums: [[f64; LANES]; PIECES],
    /// 0 if nothing was left of any value.
    left: u64,
}

impl Pieces {
    /// For values of at most `bound`. Meaningless unless that [is moderate](is_moderate).
    #[inline]
    fn new(bound: f64) -> Self {
        // Values are below 2^exponent, and what a cut leaves is at most half of its unit, 2^(exponent + LENGTH_BITS - 54).
        let exponent = biased_exponent(bound) - 1022;
        let cutter = |exponent: i32| {
            // 1.5 · 2^(exponent + LENGTH_BITS - 1).
            f64::from_bits(u64::from((exponent + LENGTH_BITS - 1 + 1023).unsigned_abs()) << 52 | 1 << 51)
        };
        let step = 53 - LENGTH_BITS;
        let cutters = [cutter(exponent), cutter(exponent - step), cutter(exponent - 2 * step)];
        Self { cutters, sums: [[0.0; LANES]; PIECES], left: 0 }
    }

    #[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
    #[inline(always)]
    fn add(&mut self, values: &[f64; LANES]) {
        let mut values = *values;
        for (sums, cutter) in self.sums.iter_mut().zip(self.cutters) {
            for (value, sum) in values.iter_mut().zip(sums) {
                let piece = (cutter + *value) - cutter;
                *sum += piece;
                *value -= piece;
            }
        }
        // Without the sign: -0 is nothing too.
        self.left |= values.iter().fold(0, |left, value| left | value.to_bits() << 1);
    }

    fn add_to(&self, sum: &mut ExactSum) {
        for sums in &self.sums {
            sum.add_value(sums.iter().sum());
        }
    }
}

/// What `value * value` lacks to the square.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn error_of_square(value: f64) -> f64 {
    // Veltkamp's splitting: two parts of at most 26 bits, whose products are exact.
    let scaled = 134_217_729.0 * value;
    let high = scaled - (scaled - value);
    let low = value - high;
    low * low - (((value * value - high * high) - low * high) - low * high)
}

/// Whether cutting stays within the range of doubles.
fn is_moderate(largest: f64) -> bool {
    (250..=2000).contains(&biased_exponent(largest))
}

/// The largest absolute value.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn largest(values: &[f64]) -> f64 {
    fold(values, 0.0, |largest, value| if value.abs() > largest { value.abs() } else { largest })
}

/// The smallest absolute value that is not 0, or 1 if that is smaller.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn smallest(values: &[f64]) -> f64 {
    fold(values, 1.0, |smallest, value| if value.abs() < smallest && value != 0.0 { value.abs() } else { smallest })
}

/// In lanes, since compilers do not reorder comparisons of doubles.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn fold(values: &[f64], start: f64, choose: impl Fn(f64, f64) -> f64) -> f64 {
    let mut lanes = [start; LANES];
    let (chunks, rest) = values.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = choose(*lane, *value);
        }
    }
    lanes.iter().chain(rest).fold(start, |chosen, value| choose(chosen, *value))
}
