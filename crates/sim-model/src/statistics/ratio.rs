//! From exact integers to the nearest double.

use num_bigint::{BigInt, BigUint, Sign};

/// The double nearest to `numerator / denominator · 2^exponent`, ties to even; infinity beyond the largest double.
///
/// The denominator is not 0.
pub(crate) fn nearest(numerator: &BigInt, denominator: &BigUint, exponent: i64) -> f64 {
    let magnitude = numerator.magnitude();
    if numerator.sign() == Sign::NoSign {
        return 0.0;
    }
    // A quotient of 55 or 56 bits: 53, and some to round by.
    let shift = 55 - bits(magnitude) + bits(denominator);
    let (dividend, divisor) = match u64::try_from(shift) {
        Ok(up) => (magnitude << up, denominator.clone()),
        Err(_) => (magnitude.clone(), denominator << shift.unsigned_abs()),
    };
    let quotient = &dividend / &divisor;
    let exact = &quotient * &divisor == dividend;
    let digits = quotient.iter_u64_digits().next().unwrap_or(0);
    // A bit that is set if anything was cut off, so that no tie is seen where there is none.
    let value = round(digits << 1 | u64::from(!exact), exponent - shift - 1);
    if numerator.sign() == Sign::Minus { -value } else { value }
}

/// `value · 2^exponent`, rounded once if the result is subnormal.
pub(crate) fn scale(value: f64, exponent: i32) -> f64 {
    // Two factors, since 2^exponent alone may be no double. The first is exact unless the result overflows.
    let half = exponent.clamp(-1000, 1000);
    value * power_of_two(half) * power_of_two((exponent - half).clamp(-1000, 1000))
}

/// The double nearest to `integer · 2^exponent` for an integer of at least 54 and at most 63 bits.
fn round(integer: u64, exponent: i64) -> f64 {
    let length = 64 - i64::from(integer.leading_zeros());
    // The exponent of the last bit that the double keeps.
    let last = (exponent + length - 53).max(-1074);
    let dropped = last - exponent;
    if dropped > 63 {
        return 0.0;
    }
    let kept = integer >> dropped;
    let rest = integer - (kept << dropped);
    let half = 1 << (dropped - 1);
    let kept = kept + u64::from(rest > half || (rest == half && kept % 2 == 1));
    // The bits of a double rise with its value: a carry out of the fraction raises the exponent.
    match u64::try_from(last + 1074) {
        Ok(step) if step < 2046 => {
            let bits = (step << 52) + kept;
            f64::from_bits(bits.min(f64::INFINITY.to_bits()))
        }
        _ => f64::INFINITY,
    }
}

fn bits(integer: &BigUint) -> i64 {
    i64::try_from(integer.bits()).unwrap_or(i64::MAX)
}

/// 2^exponent, for exponents from -1022 to 1023.
fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(u64::from((exponent + 1023).unsigned_abs()) << 52)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, prop_assume, proptest};

    use super::{nearest, scale};

    fn ratio(numerator: i64, denominator: u64, exponent: i64) -> f64 {
        nearest(&numerator.into(), &denominator.into(), exponent)
    }

    #[test]
    fn ratios_are_rounded_to_the_nearest_double() {
        assert_eq!(ratio(1, 3, 0).to_bits(), (1.0_f64 / 3.0).to_bits());
        assert_eq!(ratio(-2, 3, 4).to_bits(), (-32.0_f64 / 3.0).to_bits());
        assert_eq!(ratio(0, 7, 0).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn ties_go_to_the_even_double() {
        let odd = (1_i64 << 54) + 2;
        assert_eq!(ratio(odd, 1, 0).to_bits(), 18_014_398_509_481_984_f64.to_bits());
        assert_eq!(ratio(odd + 4, 1, 0).to_bits(), 18_014_398_509_481_992_f64.to_bits());
        assert_eq!(ratio(2 * odd + 1, 2, 0).to_bits(), 18_014_398_509_481_988_f64.to_bits());
    }

    #[test]
    fn the_ends_of_the_range_are_kept() {
        assert_eq!(ratio(1, 1, -1074).to_bits(), 1);
        assert_eq!(ratio(1, 2, -1074).to_bits(), 0);
        assert_eq!(ratio(3, 4, -1074).to_bits(), 1);
        assert_eq!(ratio((1 << 53) - 1, 1, 971), f64::MAX);
        assert_eq!(ratio(i64::MAX, 1, 961), f64::INFINITY);
        assert_eq!(ratio(-1, 1, 1024), f64::NEG_INFINITY);
        assert_eq!(ratio(1, 1, -3000).to_bits(), 0);
    }

    #[test]
    fn scaling_reaches_both_ends_of_the_range() {
        assert_eq!(scale(1.0, -1074).to_bits(), 1);
        assert_eq!(scale(f64::from_bits(1), 1074), 1.0);
        assert_eq!(scale(1.0, 1023), f64::from_bits(2046 << 52));
        assert_eq!(scale(3.0, 2), 12.0);
    }

    proptest! {
        #[test]
        fn a_ratio_of_two_doubles_is_their_quotient(numerator in -(1_i64 << 53)..1 << 53, denominator in 1_u64..1 << 53) {
            #[expect(clippy::cast_precision_loss, reason = "both have at most 53 bits")]
            let quotient = numerator as f64 / denominator as f64;
            prop_assert_eq!(ratio(numerator, denominator, 0) + 0.0, quotient + 0.0);
        }

        #[test]
        fn a_double_is_nearest_to_itself(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let mut sum = crate::statistics::exact_sum::ExactSum::new();
            sum.add(&[value]);
            let exponent = i64::from(crate::statistics::exact_sum::EXPONENT);
            prop_assert_eq!(nearest(&sum.units(), &1_u32.into(), exponent) + 0.0, value + 0.0);
        }
    }
}
