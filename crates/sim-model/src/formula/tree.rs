//! The tree of a formula.

use std::fmt;

use super::function;
use super::operation::{Binary, FamilyFunction, Tightness, Unary};

/// A formula that follows the grammar. Its names are not resolved yet.
///
/// Two formulas are equal if their trees are, whatever their spaces and parentheses. [`Display`](fmt::Display) writes a
/// formula so that reading it again gives an equal one.
#[derive(Clone, Debug)]
pub struct Formula {
    /// In postfix order: each node stands after its operands, so nothing that walks the tree recurses.
    pub(super) nodes: Vec<Node>,
}

/// A node and where it stands in the text.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kind: NodeKind,
    pub(super) position: usize,
}

/// What a node is. An operation takes its operands from the nodes before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NodeKind {
    /// Finite and not negative.
    Number(f64),
    Name(Box<str>),
    Unary(Unary),
    Binary(Binary),
    /// Has three operands: a condition, and the values where it holds and where it does not.
    If,
    /// Has as many operands as [`function::operands`] says.
    Family(FamilyFunction),
}

impl Formula {
    /// The number of nodes: numbers, names and operations.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes.len()
    }
}

impl PartialEq for Formula {
    fn eq(&self, other: &Self) -> bool {
        self.nodes.iter().map(|node| &node.kind).eq(other.nodes.iter().map(|node| &node.kind))
    }
}

impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pieces: Vec<Piece> = Vec::new();
        for node in &self.nodes {
            let mut operand = || pieces.pop().unwrap_or_default();
            let piece = match &node.kind {
                NodeKind::Number(value) => Piece::atom(number(*value)),
                NodeKind::Name(name) => Piece::atom(name.to_string()),
                NodeKind::Unary(operation) => Piece::unary(*operation, operand()),
                NodeKind::Binary(operation) => {
                    let right = operand();
                    Piece::binary(*operation, operand(), right)
                }
                NodeKind::If => Piece::call("if", pieces.split_off(pieces.len().saturating_sub(3))),
                NodeKind::Family(family) => {
                    let count = function::operands(*family);
                    let arguments = pieces.split_off(pieces.len().saturating_sub(count));
                    Piece::call(&function::family_name(*family), arguments)
                }
            };
            pieces.push(piece);
        }
        pieces.iter().try_for_each(|piece| f.write_str(&piece.text))
    }
}

/// The shortest text that reads back to the value, without an exponent where that is short.
fn number(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value) { value.to_string() } else { format!("{value:e}") }
}

/// A written part of a formula.
#[derive(Debug, Default)]
struct Piece {
    text: String,
    /// None for an atom.
    operator: Option<Tightness>,
    /// The function, if the piece is a call of one that takes further arguments.
    further: Option<Binary>,
}

impl Piece {
    fn atom(text: String) -> Self {
        Self { text, operator: None, further: None }
    }

    fn call(name: &str, arguments: Vec<Self>) -> Self {
        let arguments: Vec<String> = arguments.into_iter().map(|argument| argument.text).collect();
        Self::atom(format!("{name}({})", arguments.join(", ")))
    }

    fn unary(operation: Unary, operand: Self) -> Self {
        let (tightness, least) = match operation {
            Unary::Negate => (Tightness::Sign, Tightness::Power),
            Unary::Not => (Tightness::Not, Tightness::Comparison),
            _ => return Self::call(operation.text(), vec![operand]),
        };
        let text = format!("{}{}", operation.text(), operand.in_parentheses_unless(least));
        Self { text, operator: Some(tightness), further: None }
    }

    fn binary(operation: Binary, left: Self, right: Self) -> Self {
        if operation.tightness() == Tightness::Atom {
            let further = matches!(operation, Binary::Min | Binary::Max).then_some(operation);
            if further.is_some() && left.further == further {
                let mut text = left.text;
                text.pop();
                text.push_str(", ");
                text.push_str(&right.text);
                text.push(')');
                return Self { text, operator: None, further };
            }
            return Self { further, ..Self::call(operation.text(), vec![left, right]) };
        }
        let mut text = left.in_parentheses_unless(operation.left());
        text.push(' ');
        text.push_str(operation.text());
        text.push(' ');
        text.push_str(&right.in_parentheses_unless(operation.right()));
        Self { text, operator: Some(operation.tightness()), further: None }
    }

    /// The text, in parentheses if it holds together less tightly than `least`.
    fn in_parentheses_unless(self, least: Tightness) -> String {
        if self.operator.is_some_and(|tightness| tightness < least) { format!("({})", self.text) } else { self.text }
    }
}
