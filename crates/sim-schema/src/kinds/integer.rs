use serde_json::value::RawValue;

use super::bound::{Bound, Side};
use crate::{
    Violation,
    compile::{CompileError, Source},
    decimal::{Decimal, Whole, double, is_number},
    echo::Input,
    path::Path,
    value::Value,
    walk::Walk,
};

/// A 64-bit integer within bounds.
#[derive(Debug)]
pub(crate) struct Integer {
    least: i64,
    greatest: i64,
    /// The bounds that `least` and `greatest` come from.
    lower: Bound,
    upper: Bound,
}

/// Why a number is not an integer within bounds.
#[derive(Debug, PartialEq)]
enum Mismatch {
    Fraction,
    Infinite,
    Below,
    Above,
}

impl Integer {
    pub(super) fn compile(source: &Source) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])?;
        let of_format = match source.text("format")? {
            Some("int32") => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
            Some("int64") => Some((i64::MIN, i64::MAX)),
            Some(other) => return Err(source.refuse(format!("`format` {other} of an integer is not enforced"))),
            None => None,
        };
        let bound = |side, limit: i64| Bound { side, limit: limit.into() };
        let mut lower = of_format.map(|(least, _)| (least, bound(Side::AtLeast, least)));
        let mut upper = of_format.map(|(_, greatest)| (greatest, bound(Side::AtMost, greatest)));
        for side in Side::ALL {
            let Some(limit) = limit(source, side.keyword())? else { continue };
            let no_integer = || source.refuse(format!("`{}` leaves no 64-bit integer", side.keyword()));
            match side {
                Side::AtLeast | Side::MoreThan => {
                    let above = i64::from(side == Side::MoreThan);
                    let least = limit.checked_add(above).ok_or_else(no_integer)?;
                    if lower.as_ref().is_none_or(|(other, _)| *other < least) {
                        lower = Some((least, bound(side, limit)));
                    }
                }
                Side::AtMost | Side::LessThan => {
                    let below = i64::from(side == Side::LessThan);
                    let greatest = limit.checked_sub(below).ok_or_else(no_integer)?;
                    if upper.as_ref().is_none_or(|(other, _)| *other > greatest) {
                        upper = Some((greatest, bound(side, limit)));
                    }
                }
            }
        }
        match (lower, upper) {
            (Some((least, lower)), Some((greatest, upper))) if least <= greatest => {
                Ok(Self { least, greatest, lower, upper })
            }
            (Some(_), Some(_)) => Err(source.refuse("no integer is within the bounds")),
            _ => Err(source.refuse("an integer needs the `format` int32 or int64, or bounds on both sides")),
        }
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        if !is_number(json.get()) {
            return walk.refuse(path, Input::Json(json), || {
                Violation::new("int_type", vec![], "Input should be a valid integer")
            });
        }
        self.read_number(walk, json.get(), Input::Json(json), path)
    }

    pub(crate) fn read_text<'a>(&self, walk: &mut Walk<'a>, text: &str, path: &Path) -> Value<'a> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return walk.refuse(path, Input::Text(text), || {
                let message = "Input should be a valid integer, unable to parse string as an integer";
                Violation::new("int_parsing", vec![], message)
            });
        }
        self.read_number(walk, text, Input::Text(text), path)
    }

    fn read_number<'a>(&self, walk: &mut Walk<'a>, number: &str, input: Input, path: &Path) -> Value<'a> {
        match self.integer(number) {
            Ok(integer) => Value::Integer(integer),
            Err(mismatch) => walk.refuse(path, input, || self.violation(&mismatch)),
        }
    }

    /// Reads a number of JSON, which may have zeros before it.
    fn integer(&self, number: &str) -> Result<i64, Mismatch> {
        let integer = match number.parse() {
            Ok(integer) => integer,
            Err(_) => match Decimal::of(number).whole() {
                Whole::Fits(integer) => integer,
                // Such a number is no integer for most readers, and FastAPI's answer is kept.
                _ if number.contains(['.', 'e', 'E']) && !double(number).is_finite() => return Err(Mismatch::Infinite),
                Whole::Fraction => return Err(Mismatch::Fraction),
                Whole::Below => return Err(Mismatch::Below),
                Whole::Above => return Err(Mismatch::Above),
            },
        };
        if integer < self.least {
            Err(Mismatch::Below)
        } else if integer > self.greatest {
            Err(Mismatch::Above)
        } else {
            Ok(integer)
        }
    }

    fn violation(&self, mismatch: &Mismatch) -> Violation {
        match mismatch {
            Mismatch::Fraction => {
                let message = "Input should be a valid integer, got a number with a fractional part";
                Violation::new("int_from_float", vec![], message)
            }
            Mismatch::Infinite => Violation::new("finite_number", vec![], "Input should be a finite number"),
            Mismatch::Below => self.lower.violation(),
            Mismatch::Above => self.upper.violation(),
        }
    }
}

/// A bound of the schema.
fn limit(source: &Source, keyword: &str) -> Result<Option<i64>, CompileError> {
    let Some(limit) = source.number(keyword)? else { return Ok(None) };
    match Decimal::of(&limit.to_string()).whole() {
        Whole::Fits(limit) => Ok(Some(limit)),
        _ => Err(source.refuse(format!("`{keyword}` is no 64-bit integer"))),
    }
}
