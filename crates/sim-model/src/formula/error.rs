//! What is wrong with a formula, as data.

use std::fmt;

/// The kind of a [`FormulaError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FormulaErrorKind {
    /// The text does not follow the grammar.
    Syntax,
    /// A name is no input, constant or formula of the model.
    UnknownName,
    /// A name before a parenthesis is no function.
    UnknownFunction,
    /// A function has too few or too many arguments.
    Arity,
    /// Formulas refer to each other in a circle.
    Cycle,
    /// The formula has more than [`MAX_FORMULA_BYTES`](super::MAX_FORMULA_BYTES) bytes.
    TooLong,
    /// Parentheses, calls, signs or powers are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    TooDeep,
    /// The formulas of the model have more than [`MAX_NODES`](super::MAX_NODES) nodes.
    TooManyNodes,
    /// The name or function needs a model with periods.
    NeedsPeriods,
}

impl FormulaErrorKind {
    /// The kind as a word for programs, such as `formula_syntax`.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::Syntax => "formula_syntax",
            Self::UnknownName => "formula_unknown_name",
            Self::UnknownFunction => "formula_unknown_function",
            Self::Arity => "formula_arity",
            Self::Cycle => "formula_cycle",
            Self::TooLong => "formula_too_long",
            Self::TooDeep => "formula_too_deep",
            Self::TooManyNodes => "formula_too_many_nodes",
            Self::NeedsPeriods => "formula_needs_periods",
        }
    }
}

/// One error in one formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormulaError {
    /// What kind of error it is.
    pub kind: FormulaErrorKind,
    /// The name of the formula; empty for a text that was parsed without a name.
    pub formula: String,
    /// Where the wrong part begins: characters before it, which are bytes too, since formulas are ASCII.
    pub position: usize,
    /// How many characters are wrong; 0 where something is missing at the end.
    pub length: usize,
    /// What is wrong and what to write instead, for people.
    pub message: String,
    /// The text at the position, shortened; none at the end of the formula.
    pub found: Option<String>,
    /// What the grammar, the function or the limit allows instead.
    pub expected: Option<String>,
    /// The known name that is spelled most alike.
    pub nearest: Option<String>,
    /// The formulas of a cycle in the order in which they refer to each other. The last refers to the first.
    pub cycle: Vec<String>,
}

impl FormulaError {
    /// An error over `length` characters from `position`.
    pub(super) fn new(kind: FormulaErrorKind, position: usize, length: usize, message: impl Into<String>) -> Self {
        Self {
            kind,
            formula: String::new(),
            position,
            length,
            message: message.into(),
            found: None,
            expected: None,
            nearest: None,
            cycle: Vec::new(),
        }
    }

    /// Adds the wrong part of `text`.
    pub(super) fn found_in(mut self, text: &str) -> Self {
        self.found =
            text.get(self.position..self.position + self.length).filter(|found| !found.is_empty()).map(excerpt);
        self
    }

    /// Adds what is allowed instead.
    pub(super) fn expecting(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }
}

impl fmt::Display for FormulaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.formula.is_empty() {
            write!(f, "formula `{}`, ", self.formula)?;
        }
        write!(f, "position {}: {}", self.position, self.message)
    }
}

impl std::error::Error for FormulaError {}

/// The text, or its beginning and an ellipsis, short enough for a message. Control characters are escaped.
pub(super) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut characters = text.chars();
    let mut excerpt: String = characters.by_ref().take(LONGEST).flat_map(printable).collect();
    if characters.next().is_some() {
        excerpt.push_str("...");
    }
    excerpt
}

/// The character, escaped if it is a control character.
fn printable(character: char) -> impl Iterator<Item = char> {
    let escaped = character.is_control();
    character.escape_default().take(if escaped { usize::MAX } else { 0 }).chain((!escaped).then_some(character))
}
