//! The reading of a JSON number as an integer.

use super::violation::Path;
use crate::error::response::{ErrorContext, ErrorDetail};

/// Why a value is not an integer within bounds.
#[derive(Debug, PartialEq)]
pub(crate) enum Mismatch {
    NotANumber,
    Fraction,
    Infinite,
    Below(i64),
    Above(i64),
}

/// Reads the text of a JSON value as an integer within bounds.
pub(crate) fn read(text: &str, minimum: i64, maximum: i64) -> Result<i64, Mismatch> {
    let negative = match text.as_bytes().first() {
        Some(b'-') => true,
        Some(b'0'..=b'9') => false,
        _ => return Err(Mismatch::NotANumber),
    };
    let beyond = || if negative { Mismatch::Below(minimum) } else { Mismatch::Above(maximum) };
    let integer = match few_digits(text, negative) {
        None if text.contains(['.', 'e', 'E']) => integral(text.parse().map_err(|_| Mismatch::NotANumber)?)?,
        None => text.parse().ok(),
        integer => integer,
    };
    match integer {
        None => Err(beyond()),
        Some(integer) if integer < minimum => Err(Mismatch::Below(minimum)),
        Some(integer) if integer > maximum => Err(Mismatch::Above(maximum)),
        Some(integer) => Ok(integer),
    }
}

/// The integer that a text is, where it is nothing but a sign and so few digits that none needs a check.
fn few_digits(text: &str, negative: bool) -> Option<i64> {
    let digits = &text.as_bytes()[usize::from(negative)..];
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let magnitude = digits.iter().try_fold(0, |number: i64, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + i64::from(digit))
    })?;
    Some(if negative { -magnitude } else { magnitude })
}

/// A number with a fraction or an exponent as the integer it stands for; nothing where that is no 64-bit integer.
///
/// Such a number is a double, as in every language that reads JSON numbers as doubles and in the service that this one
/// replaces.
fn integral(number: f64) -> Result<Option<i64>, Mismatch> {
    const TWO_TO_THE_63: f64 = 9_223_372_036_854_775_808.0;
    if number.is_infinite() {
        return Err(Mismatch::Infinite);
    }
    if number.fract() != 0.0 {
        return Err(Mismatch::Fraction);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range")]
    Ok((-TWO_TO_THE_63..TWO_TO_THE_63).contains(&number).then_some(number as i64))
}

impl Mismatch {
    pub(crate) fn describe(&self, value: &str, path: &Path) -> ErrorDetail {
        let detail = |kind, message: String| ErrorDetail::new(kind, path.location(), message).with_input(value);
        match self {
            Self::NotANumber => detail("int_type", "Input should be a valid integer".to_owned()),
            Self::Fraction => detail(
                "int_from_float",
                "Input should be a valid integer, got a number with a fractional part".to_owned(),
            ),
            Self::Infinite => detail("finite_number", "Input should be a finite number".to_owned()),
            Self::Below(ge) => detail("greater_than_equal", format!("Input should be greater than or equal to {ge}"))
                .with_context(ErrorContext { ge: Some(*ge), ..ErrorContext::default() }),
            Self::Above(le) => detail("less_than_equal", format!("Input should be less than or equal to {le}"))
                .with_context(ErrorContext { le: Some(*le), ..ErrorContext::default() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        Mismatch::{Above, Below, Fraction, Infinite, NotANumber},
        Path, read,
    };

    const ANY_ABOVE: super::Mismatch = Above(i64::MAX);
    const ANY_BELOW: super::Mismatch = Below(i64::MIN);

    #[test]
    fn whole_numbers_are_integers_however_they_are_written() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("-0.0", Ok(0)),
            ("0e9", Ok(0)),
            ("0e400", Ok(0)),
            ("42", Ok(42)),
            ("42.0", Ok(42)),
            ("-42.000", Ok(-42)),
            ("1e3", Ok(1000)),
            ("1E+2", Ok(100)),
            ("-1e2", Ok(-100)),
            ("0.1e1", Ok(1)),
            ("1.5e1", Ok(15)),
            ("4200e-2", Ok(42)),
            ("9223372036854775807", Ok(i64::MAX)),
            ("-9223372036854775808", Ok(i64::MIN)),
            ("-9223372036854775808.0", Ok(i64::MIN)),
            ("9007199254740992.0", Ok(1 << 53)),
            ("0.5", Err(Fraction)),
            ("-0.5", Err(Fraction)),
            ("1.5", Err(Fraction)),
            ("1e-3", Err(Fraction)),
            ("-15e-1", Err(Fraction)),
            ("4503599627370495.5", Err(Fraction)),
        ] {
            assert_eq!(read(text, i64::MIN, i64::MAX), expected, "{text}");
        }
    }

    #[test]
    fn what_no_64_bit_integer_holds_is_out_of_bounds() {
        let thirty_zeros = format!("1{}", "0".repeat(30));
        for (text, expected) in [
            ("9223372036854775808", ANY_ABOVE),
            ("-9223372036854775809", ANY_BELOW),
            ("18446744073709551616", ANY_ABOVE),
            (thirty_zeros.as_str(), ANY_ABOVE),
            ("1e300", ANY_ABOVE),
            ("-1e300", ANY_BELOW),
            ("9223372036854775808.0", ANY_ABOVE),
            ("-9223372036854777856.0", ANY_BELOW),
            ("1e400", Infinite),
            ("-1e400", Infinite),
        ] {
            assert_eq!(read(text, i64::MIN, i64::MAX), Err(expected), "{text}");
        }
    }

    #[test]
    fn a_number_with_a_fraction_or_an_exponent_is_the_nearest_double() {
        for (text, expected) in [
            ("1e-400", Ok(0)),
            ("42.0000000000000000000001", Ok(42)),
            ("9007199254740993.0", Ok(9_007_199_254_740_992)),
            ("9223372036854775807.0", Err(ANY_ABOVE)),
            ("-9223372036854775809.0", Ok(i64::MIN)),
        ] {
            assert_eq!(read(text, i64::MIN, i64::MAX), expected, "{text}");
        }
    }

    #[test]
    fn bounds_are_within_bounds() {
        for (text, expected) in [
            ("1", Ok(1)),
            ("1.0", Ok(1)),
            ("100000", Ok(100_000)),
            ("1e5", Ok(100_000)),
            ("0", Err(Below(1))),
            ("-1", Err(Below(1))),
            ("-0.0", Err(Below(1))),
            ("1e-400", Err(Below(1))),
            ("100001", Err(Above(100_000))),
            ("100001.0", Err(Above(100_000))),
            ("9223372036854775808", Err(Above(100_000))),
            ("-9223372036854775809", Err(Below(1))),
            ("1e300", Err(Above(100_000))),
            ("0.5", Err(Fraction)),
            ("100000.5", Err(Fraction)),
        ] {
            assert_eq!(read(text, 1, 100_000), expected, "{text}");
        }
    }

    #[test]
    fn values_of_other_types_are_no_integers() {
        for text in [r#""42""#, r#""""#, r#""-1""#, "true", "false", "null", "[]", "[42]", "{}", r#"{"1e3":1.5}"#] {
            assert_eq!(read(text, i64::MIN, i64::MAX), Err(NotANumber), "{text}");
        }
    }

    #[test]
    fn an_infinite_number_is_described_as_such() {
        let detail = Infinite.describe("-1e400", &Path::Root("body"));
        assert_eq!(detail.input.as_ref().unwrap().0.get(), "-1e400");
        assert_eq!(
            json!([detail.kind, detail.loc, detail.msg]),
            json!(["finite_number", ["body"], "Input should be a finite number"])
        );
    }
}
