//! The kinds of value: for each, what a schema may say of it, and how the walk holds a value to it.

mod array;
mod boolean;
mod bound;
mod choice;
mod integer;
mod map;
mod number;
mod object;
mod pattern;
mod string;
mod union;

use array::Array;
use boolean::Boolean;
use choice::Choice;
use integer::Integer;
use map::Map;
use number::Number;
use object::Object;
use serde_json::Value;
use string::Text;
use union::Union;

use crate::compile::{CompileError, Compiler, Source};

/// The index of a node in its schema.
pub(crate) type NodeId = usize;

/// A schema, whose parts are other nodes.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) nullable: bool,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Integer(Integer),
    Number(Number),
    Boolean(Boolean),
    Text(Text),
    Choice(Choice),
    Array(Array),
    Object(Object),
    Map(Map),
    Union(Union),
}

impl Node {
    /// Whether such a value can be sent as plain text.
    pub(crate) fn is_of_text(&self) -> bool {
        matches!(self.kind, Kind::Integer(_) | Kind::Number(_) | Kind::Boolean(_) | Kind::Text(_) | Kind::Choice(_))
    }

    /// Compiles a schema that is no reference.
    pub(crate) fn compile<'c>(compiler: &mut Compiler<'c>, source: &Source<'c>) -> Result<Self, CompileError> {
        let (name, nullable) = type_of(source)?;
        let is_choice = source.get("enum").is_some() || source.get("const").is_some();
        let kind = match name {
            _ if source.get("oneOf").is_some() => Kind::Union(Union::compile(compiler, source)?),
            Some("string") | None if is_choice && !nullable => Kind::Choice(Choice::compile(source)?),
            Some("string") => Kind::Text(Text::compile(source)?),
            Some("integer") => Kind::Integer(Integer::compile(source)?),
            Some("number") => Kind::Number(Number::compile(source)?),
            Some("boolean") => Kind::Boolean(Boolean::compile(source)?),
            Some("array") => Kind::Array(Array::compile(compiler, source)?),
            Some("object") if source.get("properties").is_some() => Kind::Object(Object::compile(compiler, source)?),
            Some("object") => Kind::Map(Map::compile(compiler, source)?),
            Some(other) => return Err(source.refuse(format!("`type` {other} is not enforced"))),
            None => {
                return Err(
                    source.refuse("a schema without `type`, `$ref`, `enum`, `const` or `oneOf` is not enforced")
                );
            }
        };
        Ok(Self { kind, nullable })
    }
}

/// The one type that a schema names, and whether it allows null beside it.
fn type_of<'c>(source: &Source<'c>) -> Result<(Option<&'c str>, bool), CompileError> {
    let nullable = match source.get("nullable") {
        None => false,
        Some(nullable) => nullable.as_bool().ok_or_else(|| source.refuse("`nullable` is no boolean"))?,
    };
    match source.get("type") {
        None => Ok((None, nullable)),
        Some(Value::String(name)) => Ok((Some(name), nullable)),
        Some(Value::Array(names)) => match names.as_slice() {
            [Value::String(name), Value::String(null)] | [Value::String(null), Value::String(name)]
                if null == "null" && name != "null" =>
            {
                Ok((Some(name), true))
            }
            _ => Err(source.refuse("a `type` of several is enforced only as one type and null")),
        },
        Some(_) => Err(source.refuse("`type` is neither a name nor a list of names")),
    }
}
