//! What is wrong with a value, and where.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Number, value::RawValue};

/// One way in which a text breaks a schema. It is serialised as an entry of FastAPI's `detail`.
#[derive(Debug, Clone, Serialize)]
pub struct Violation {
    /// The kind of violation, for programs, as pydantic names it: `missing`, `int_type`, `union_tag_invalid`, …
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Where the value is: first the part of the request, then the names and indexes that lead to it, as they were sent.
    /// A name of a map that is itself wrong is followed by `[key]`. A name longer than 128 characters is cut.
    pub loc: Vec<Location>,
    /// What was wrong and what is allowed, for people.
    pub msg: String,
    /// The value that was refused, as it was sent; for `missing`, the object that lacks the field.
    ///
    /// Every common JSON reader can read it. A number that no double holds is a string here. A value with such a number or
    /// with half of a surrogate pair in it, or one that nests deeper than 60 levels, is left out. So is the length of a
    /// list. All inputs of a text together are at most 64 KiB longer than the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Box<RawValue>>,
    /// The figures behind the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<Box<Context>>,
}

/// The figures behind a violation's message; which of them are there depends on its kind.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Context {
    /// The smallest allowed value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ge: Option<Number>,
    /// Every allowed value is greater.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gt: Option<Number>,
    /// The largest allowed value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub le: Option<Number>,
    /// Every allowed value is less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<Number>,
    /// The least number of items, or of characters, allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<i64>,
    /// The greatest number of items, or of characters, allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// The number of items in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_length: Option<i64>,
    /// What the parser found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The values allowed, as the message says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The regular expression to match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The name of the field that tells the members of a union apart, in single quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<String>,
    /// The tag found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The tags of a union, as the message says them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_tags: Option<String>,
    /// The known name that an unknown one is nearest to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// One item of the way to a value: a name, or a position.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Location {
    /// A part of the request, or the name of a field.
    Name(Cow<'static, str>),
    /// An index in an array, or an offset in a text.
    Position(i64),
}

impl From<&'static str> for Location {
    fn from(name: &'static str) -> Self {
        Self::Name(Cow::Borrowed(name))
    }
}

impl Violation {
    /// A violation without an input and without figures.
    #[must_use]
    pub fn new(kind: &'static str, loc: Vec<Location>, msg: impl Into<String>) -> Self {
        Self { kind, loc, msg: msg.into(), input: None, ctx: None }
    }

    /// Adds the figures behind the message.
    #[must_use]
    pub fn with_context(mut self, ctx: Context) -> Self {
        self.ctx = Some(Box::new(ctx));
        self
    }
}
