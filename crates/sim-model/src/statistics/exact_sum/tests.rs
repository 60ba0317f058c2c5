use num_bigint::BigInt;
use proptest::prelude::{Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::{EXPONENT, ExactSum, decompose};

/// The sum of the values, and of their squares, by integers alone.
fn judge(values: &[f64]) -> (BigInt, BigInt) {
    let (mut sum, mut squares) = (BigInt::ZERO, BigInt::ZERO);
    for &value in values {
        let (mantissa, exponent) = decompose(value);
        let mantissa = BigInt::from(mantissa) * if value < 0.0 { -1 } else { 1 };
        squares += (&mantissa * &mantissa) << (2 * exponent - EXPONENT).unsigned_abs();
        sum += mantissa << (exponent - EXPONENT).unsigned_abs();
    }
    (sum, squares)
}

fn sums(values: &[f64]) -> (BigInt, BigInt) {
    let (mut sum, mut squares) = (ExactSum::new(), ExactSum::new());
    sum.add(values);
    squares.add_squares(values);
    (sum.units(), squares.units())
}

fn any_finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |value| value.is_finite())
}

/// Values of one scale, as outputs of models usually are, zeros among them, and any others.
fn columns() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(prop_oneof![9 => -1e3..1e3, 1 => prop::strategy::Just(0.0)], 0..1_200),
        prop::collection::vec(any_finite(), 0..600),
        prop::collection::vec(prop_oneof![99 => -1e3..1e3, 1 => any_finite()], 0..600),
        prop::collection::vec(-1e-130..1e-130, 0..600),
        prop::collection::vec(
            (-1.0..1.0, -200_i32..200).prop_map(|(value, power)| crate::statistics::ratio::scale(value, power)),
            0..600
        ),
    ]
}

#[test]
fn opposite_extremes_cancel() {
    let mut sum = ExactSum::new();
    sum.add(&[f64::MAX, 1e-300, -f64::MAX]);
    let mut small = ExactSum::new();
    small.add(&[1e-300]);
    assert_eq!(sum.units(), small.units());
}

#[test]
fn the_squares_of_the_extremes_are_exact() {
    for value in [f64::MAX, f64::MIN_POSITIVE, f64::from_bits(1), -1.0 / 3.0] {
        assert_eq!(sums(&[value]), judge(&[value]), "{value}");
    }
}

#[test]
fn carries_are_passed_on_in_time() {
    let mut sum = ExactSum::new();
    sum.pending = super::MOST_PENDING - 1;
    sum.limbs[70] = i64::from(u32::MAX) << 30;
    let before = sum.units();
    sum.add_value(1.0);
    let mut one = ExactSum::new();
    one.add(&[1.0]);
    assert_eq!(sum.units(), before + one.units());
    assert_eq!(sum.pending, 0);
}

proptest! {
    #[test]
    fn sums_are_exact(values in columns()) {
        prop_assert_eq!(sums(&values), judge(&values));
    }

    #[test]
    fn merged_parts_are_the_whole_in_any_order(values in columns(), cut in any::<prop::sample::Index>()) {
        let (first, second) = values.split_at(cut.index(values.len() + 1));
        let (mut whole, mut a, mut b) = (ExactSum::new(), ExactSum::new(), ExactSum::new());
        whole.add(&values);
        a.add(first);
        b.add(second);
        let mut backwards = b.clone();
        backwards.merge(a.clone());
        a.merge(b);
        prop_assert_eq!(a.units(), whole.units());
        prop_assert_eq!(backwards.units(), whole.units());
    }
}
