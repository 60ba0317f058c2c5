//! Sums without rounding.

mod block;

use num_bigint::{BigInt, BigUint, Sign};

/// The lowest bit of an exact sum stands for 2 to this power: the lowest bit of the product of the two smallest doubles.
pub(crate) const EXPONENT: i32 = -2 * 1074;

/// Limbs of 32 bits from [`EXPONENT`] to the squares of the largest doubles, and 2^96 of them beyond.
const LIMBS: usize = 135;

/// An addition adds less than 2^32 to a limb, so that 2^30 of them stay far from the end of 64 bits.
const MOST_PENDING: u32 = 1 << 30;

/// The exact sum of any number of finite doubles and of their squares.
///
/// It is an integer of 4,320 bits, in units of 2^-2148. Additions do not round, so neither their order nor how they are
/// shared among several sums changes it.
#[derive(Clone, Debug)]
pub(crate) struct ExactSum {
    /// Limb `i` counts 2^(32 i) units. Limbs may be negative or above 32 bits until carries are passed on.
    limbs: [i64; LIMBS],
    /// Additions since carries were passed on.
    pending: u32,
}

impl ExactSum {
    pub(crate) const fn new() -> Self {
        Self { limbs: [0; LIMBS], pending: 0 }
    }

    /// Adds finite values.
    pub(crate) fn add(&mut self, values: &[f64]) {
        for block in values.chunks(block::LENGTH) {
            block::add(self, block);
        }
    }

    /// Adds the squares of finite values.
    pub(crate) fn add_squares(&mut self, values: &[f64]) {
        for block in values.chunks(block::LENGTH) {
            block::add_squares(self, block);
        }
    }

    /// Adds the sum of other values.
    pub(crate) fn merge(&mut self, mut other: Self) {
        self.carry();
        other.carry();
        for (limb, addend) in self.limbs.iter_mut().zip(other.limbs) {
            *limb += addend;
        }
        self.pending = 2;
    }

    /// The sum in units of 2 to the power of [`EXPONENT`].
    pub(crate) fn units(&self) -> BigInt {
        let mut carried = self.clone();
        carried.carry();
        let negative = carried.limbs[LIMBS - 1] < 0;
        if negative {
            for limb in &mut carried.limbs {
                *limb = -*limb;
            }
            carried.carry();
        }
        let digits = carried.limbs.iter().map(|&limb| low_bits(limb)).collect();
        BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, BigUint::new(digits))
    }

    fn add_value(&mut self, value: f64) {
        let (mantissa, exponent) = decompose(value);
        self.add_shifted(mantissa, exponent, value < 0.0);
    }

    fn add_square(&mut self, value: f64) {
        let (mantissa, exponent) = decompose(value);
        let square = u128::from(mantissa) * u128::from(mantissa);
        #[expect(clippy::cast_possible_truncation, reason = "the halves of 128 bits are 64 bits each")]
        let (low, high) = (square as u64, (square >> 64) as u64);
        self.add_shifted(low, 2 * exponent, false);
        self.add_shifted(high, 2 * exponent + 64, false);
    }

    /// Adds or subtracts `mantissa · 2^exponent`.
    fn add_shifted(&mut self, mantissa: u64, exponent: i32, subtract: bool) {
        #[expect(clippy::cast_sign_loss, reason = "no exponent is below the lowest")]
        let offset = (exponent - EXPONENT) as usize;
        let (limb, shift) = (offset / 32, offset % 32);
        let mut rest = u128::from(mantissa) << shift;
        for limb in &mut self.limbs[limb..limb + 3] {
            let digit = i64::from(low_digit(rest));
            *limb += if subtract { -digit } else { digit };
            rest >>= 32;
        }
        self.pending += 1;
        if self.pending == MOST_PENDING {
            self.carry();
        }
    }

    /// Brings all limbs but the highest to 0 to 2^32 - 1.
    fn carry(&mut self) {
        let mut carry = 0;
        for limb in &mut self.limbs[..LIMBS - 1] {
            let value = *limb + carry;
            *limb = i64::from(low_bits(value));
            carry = value >> 32;
        }
        self.limbs[LIMBS - 1] += carry;
        self.pending = 0;
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the low 32 bits are what is wanted")]
const fn low_digit(value: u128) -> u32 {
    value as u32
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the low 32 bits are what is wanted")]
const fn low_bits(value: i64) -> u32 {
    value as u32
}

/// The integer and the power of two whose product is the absolute value of a finite double.
fn decompose(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match biased_exponent(value) {
        0 => (fraction, -1074),
        exponent => (fraction | 1 << 52, exponent - 1075),
    }
}

/// The exponent as a double stores it, 0 to 2047.
const fn biased_exponent(value: f64) -> i32 {
    (value.to_bits() >> 52 & 0x7FF) as i32
}

#[cfg(test)]
mod tests;
