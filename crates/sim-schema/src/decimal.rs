//! Numbers as the decimal text that they are, never through a double.

use std::cmp::Ordering;

/// Whether a JSON value is a number.
pub(crate) fn is_number(json: &str) -> bool {
    json.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

/// The double that is nearest to a number of JSON; infinite where none is.
pub(crate) fn double(number: &str) -> f64 {
    /// Up to here the standard library reads every text right; it gives up on exponents that are longer than 16 bits.
    const MAX_LENGTH: usize = 1000;
    let parsed = if number.len() <= MAX_LENGTH { number.parse() } else { Decimal::of(number).shortened().parse() };
    parsed.unwrap_or(f64::NAN)
}

/// The text of a decimal number, with or without fraction and exponent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal<'a> {
    negative: bool,
    /// The digits from the first to the last that is not zero: those before the point, then those behind it. Both are empty
    /// for zero.
    whole: &'a [u8],
    fraction: &'a [u8],
    /// How many places the point is to the right of the beginning of the digits. Saturated, which no text of digits
    /// reaches.
    point: i64,
}

/// A decimal number as a 64-bit integer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Whole {
    Fits(i64),
    Fraction,
    /// A whole number that no 64-bit integer holds.
    Below,
    Above,
}

impl<'a> Decimal<'a> {
    /// Reads a number of JSON; leading zeros are allowed.
    pub(crate) fn of(number: &'a str) -> Self {
        let (negative, number) = number.strip_prefix('-').map_or((false, number), |number| (true, number));
        let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = whole.trim_start_matches('0').as_bytes();
        let fraction = fraction.trim_end_matches('0').as_bytes();
        let exponent = exponent_of(exponent);
        if !whole.is_empty() {
            let point = exponent.saturating_add(length(whole));
            let whole = if fraction.is_empty() { without_zeros_behind(whole) } else { whole };
            return Self { negative, whole, fraction, point };
        }
        let zeros = fraction.iter().take_while(|digit| **digit == b'0').count();
        let fraction = &fraction[zeros..];
        let point = exponent.saturating_sub(i64::try_from(zeros).unwrap_or(i64::MAX));
        Self { negative: negative && !fraction.is_empty(), whole, fraction, point }
    }

    /// The number as a 64-bit integer.
    pub(crate) fn whole(&self) -> Whole {
        /// More digits than any 64-bit integer has.
        const TOO_LONG: i64 = 20;
        if self.is_zero() {
            return Whole::Fits(0);
        }
        let digits = length(self.whole) + length(self.fraction);
        if digits > self.point {
            return Whole::Fraction;
        }
        let beyond = if self.negative { Whole::Below } else { Whole::Above };
        if self.point >= TOO_LONG {
            return beyond;
        }
        // At most 19 digits, zeros included.
        let number = self.digits().fold(0_i128, |number, digit| number * 10 + i128::from(digit - b'0'));
        let number = (digits..self.point).fold(number, |number, _| number * 10);
        let number = if self.negative { -number } else { number };
        i64::try_from(number).map_or(beyond, Whole::Fits)
    }

    /// A text of the number with few enough digits for any reader and the same nearest double.
    fn shortened(&self) -> String {
        /// No two neighbours among doubles are halved by a number of more digits (767). One digit more says on which side
        /// of such a number this one is.
        const ENOUGH: usize = 800;
        /// Beyond the exponent of any double, so that the result is infinite or zero.
        const FARTHEST: i64 = 10_000;
        let mut digits: String = self.digits().take(ENOUGH).map(char::from).collect();
        if self.digits().nth(ENOUGH).is_some() {
            digits.push('1');
        }
        let sign = if self.negative { "-" } else { "" };
        format!("{sign}0.{digits}e{}", self.point.clamp(-FARTHEST, FARTHEST))
    }

    fn is_zero(&self) -> bool {
        self.whole.is_empty() && self.fraction.is_empty()
    }

    fn digits(&self) -> impl Iterator<Item = u8> + use<'a> {
        self.whole.iter().chain(self.fraction).copied()
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        match (self.is_zero(), other.is_zero()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // Neither has zeros behind its digits, so the longer one is greater where one begins with the other.
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits().cmp(other.digits())),
        }
    }

    /// Compares two numbers exactly.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

fn length(digits: &[u8]) -> i64 {
    i64::try_from(digits.len()).unwrap_or(i64::MAX)
}

fn without_zeros_behind(digits: &[u8]) -> &[u8] {
    let end = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
    &digits[..end]
}

