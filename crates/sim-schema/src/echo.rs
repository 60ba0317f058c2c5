//! The inputs that errors quote, such that every reader of the error can read it.

use std::fmt;

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::{RawValue, to_raw_value};

use crate::decimal::is_number;

/// How deep an input that is quoted may nest. Readers for .NET stop at 64 levels, and an error is some levels itself.
const MAX_DEPTH: usize = 60;

/// How much longer than the text all inputs together may be, in bytes. Where many fields are missing, each violation quotes
/// the object that lacks them.
const ALLOWANCE: usize = 64 << 10;

/// A value to quote.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Input<'a> {
    /// A value of a JSON text.
    Json(&'a RawValue),
    /// A value that was sent as plain text.
    Text(&'a str),
    /// No value.
    Nothing,
}

/// What may still be quoted of a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Echo {
    left: usize,
}

impl Echo {
    pub(crate) fn new(length_of_text: usize) -> Self {
        Self { left: length_of_text.saturating_add(ALLOWANCE) }
    }

    pub(crate) fn quote(&mut self, input: Input) -> Option<Box<RawValue>> {
        let length = match input {
            Input::Json(json) => json.get().len(),
            Input::Text(text) => text.len(),
            Input::Nothing => return None,
        };
        self.left = self.left.checked_sub(length)?;
        match input {
            Input::Json(json) => quote_json(json),
            Input::Text(text) => to_raw_value(text).ok(),
            Input::Nothing => None,
        }
    }
}

fn quote_json(json: &RawValue) -> Option<Box<RawValue>> {
    let text = json.get();
    let readable = Readable { levels: MAX_DEPTH }.deserialize(&mut serde_json::Deserializer::from_str(text));
    match readable {
        Ok(()) => Some(json.to_owned()),
        Err(_) if is_number(text) => to_raw_value(text).ok(),
        Err(_) => None,
    }
}

/// Reads a value and keeps nothing; fails where a strict reader does.
#[derive(Clone, Copy)]
struct Readable {
    levels: usize,
}

impl Readable {
    fn inside<E: Error>(self) -> Result<Self, E> {
        let levels = self.levels.checked_sub(1).ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { levels })
    }
}

impl<'de> DeserializeSeed<'de> for Readable {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Readable {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value that every reader can read")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    // serde_json refuses a number that no double holds.
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    // serde_json refuses half of a surrogate pair.
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        while seq.next_element_seed(inside)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inside = self.inside()?;
        while map.next_entry_seed(inside, inside)?.is_some() {}
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(json: &str) -> Option<String> {
        let raw: &RawValue = serde_json::from_str(json).unwrap();
        Echo::new(json.len()).quote(Input::Json(raw)).map(|quoted| quoted.get().to_owned())
    }

    fn nested(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    #[test]
    fn what_every_reader_can_read_is_quoted_as_it_was_sent() {
        let digits = "9".repeat(308);
        let small = format!("0.{}", "5".repeat(10_000));
        let deepest = nested(60);
        for json in [
            "-1e300",
            "1.10",
            "0.1E-0",
            "-0",
            "1e-999",
            digits.as_str(),
            small.as_str(),
            r#""\u0041\/\ud83d\ude00""#,
            "[ 1,\n2 ]",
            r#"{"b":1, "a":2, "b":null}"#,
            deepest.as_str(),
        ] {
            assert_eq!(quoted(json).as_deref(), Some(json));
        }
    }

    #[test]
    fn a_number_that_no_double_holds_is_quoted_as_a_string() {
        let digits = "9".repeat(10_000);
        for number in ["1e400", "-1e999999999", digits.as_str()] {
            assert_eq!(quoted(number), Some(format!("\"{number}\"")));
        }
    }

    #[test]
    fn what_some_readers_cannot_read_is_left_out() {
        for json in
            [r#""\ud800""#, r#"{"\udfff":1}"#, r#"[{"a":["\ud800"]}]"#, "[1e400]", r#"{"a":-1e999}"#, &nested(61)]
        {
            assert_eq!(quoted(json), None, "{json}");
        }
    }

    #[test]
    fn all_that_is_quoted_is_at_most_64_kib_longer_than_the_text() {
        let json = format!("\"{}\"", "x".repeat(10_000));
        let raw: &RawValue = serde_json::from_str(&json).unwrap();
        let mut echo = Echo::new(json.len());
        let quoted = (0..100).filter_map(|_| echo.quote(Input::Json(raw)));
        let bytes: usize = quoted.map(|quoted| quoted.get().len()).sum();
        assert!(bytes <= json.len() + ALLOWANCE && bytes > ALLOWANCE, "{bytes}");
    }
}
