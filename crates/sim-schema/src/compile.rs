//! From a published schema to the nodes that the walk follows.

use std::{collections::HashMap, fmt};

use serde::de::IgnoredAny;
use serde_json::{
    Number, Value,
    value::{RawValue, to_raw_value},
};

use crate::{
    Schema,
    kinds::{Node, NodeId},
    path::Path,
    walk::Walk,
};

/// Why a schema is not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileError {
    place: String,
    reason: String,
}

impl CompileError {
    pub(crate) fn new(place: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { place: place.into(), reason: reason.into() }
    }

    /// Where the schema is: `#` with the names that lead to it, or `#/components/schemas/…` in a component.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there, with the keyword in backticks.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.place, self.reason)
    }
}

impl std::error::Error for CompileError {}

/// What says nothing that a value could break.
const ANNOTATIONS: [&str; 7] = ["$comment", "default", "deprecated", "description", "example", "examples", "title"];

const REFERENCE: &str = "#/components/schemas/";

/// A published schema, and where it is.
#[derive(Debug, Clone)]
pub(crate) struct Source<'c> {
    pub(crate) place: String,
    pub(crate) schema: &'c Value,
}

impl<'c> Source<'c> {
    pub(crate) fn refuse(&self, reason: impl Into<String>) -> CompileError {
        CompileError::new(self.place.as_str(), reason)
    }

    /// Refuses a schema that has other keywords than these and annotations.
    pub(crate) fn allow(&self, known: &[&str]) -> Result<(), CompileError> {
        let schema = self.schema.as_object().ok_or_else(|| self.refuse("this is no object"))?;
        let is_allowed =
            |keyword: &str| known.contains(&keyword) || ANNOTATIONS.contains(&keyword) || keyword.starts_with("x-");
        match schema.keys().find(|keyword| !is_allowed(keyword)) {
            Some(keyword) => Err(self.refuse(format!("`{keyword}` is not enforced here"))),
            None => Ok(()),
        }
    }

    pub(crate) fn get(&self, keyword: &str) -> Option<&'c Value> {
        self.schema.get(keyword)
    }

    pub(crate) fn child(&self, keyword: &str) -> Option<Self> {
        self.get(keyword).map(|schema| Self { place: format!("{}/{keyword}", self.place), schema })
    }

    /// The member of `oneOf` with a reference.
    pub(crate) fn alternative(&self, reference: &Value) -> Option<Self> {
        let alternatives = self.get("oneOf")?.as_array()?;
        let index = alternatives.iter().position(|alternative| alternative.get("$ref") == Some(reference))?;
        Some(Self { place: format!("{}/oneOf/{index}", self.place), schema: &alternatives[index] })
    }

    pub(crate) fn text(&self, keyword: &str) -> Result<Option<&'c str>, CompileError> {
        let text = |value: &'c Value| value.as_str().ok_or_else(|| self.refuse(format!("`{keyword}` is no string")));
        self.get(keyword).map(text).transpose()
    }

    pub(crate) fn number(&self, keyword: &str) -> Result<Option<&'c Number>, CompileError> {
        let number =
            |value: &'c Value| value.as_number().ok_or_else(|| self.refuse(format!("`{keyword}` is no number")));
        self.get(keyword).map(number).transpose()
    }

    pub(crate) fn length(&self, keyword: &str) -> Result<Option<usize>, CompileError> {
        let length = |value: &Value| {
            let length = value.as_u64().and_then(|length| usize::try_from(length).ok());
            length.ok_or_else(|| self.refuse(format!("`{keyword}` is no length")))
        };
        self.get(keyword).map(length).transpose()
    }

    pub(crate) fn names(&self, keyword: &str) -> Result<Vec<&'c str>, CompileError> {
        let Some(names) = self.get(keyword) else { return Ok(vec![]) };
        let names = names.as_array().and_then(|names| names.iter().map(Value::as_str).collect());
        names.ok_or_else(|| self.refuse(format!("`{keyword}` is no list of names")))
    }
}

/// A schema that is no reference, and its name if it is a component.
pub(crate) struct Resolved<'c> {
    name: Option<&'c str>,
    pub(crate) source: Source<'c>,
}

