//! A block of values added at once, with vector instructions.
//!
//! Each value is cut at two places into pieces whose sums over a block are exact in doubles, and those sums are added to
//! the limbs. This is the extraction of Rump, Ogita and Oishi ("Accurate Floating-Point Summation, Part I", SIAM Journal on
//! Scientific Computing 31, 2008). What is left of values that are far smaller than the largest is added one by one. A
//! square is two doubles without rounding by Dekker's product ("A Floating-Point Technique for Extending the Available
//! Precision", Numerische Mathematik 18, 1971).

use super::{ExactSum, biased_exponent};

/// The most values of a block.
pub(super) const LENGTH: usize = 512;

/// The binary logarithm of [`LENGTH`].
const LENGTH_BITS: i32 = 9;

/// Independent sums, so that additions do not wait for each other.
const LANES: usize = 16;

/// Adds up to [`LENGTH`] values.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
pub(super) fn add(sum: &mut ExactSum, values: &[f64]) {
    let largest = largest(values);
    if largest == 0.0 {
        return;
    }
    if !is_moderate(largest) {
        for &value in values {
            sum.add_value(value);
        }
        return;
    }
    let mut column = [0.0; LENGTH];
    column[..values.len()].copy_from_slice(values);
    extract(sum, &mut column, largest);
}

/// Adds the squares of up to [`LENGTH`] values.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
pub(super) fn add_squares(sum: &mut ExactSum, values: &[f64]) {
    let largest = largest(values);
    if largest == 0.0 {
        return;
    }
    // Between these, neither a square nor its rounding error overflows or loses bits.
    if biased_exponent(largest) > 1023 + 400 || biased_exponent(smallest(values)) < 1023 - 400 {
        for &value in values {
            sum.add_square(value);
        }
        return;
    }
    let (mut squares, mut errors) = ([0.0; LENGTH], [0.0; LENGTH]);
    for (value, (square, error)) in values.iter().zip(squares.iter_mut().zip(&mut errors)) {
        // Veltkamp's splitting: two parts of at most 26 bits, whose products are exact.
        let scaled = 134_217_729.0 * value;
        let high = scaled - (scaled - value);
        let low = value - high;
        *square = value * value;
        *error = low * low - (((*square - high * high) - low * high) - low * high);
    }
    extract(sum, &mut squares, largest * largest);
    extract(sum, &mut errors, largest * largest * f64::EPSILON);
}

/// Adds values that are at most `bound`, which is far from the ends of the range of doubles.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn extract(sum: &mut ExactSum, column: &mut [f64; LENGTH], bound: f64) {
    // Values are below 2^exponent.
    let exponent = biased_exponent(bound) - 1022;
    let first = cutter(exponent + LENGTH_BITS);
    // What the first cut leaves is at most half of its unit, 2^(exponent + LENGTH_BITS - 1 - 52).
    let second = cutter(exponent + 2 * LENGTH_BITS - 53);
    let (mut upper, mut lower) = ([0.0; LANES], [0.0; LANES]);
    let mut left = 0;
    let (chunks, _) = column.as_chunks_mut::<LANES>();
    for chunk in chunks {
        for (value, (upper, lower)) in chunk.iter_mut().zip(upper.iter_mut().zip(&mut lower)) {
            let piece = (first + *value) - first;
            *upper += piece;
            let rest = *value - piece;
            let piece = (second + rest) - second;
            *lower += piece;
            *value = rest - piece;
            left |= value.to_bits() << 1;
        }
    }
    sum.add_value(upper.iter().sum());
    sum.add_value(lower.iter().sum());
    if left != 0 {
        column.iter().filter(|value| **value != 0.0).for_each(|&value| sum.add_value(value));
    }
}

/// A number that, added and subtracted again, rounds values below `2^(exponent - LENGTH_BITS)` to a unit of which
/// [`LENGTH`] of them together are fewer than 2^53.
fn cutter(exponent: i32) -> f64 {
    f64::from_bits(u64::from((exponent - 1 + 1023).unsigned_abs()) << 52 | 1 << 51)
}

/// Whether all steps of [`extract`] stay within the range of doubles.
fn is_moderate(largest: f64) -> bool {
    (200..=2000).contains(&biased_exponent(largest))
}

/// The largest absolute value.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |largest, value| if value.abs() > largest { value.abs() } else { largest })
}

/// The smallest absolute value that is not 0, or 1 if that is smaller.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn smallest(values: &[f64]) -> f64 {
    values.iter().fold(
        1.0,
        |smallest, value| {
            if value.abs() < smallest && *value != 0.0 { value.abs() } else { smallest }
        },
    )
}