/// An exponent, as near to zero as the greatest that 62 bits hold, so that the length of a text can be added to it.
fn exponent_of(text: &str) -> i64 {
    const GREATEST: i64 = 1 << 62;
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let exponent = digits.bytes().fold(0_i64, |exponent, digit| {
        exponent.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0'))).min(GREATEST)
    });
    if negative { -exponent } else { exponent }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> Whole {
        Decimal::of(text).whole()
    }

    #[test]
    fn whole_numbers_are_integers_however_they_are_written() {
        for (text, expected) in [
            ("0", 0),
            ("-0", 0),
            ("-0.0", 0),
            ("0e9", 0),
            ("0e999999999999999999999", 0),
            ("0.000e-5", 0),
            ("42", 42),
            ("007", 7),
            ("-42.000", -42),
            ("1e3", 1000),
            ("1E+2", 100),
            ("-1e2", -100),
            ("0.1e1", 1),
            ("0.00012e5", 12),
            ("1.5e1", 15),
            ("4200e-2", 42),
            ("9223372036854775807", i64::MAX),
            ("9223372036854775807.0", i64::MAX),
            ("922337203685477580.7e1", i64::MAX),
            ("-9223372036854775808.0", i64::MIN),
            ("-9223372036854775808000e-3", i64::MIN),
            ("9007199254740993.0", 9_007_199_254_740_993),
            ("900719925474099.3e1", 9_007_199_254_740_993),
        ] {
            assert_eq!(whole(text), Whole::Fits(expected), "{text}");
        }
    }

    #[test]
    fn a_number_with_a_digit_behind_the_point_is_a_fraction() {
        for text in [
            "0.5",
            "-0.5",
            "1.5",
            "1e-3",
            "-15e-1",
            "1e-400",
            "1e-999999999999999999999",
            "42.0000000000000000000001",
            "4503599627370495.5",
            "100000000000000000000000000000.5",
        ] {
            assert_eq!(whole(text), Whole::Fraction, "{text}");
        }
    }

    #[test]
    fn what_no_64_bit_integer_holds_is_beyond() {
        let zeros = format!("1{}", "0".repeat(30));
        for text in ["9223372036854775808", "9223372036854775808.0", "1e19", "1e300", "1e999999999999999999999", &zeros]
        {
            assert_eq!(whole(text), Whole::Above, "{text}");
        }
        for text in ["-9223372036854775809", "-9223372036854775809.0", "-1e19", "-1e999999999999999999999"] {
            assert_eq!(whole(text), Whole::Below, "{text}");
        }
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let ascending = [
            "-1e999999999999",
            "-1e400",
            "-10",
            "-9.99",
            "-0.1000000000000000000001",
            "-0.1",
            "-1e-999999999999",
            "0",
            "1e-999999999999",
            "0.1",
            "0.1000000000000000000001",
            "0.11",
            "1",
            "9.99",
            "10",
            "9007199254740992",
            "9007199254740993",
            "1e400",
            "1.5e400",
            "1e999999999999",
        ];
        for (index, text) in ascending.iter().enumerate() {
            for (other, other_text) in ascending.iter().enumerate() {
                let found = Decimal::of(text).compare(&Decimal::of(other_text));
                assert_eq!(found, index.cmp(&other), "{text} and {other_text}");
            }
        }
        for (one, other) in [("0", "-0.0"), ("1", "1.000"), ("1e3", "1000"), ("0.001", "1e-3"), ("120", "0.12e3")] {
            assert_eq!(Decimal::of(one).compare(&Decimal::of(other)), Ordering::Equal, "{one} and {other}");
        }
    }

    #[test]
    fn a_long_number_is_the_nearest_double() {
        let (zeros, ones) = ("0".repeat(100_000), "1".repeat(100_000));
        // Halfway between one and the double above it, and beside that.
        let half = "1.00000000000000011102230246251565404236316680908203125";
        for (text, expected) in [
            (format!("1{zeros}e-100000"), 1.0),
            (format!("-0.{zeros}1e100001"), -1.0),
            (format!("{ones}e-99999"), 1.111_111_111_111_111_2),
            (format!("{half}{zeros}"), 1.0),
            (format!("{half}{zeros}1"), 1.000_000_000_000_000_2),
            (format!("0.{zeros}1"), 0.0),
            (format!("1{zeros}"), f64::INFINITY),
            (format!("0e{ones}"), 0.0),
        ] {
            assert_eq!(double(&text).to_bits(), expected.to_bits(), "{text:.20}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn shifting_the_point_and_the_exponent_changes_nothing(number: i64, shift in 0..25_usize, zeros in 0..4_usize) {
            let (sign, digits) = (if number < 0 { "-" } else { "" }, number.unsigned_abs().to_string());
            let padded = format!("{digits:0>width$}", width = shift + 1);
            let (whole_part, fraction) = padded.split_at(padded.len() - shift);
            let zeros = "0".repeat(zeros);
            let text = format!("{sign}{whole_part}.{fraction}0{zeros}e{shift}");
            prop_assert_eq!(whole(&text), Whole::Fits(number), "{}", text);
        }

        #[test]
        fn doubles_are_compared_as_doubles_are(one: f64, other: f64) {
            prop_assume!(one.is_finite() && other.is_finite());
            let texts = [format!("{one:e}"), format!("{other:?}")];
            let found = Decimal::of(&texts[0]).compare(&Decimal::of(&texts[1]));
            prop_assert_eq!(Some(found), one.partial_cmp(&other));
        }
    }
}
