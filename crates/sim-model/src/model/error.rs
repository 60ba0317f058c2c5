//! Errors of models, with their places.

use std::fmt::{self, Display};

/// One thing that is wrong with a model or with its run.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelError {
    /// What kind of error it is, as a word for programs: `formula_syntax`, `name`, `greater_than`, ….
    pub kind: &'static str,
    /// Where it is in the model: `formulas`, `profit`.
    pub path: Vec<PathItem>,
    /// In a formula, how many characters stand before it.
    pub position: Option<usize>,
    /// What is wrong and what is allowed, for people.
    pub message: String,
    /// What is allowed, where it can be said in a few words.
    pub expected: Option<String>,
}

/// A step of the way to a place in a model.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PathItem {
    /// A field, or an entry of a map.
    Name(String),
    /// An element of a list, counted from 0.
    Index(usize),
}

impl ModelError {
    pub(crate) fn new(kind: &'static str, path: Vec<PathItem>, message: impl Into<String>) -> Self {
        Self { kind, path, position: None, message: message.into(), expected: None }
    }
}

impl Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, item) in self.path.iter().enumerate() {
            match item {
                PathItem::Name(name) if step == 0 => f.write_str(name)?,
                PathItem::Name(name) => write!(f, ".{name}")?,
                PathItem::Index(index) => write!(f, "[{index}]")?,
            }
        }
        if let Some(position) = self.position {
            write!(f, ", position {position}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ModelError {}

impl From<&str> for PathItem {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<usize> for PathItem {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}
