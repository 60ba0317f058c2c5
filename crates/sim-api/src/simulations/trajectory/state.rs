use std::borrow::Cow;

use poem_openapi::{
    registry::{MetaSchema, MetaSchemaRef},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::Serialize;
use serde_json::{Value, json};

/// A state of the generator, 0 to 2147483647.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(crate) struct State(u32);

impl From<u32> for State {
    fn from(state: u32) -> Self {
        Self(state)
    }
}

impl Type for State {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "State".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            minimum: Some(0.0),
            maximum: Some(f64::from(i32::MAX)),
            ..MetaSchema::new_with_format("integer", "int32")
        }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}

impl ParseFromJSON for State {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        u32::parse_from_json(value).map(Self).map_err(ParseError::propagate)
    }
}

impl ToJSON for State {
    fn to_json(&self) -> Option<Value> {
        Some(json!(self.0))
    }
}