/// A compilation in progress.
pub(crate) struct Compiler<'c> {
    components: &'c Value,
    /// `None` while the node is being compiled: it may be referred to by then.
    nodes: Vec<Option<Node>>,
    named: HashMap<&'c str, NodeId>,
    defaults: Vec<(String, NodeId, Box<RawValue>)>,
}

impl<'c> Compiler<'c> {
    pub(crate) fn new(components: &'c Value) -> Self {
        Self { components, nodes: vec![], named: HashMap::new(), defaults: vec![] }
    }

    pub(crate) fn compile(mut self, schema: &'c Value) -> Result<Schema, CompileError> {
        let source = Source { place: "#".to_owned(), schema };
        let default = self.default_of(&source)?;
        let root = self.node(source)?;
        if let Some(default) = &default {
            self.check_later("#".to_owned(), root, default);
        }
        let nodes: Vec<_> = self.nodes.into_iter().flatten().collect();
        for (place, node, default) in self.defaults {
            let mut walk = Walk::new(&nodes, 0);
            let read = walk.read(node, &default, &Path::Root("default"));
            if let Err(violations) = walk.finish::<IgnoredAny>(read, Vec::new) {
                let reasons: Vec<_> = violations.iter().take(1).map(|violation| violation.msg.as_str()).collect();
                return Err(CompileError::new(place, format!("`default` breaks the schema: {}", reasons.concat())));
            }
        }
        Ok(Schema { nodes, root, default })
    }

    /// Compiles a schema, once if it is a component.
    pub(crate) fn node(&mut self, source: Source<'c>) -> Result<NodeId, CompileError> {
        let Resolved { name, source } = self.resolve(source)?;
        if let Some(node) = name.and_then(|name| self.named.get(name)) {
            return Ok(*node);
        }
        let id = self.nodes.len();
        self.nodes.push(None);
        if let Some(name) = name {
            self.named.insert(name, id);
        }
        let node = Node::compile(self, &source)?;
        self.nodes[id] = Some(node);
        Ok(id)
    }

    /// Compiles the schema of the names of a map, where a string is understood.
    pub(crate) fn name(&mut self, source: Source<'c>) -> Result<NodeId, CompileError> {
        let refused = source.refuse("`propertyNames` is enforced only as a string");
        if self.resolve(source.clone())?.source.get("type").and_then(Value::as_str) != Some("string") {
            return Err(refused);
        }
        self.node(source)
    }

    /// Follows references.
    pub(crate) fn resolve(&self, mut source: Source<'c>) -> Result<Resolved<'c>, CompileError> {
        let mut names: Vec<&'c str> = vec![];
        loop {
            if let Some(all) = source.get("allOf") {
                // What 3.0 writes for a reference with annotations.
                source.allow(&["allOf"])?;
                source = match all.as_array().map(Vec::as_slice) {
                    Some([one]) if one.get("$ref").is_some() => {
                        Source { place: format!("{}/allOf/0", source.place), schema: one }
                    }
                    _ => return Err(source.refuse("`allOf` is enforced only of one `$ref`")),
                };
            }
            let Some(reference) = source.text("$ref")? else {
                return Ok(Resolved { name: names.pop(), source });
            };
            source.allow(&["$ref"])?;
            let name = reference.strip_prefix(REFERENCE);
            let name = name.ok_or_else(|| source.refuse(format!("`$ref` does not begin with {REFERENCE}")))?;
            let schema = self.components.get("schemas").and_then(|schemas| schemas.get(name));
            let schema = schema.ok_or_else(|| source.refuse(format!("`$ref` {reference} leads nowhere")))?;
            if names.contains(&name) {
                return Err(source.refuse(format!("`$ref` {reference} leads to itself")));
            }
            names.push(name);
            source = Source { place: reference.to_owned(), schema };
        }
    }

    /// The default of a schema: its own, or that of what it refers to.
    pub(crate) fn default_of(&self, source: &Source<'c>) -> Result<Option<Box<RawValue>>, CompileError> {
        let default = source.get("default").or(self.resolve(source.clone())?.source.get("default"));
        let raw = |default| to_raw_value(default).map_err(|error| source.refuse(format!("`default`: {error}")));
        default.map(raw).transpose()
    }

    /// Has a default checked when all nodes are compiled.
    pub(crate) fn check_later(&mut self, place: String, node: NodeId, default: &RawValue) {
        self.defaults.push((place, node, default.to_owned()));
    }
}
