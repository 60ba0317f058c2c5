//! The one error shape.

use std::borrow::Cow;

use poem_openapi::{
    Object,
    registry::{MetaSchema, MetaSchemaRef},
    types::{Any, ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::Serialize;
use serde_json::{Number, Value, value::RawValue};
use sim_schema::{Context, Violation};

/// Why a request failed: one entry for each problem.
#[derive(Debug, Object, Serialize)]
pub struct ErrorResponse {
    /// The problems. A 422 lists every violation, up to 100, in no particular order.
    #[oai(validator(min_items = 1, max_items = 100))]
    pub detail: Vec<ErrorDetail>,
}

/// One problem with a request.
#[derive(Debug, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorDetail {
    /// The kind of error, for programs: `missing`, `int_type`, `int_from_float`, `greater_than_equal`,
    /// `less_than_equal`, `json_invalid`, and so on. New kinds may be added.
    #[oai(rename = "type")]
    #[serde(rename = "type")]
    pub kind: String,
    /// The place of the error: first the part of the request (`body`, `path`, `query`, `header`), then the names and
    /// indexes that lead to the value. For `json_invalid`, the second item is the offset in the body, in bytes. Empty
    /// if no part of the request is at fault.
    pub loc: Vec<Location>,
    /// What was wrong and what is allowed, for people.
    pub msg: String,
    /// The value that was refused, as it was sent; for `missing`, the object that lacks the field. Absent if no value
    /// is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Any<Box<RawValue>>>,
    /// The figures behind the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ctx: Option<ErrorContext>,
}

/// The figures behind an error's message. Its type decides which of them are present.
#[derive(Debug, Default, Object, Serialize)]
#[oai(skip_serializing_if_is_none)]
pub struct ErrorContext {
    /// The smallest allowed value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ge: Option<Figure>,
    /// The value that is just too small.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gt: Option<Figure>,
    /// The largest allowed value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub le: Option<Figure>,
    /// The value that is just too large.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lt: Option<Figure>,
    /// The smallest allowed number of items.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_length: Option<i64>,
    /// The largest allowed number of items.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<i64>,
    /// The number of items in the request.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual_length: Option<i64>,
    /// What the parser found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// In a formula, how many characters stand before the error.
    #[oai(validator(minimum(value = "0")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<i64>,
    /// What the run of a model costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<i64>,
    /// What the run of a model may cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost: Option<i64>,
    /// What was expected instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// The pattern that a text should match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The field that tells the kinds of an object apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discriminator: Option<String>,
    /// The kind that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// The kinds that there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_tags: Option<String>,
    /// The known name that is nearest to the one that was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    /// The largest allowed number of bytes.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<i64>,
    /// How many seconds to wait before the request is sent again.
    #[oai(validator(minimum(value = "0"), maximum(value = "9223372036854775807")))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<i64>,
    /// The id of the request in the service's log. Quote it when you report the error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One step on the way to a value: a name or a position.
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

impl ErrorDetail {
    /// An error of a kind, at a place, with its message.
    #[must_use]
    pub fn new(kind: &'static str, loc: Vec<Location>, msg: impl Into<String>) -> Self {
        Self { kind: kind.into(), loc, msg: msg.into(), input: None, ctx: None }
    }

    /// Quotes the value that was refused. `input` is JSON text.
    #[must_use]
    pub fn with_input(mut self, input: &str) -> Self {
        self.input = RawValue::from_string(input.to_owned()).ok().map(Any);
        self
    }

    /// Adds the figures behind the message.
    #[must_use]
    pub fn with_context(mut self, ctx: ErrorContext) -> Self {
        self.ctx = Some(ctx);
        self
    }
}

impl From<Violation> for ErrorDetail {
    fn from(violation: Violation) -> Self {
        let Violation { kind, loc, msg, input, ctx } = violation;
        Self {
            kind: kind.to_owned(),
            loc: loc.into_iter().map(Location::from).collect(),
            msg,
            input: input.map(Any),
            ctx: ctx.map(|context| ErrorContext::from(*context)),
        }
    }
}

impl From<Context> for ErrorContext {
    fn from(context: Context) -> Self {
        let Context {
            ge,
            gt,
            le,
            lt,
            min_length,
            max_length,
            actual_length,
            error,
            expected,
            pattern,
            discriminator,
            tag,
            expected_tags,
            nearest,
        } = context;
        let [ge, gt, le, lt] = [ge, gt, le, lt].map(|number| number.map(Figure));
        Self {
            ge,
            gt,
            le,
            lt,
            min_length,
            max_length,
            actual_length,
            error,
            expected,
            pattern,
            discriminator,
            tag,
            expected_tags,
            nearest,
            ..Self::default()
        }
    }
}

impl From<sim_schema::Location> for Location {
    fn from(location: sim_schema::Location) -> Self {
        match location {
            sim_schema::Location::Name(name) => Self::Name(name),
            sim_schema::Location::Position(position) => Self::Position(position),
        }
    }
}

/// A number that is written as the contract writes it: `1`, not `1.0`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Figure(pub Number);

impl Type for Figure {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        f64::name()
    }

    fn schema_ref() -> MetaSchemaRef {
        f64::schema_ref()
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ToJSON for Figure {
    fn to_json(&self) -> Option<Value> {
        Some(Value::Number(self.0.clone()))
    }
}

impl ParseFromJSON for Figure {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::Number(number)) => Ok(Self(number)),
            value => Err(ParseError::expected_type(value.unwrap_or_default())),
        }
    }
}

impl Type for Location {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "Location".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let name = MetaSchemaRef::Inline(Box::new(MetaSchema::new("string")));
        // 2^63 stands for the greatest 64-bit integer, which no double can represent.
        let bounds = MetaSchema { minimum: Some(0.0), maximum: Some(9_223_372_036_854_775_808.0), ..MetaSchema::ANY };
        let position = i64::schema_ref().merge(bounds);
        MetaSchemaRef::Inline(Box::new(MetaSchema { any_of: vec![name, position], ..MetaSchema::ANY }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for Location {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        match value {
            Some(Value::String(name)) => Ok(Self::Name(name.into())),
            Some(Value::Number(position)) => position
                .as_i64()
                .map(Self::Position)
                .ok_or_else(|| ParseError::custom("a position is a 64-bit integer")),
            other => Err(ParseError::expected_type(other.unwrap_or_default())),
        }
    }
}

impl ToJSON for Location {
    fn to_json(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}
