//! Bodies that are JSON, and close to what the schemas ask for.

use std::fmt::{self, Display, Formatter, Write};

use libfuzzer_sys::arbitrary::{self, Arbitrary};

/// The longest text of a tree: enough for a batch that is too long.
const MAX_LENGTH: usize = 1 << 18;

/// One more element than the contract allows.
const TOO_MANY: usize = 10_001;

/// A JSON value.
#[derive(Arbitrary, Debug)]
pub enum Tree {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// Any 64-bit integer.
    Integer(i64),
    /// Any integer, up to twice as long.
    Long(i128),
    /// An integer close to the end of a range.
    NearBound(Bound, i8),
    /// A number with an exponent.
    Scientific(i32, u8, i16),
    /// Text.
    Text(String),
    /// An array.
    Array(Vec<Tree>),
    /// One element repeated, up to more often than any array allows.
    Repeated(Box<Tree>, u8),
    /// An object.
    Object(Vec<(Name, Tree)>),
}

/// The ends of the ranges of the contract.
#[derive(Arbitrary, Debug, Clone, Copy)]
pub enum Bound {
    /// Of a seed.
    Least,
    /// Of steps.
    One,
    /// Of steps.
    HundredThousand,
    /// Of a seed.
    Greatest,
}

/// A name of a field.
#[derive(Arbitrary, Debug)]
pub enum Name {
    /// Of a simulation.
    Seed,
    /// Of a simulation.
    Steps,
    /// A field of a simulation with a letter escaped.
    EscapedSteps,
    /// Of a batch.
    Simulations,
    /// Another.
    Other(String),
}

/// Takes text up to the limit.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.push_str(text);
        if self.0.len() > MAX_LENGTH { Err(fmt::Error) } else { Ok(()) }
    }
}

impl Tree {
    /// The value as text; `None` if it is too long.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let mut text = Bounded(String::new());
        write!(text, "{self}").ok()?;
        Some(text.0)
    }
}

impl Bound {
    fn value(self) -> i128 {
        match self {
            Self::Least => i64::MIN.into(),
            Self::One => 1,
            Self::HundredThousand => 100_000,
            Self::Greatest => i64::MAX.into(),
        }
    }
}

impl Display for Name {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        match self {
            Self::Seed => formatter.write_str(r#""seed""#),
            Self::Steps => formatter.write_str(r#""steps""#),
            Self::EscapedSteps => formatter.write_str(r#""ste\u0070s""#),
            Self::Simulations => formatter.write_str(r#""simulations""#),
            Self::Other(name) => text(name, formatter),
        }
    }
}

impl Display for Tree {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => value.fmt(formatter),
            Self::Integer(number) => number.fmt(formatter),
            Self::Long(number) => number.fmt(formatter),
            Self::NearBound(bound, distance) => (bound.value() + i128::from(*distance)).fmt(formatter),
            Self::Scientific(whole, fraction, exponent) => write!(formatter, "{whole}.{fraction}e{exponent}"),
            Self::Text(value) => text(value, formatter),
            Self::Array(elements) => list('[', elements.iter(), ']', formatter),
            Self::Repeated(element, count) => {
                let count = if *count == u8::MAX { TOO_MANY } else { (*count).into() };
                list('[', std::iter::repeat_n(element, count), ']', formatter)
            }
            Self::Object(fields) => list(
                '{',
                fields.iter().map(|(name, value)| fmt::from_fn(move |field| write!(field, "{name}: {value}"))),
                '}',
                formatter,
            ),
        }
    }
}

fn text(value: &str, formatter: &mut Formatter) -> fmt::Result {
    formatter.write_str(&serde_json::to_string(value).map_err(|_| fmt::Error)?)
}

fn list(open: char, items: impl Iterator<Item = impl Display>, close: char, formatter: &mut Formatter) -> fmt::Result {
    write!(formatter, "{open}")?;
    for (index, item) in items.enumerate() {
        write!(formatter, "{}{item}", if index == 0 { "" } else { "," })?;
    }
    write!(formatter, "{close}")
}
