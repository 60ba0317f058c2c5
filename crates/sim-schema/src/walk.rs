//! The walk of a value by its schema.
//!
//! Where a value breaks its schema the walk notes that and goes on, in order to find whatever else is wrong.

use std::mem;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::{
    Location, Violation,
    echo::{Echo, Input},
    kinds::{Kind, Node, NodeId},
    level::Member,
    path::Path,
    value::Value,
};

/// How many violations are listed.
const MAX_VIOLATIONS: usize = 100;

/// A walk in progress.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    nodes: &'a [Node],
    violations: Vec<Violation>,
    echo: Echo,
    /// Room for the values of one object, which the next one takes: a batch has thousands of small objects.
    pub(crate) room: Vec<Option<&'a RawValue>>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(nodes: &'a [Node], length_of_text: usize) -> Self {
        Self { nodes, violations: Vec::new(), echo: Echo::new(length_of_text), room: Vec::new() }
    }

    /// Reads a JSON value.
    pub(crate) fn read(&mut self, node: NodeId, json: &'a RawValue, path: &Path) -> Value<'a> {
        let node = &self.nodes[node];
        if node.nullable && json.get() == "null" {
            return Value::Null;
        }
        match &node.kind {
            Kind::Integer(integer) => integer.read(self, json, path),
            Kind::Number(number) => number.read(self, json, path),
            Kind::Boolean(boolean) => boolean.read(self, json, path),
            Kind::Text(text) => text.read(self, json, path),
            Kind::Choice(choice) => choice.read(self, json, path),
            Kind::Array(array) => array.read(self, json, path),
            Kind::Object(object) => object.read(self, json, path),
            Kind::Map(map) => map.read(self, json, path),
            Kind::Union(union) => union.read(self, json, path),
        }
    }

    /// Reads a JSON object whose members are known.
    pub(crate) fn read_members(
        &mut self,
        node: NodeId,
        json: &'a RawValue,
        members: Vec<Member<'a>>,
        path: &Path,
    ) -> Value<'a> {
        match &self.nodes[node].kind {
            Kind::Object(object) => object.read_members(self, json, members, path),
            _ => self.read(node, json, path),
        }
    }

    /// Reads a value that was sent as plain text.
    pub(crate) fn read_text(&mut self, node: NodeId, text: &'a str, path: &Path) -> Value<'a> {
        match &self.nodes[node].kind {
            Kind::Integer(integer) => integer.read_text(self, text, path),
            Kind::Number(number) => number.read_text(self, text, path),
            Kind::Boolean(boolean) => boolean.read_text(self, text, path),
            Kind::Text(kind) => kind.read_text(self, text.into(), Input::Text(text), path),
            Kind::Choice(choice) => choice.read_text(self, text.into(), Input::Text(text), path),
            Kind::Array(_) | Kind::Object(_) | Kind::Map(_) | Kind::Union(_) => {
                self.refuse(path, Input::Text(text), || {
                    Violation::new("value_error", vec![], "Input should be sent as JSON")
                })
            }
        }
    }

    /// Holds a text to a schema of strings, and keeps nothing.
    pub(crate) fn check_text(&mut self, node: NodeId, text: &str, path: &Path) {
        let mut walk =
            Walk { nodes: self.nodes, violations: mem::take(&mut self.violations), echo: self.echo, room: Vec::new() };
        walk.read_text(node, text, path);
        (self.violations, self.echo) = (walk.violations, walk.echo);
    }

    /// Notes a violation, unless there are as many as are listed. Returns what stands for the value.
    pub(crate) fn refuse(&mut self, path: &Path, input: Input, violation: impl FnOnce() -> Violation) -> Value<'a> {
        if !self.is_full() {
            let violation = violation();
            let input = self.echo.quote(input);
            self.violations.push(Violation { loc: path.location(), input, ..violation });
        }
        Value::Null
    }

    /// Whether there are as many violations as are listed.
    pub(crate) fn is_full(&self) -> bool {
        self.violations.len() >= MAX_VIOLATIONS
    }

    /// The typed value, unless there is a violation. `location` is where it is.
    pub(crate) fn finish<T: DeserializeOwned>(
        self,
        value: Value<'a>,
        location: impl FnOnce() -> Vec<Location>,
    ) -> Result<T, Vec<Violation>> {
        if !self.violations.is_empty() {
            return Err(self.violations);
        }
        T::deserialize(value).map_err(|error| vec![Violation::new("value_error", location(), error.to_string())])
    }
}
