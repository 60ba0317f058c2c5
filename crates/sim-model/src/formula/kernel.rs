//! Operations on columns of samples.
//!
//! The loops are compiled for several instruction sets. Every lane does what the function of one value says, without
//! fused or reordered operations, so the width of the vectors changes no bit.

#![expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]

use multiversion::multiversion;

use super::operation::{Binary, FamilyFunction, Unary};
use super::remainder::floored_remainder;
use crate::distribution::FAMILIES;
use crate::real;

/// The NaN that every formula has as its value where it has none.
pub(super) const NAN: f64 = f64::from_bits(0x7FF8_0000_0000_0000);

/// The values of an operand: one for each sample, or one for all.
#[derive(Clone, Copy, Debug)]
pub(super) enum Values<'a> {
    Column(&'a [f64]),
    Constant(f64),
}

/// Writes `operation` of each value.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")]
pub(super) fn unary(operation: Unary, column: &[f64], out: &mut [f64]) {
    match operation {
        Unary::Negate => each(column, out, |x| -x),
        Unary::Not => each(column, out, |x| if x.is_nan() { x } else { truth(x == 0.0) }),
        Unary::Abs => each(column, out, f64::abs),
        Unary::Sign => each(column, out, sign),
        Unary::Floor => each(column, out, f64::floor),
        Unary::Ceil => each(column, out, f64::ceil),
        Unary::Round => each(column, out, f64::round),
        Unary::Sqrt => each(column, out, f64::sqrt),
        Unary::Exp => each(column, out, real::exp),
        Unary::Ln => each(column, out, real::ln),
        Unary::Log10 => each(column, out, real::log10),
        Unary::Sin => each(column, out, real::sin),
        Unary::Cos => each(column, out, real::cos),
        Unary::Tan => each(column, out, real::tan),
    }
}

/// Writes `operation` of each pair of values.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")]
pub(super) fn binary(operation: Binary, left: Values<'_>, right: Values<'_>, out: &mut [f64]) {
    match operation {
        Binary::Or => pairs(left, right, out, or),
        Binary::And => pairs(left, right, out, and),
        Binary::Less => pairs(left, right, out, |x, y| compared(x, y, x < y)),
        Binary::LessOrEqual => pairs(left, right, out, |x, y| compared(x, y, x <= y)),
        Binary::Greater => pairs(left, right, out, |x, y| compared(x, y, x > y)),
        Binary::GreaterOrEqual => pairs(left, right, out, |x, y| compared(x, y, x >= y)),
        Binary::Equal => pairs(left, right, out, |x, y| compared(x, y, equal(x, y))),
        Binary::NotEqual => pairs(left, right, out, |x, y| compared(x, y, !equal(x, y))),
        Binary::Add => pairs(left, right, out, |x, y| x + y),
        Binary::Subtract => pairs(left, right, out, |x, y| x - y),
        Binary::Multiply => pairs(left, right, out, |x, y| x * y),
        Binary::Divide => pairs(left, right, out, |x, y| x / y),
        Binary::Power => pairs(left, right, out, real::pow),
        Binary::Min => pairs(left, right, out, |x, y| if y < x || y.is_nan() { y } else { x }),
        Binary::Max => pairs(left, right, out, |x, y| if y > x || y.is_nan() { y } else { x }),
        Binary::Mod => pairs(left, right, out, floored_remainder),
        Binary::Atan2 => pairs(left, right, out, real::atan2),
    }
}

/// Writes the value of `then` where the condition holds, of `otherwise` where it is 0, and NaN where it is NaN.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")]
pub(super) fn choose(condition: &[f64], then: &[f64], otherwise: &[f64], out: &mut [f64]) {
    let branches = then.iter().zip(otherwise);
    for ((out, &condition), (&then, &otherwise)) in out.iter_mut().zip(condition).zip(branches) {
        let chosen = if condition == 0.0 { otherwise } else { then };
        *out = if condition.is_nan() { condition } else { chosen };
    }
}

/// Writes a function of a distribution.
pub(super) fn family(function: FamilyFunction, columns: &[&[f64]], out: &mut [f64]) {
    let family = &FAMILIES[function.family];
    let of = if function.quantile { family.quantile } else { family.cdf };
    let mut arguments = vec![0.0; columns.len()];
    for (sample, out) in out.iter_mut().enumerate() {
        for (argument, column) in arguments.iter_mut().zip(columns) {
            *argument = column[sample];
        }
        *out = of(arguments[0], &arguments[1..]);
    }
}

/// Makes the values of a formula canonical: 0 instead of -0, and one NaN. Returns whether all are finite.
#[multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")]
pub(super) fn make_canonical(column: &mut [f64]) -> bool {
    let mut not_finite = 0;
    for value in column {
        not_finite |= u64::from(!value.is_finite());
        *value = canonical(*value);
    }
    not_finite == 0
}

/// The value with 0 instead of -0, and with the one NaN.
#[inline(always)]
pub(super) fn canonical(value: f64) -> f64 {
    if value.is_nan() { NAN } else { value + 0.0 }
}

#[inline(always)]
fn each(column: &[f64], out: &mut [f64], of: impl Fn(f64) -> f64) {
    for (out, &x) in out.iter_mut().zip(column) {
        *out = of(x);
    }
}

#[inline(always)]
fn pairs(left: Values<'_>, right: Values<'_>, out: &mut [f64], of: impl Fn(f64, f64) -> f64) {
    match (left, right) {
        (Values::Column(left), Values::Column(right)) => {
            for ((out, &x), &y) in out.iter_mut().zip(left).zip(right) {
                *out = of(x, y);
            }
        }
        (Values::Column(left), Values::Constant(y)) => each(left, out, |x| of(x, y)),
        (Values::Constant(x), Values::Column(right)) => each(right, out, |y| of(x, y)),
        (Values::Constant(x), Values::Constant(y)) => out.fill(of(x, y)),
    }
}

#[inline(always)]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

#[inline(always)]
fn compared(x: f64, y: f64, holds: bool) -> f64 {
    if x.is_nan() || y.is_nan() { NAN } else { truth(holds) }
}

#[inline(always)]
#[expect(clippy::float_cmp, reason = "the operator == of formulas is this comparison")]
fn equal(x: f64, y: f64) -> bool {
    x == y
}

#[inline(always)]
fn sign(x: f64) -> f64 {
    if x > 0.0 {
        1.0
    } else if x < 0.0 {
        -1.0
    } else {
        x + 0.0
    }
}

/// As a reader reads it: where the left side decides, the right side may be anything.
#[inline(always)]
fn and(x: f64, y: f64) -> f64 {
    let right = if y.is_nan() { y } else { truth(y != 0.0) };
    let undecided = if x.is_nan() { x } else { right };
    if x == 0.0 { 0.0 } else { undecided }
}

/// As a reader reads it: where the left side decides, the right side may be anything.
#[inline(always)]
fn or(x: f64, y: f64) -> f64 {
    let right = if y.is_nan() { y } else { truth(y != 0.0) };
    let decided = if x.is_nan() { x } else { 1.0 };
    if x == 0.0 { right } else { decided }
}
