//! Tokens to a tree.

mod advice;

use super::error::{FormulaError, FormulaErrorKind};
use super::function::{self, Function};
use super::operation::{Binary, Tightness, Unary};
use super::token::{Stopped, Token, TokenKind, name_of, tokens};
use super::tree::{Formula, Node, NodeKind};
use super::{MAX_DEPTH, MAX_ERRORS, MAX_FORMULA_BYTES};

/// What came of reading a text.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The nodes that were read. They are a tree if there are no errors.
    pub(super) formula: Formula,
    /// In the order of their positions.
    pub(super) errors: Vec<FormulaError>,
    /// The text was read to its end, so that all its names are among the nodes.
    pub(super) complete: bool,
}

/// Reads a formula. Names are not looked up: that needs the model.
///
/// # Errors
///
/// The errors of the text in the order of their positions: misspelled operators, unknown functions and wrong numbers
/// of arguments up to the first place that cannot be understood.
pub fn parse(text: &str) -> Result<Formula, Vec<FormulaError>> {
    let parsed = read(text);
    if parsed.errors.is_empty() { Ok(parsed.formula) } else { Err(parsed.errors) }
}

/// Reads a formula as far as it goes.
pub(super) fn read(text: &str) -> Parsed {
    if text.len() > MAX_FORMULA_BYTES {
        let message = format!("the formula has {} bytes: {MAX_FORMULA_BYTES} are allowed", text.len());
        let error = FormulaError::new(FormulaErrorKind::TooLong, MAX_FORMULA_BYTES, 0, message)
            .expecting(format!("at most {MAX_FORMULA_BYTES} bytes"));
        return Parsed { formula: Formula { nodes: Vec::new() }, errors: vec![error], complete: false };
    }
    let tokens = tokens(text);
    let mut parser = Parser { text, tokens: &tokens.all, next: 0, depth: 0, nodes: Vec::new(), errors: tokens.errors };
    let complete = parser.formula().is_ok();
    let mut errors = parser.errors;
    errors.sort_by_key(|error| error.position);
    Parsed { formula: Formula { nodes: parser.nodes }, errors, complete }
}

const OPERAND: &str = "a name, a number or (";
const OPERATOR: &str = "an operator or the end";

struct Parser<'a> {
    text: &'a str,
    /// Ends with [`TokenKind::End`] or [`TokenKind::Unreadable`], which are never passed.
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    nodes: Vec<Node>,
    errors: Vec<FormulaError>,
}

impl Parser<'_> {
    fn formula(&mut self) -> Result<(), Stopped> {
        if self.token().kind == TokenKind::End {
            return self.stop(self.token(), "the formula is empty", OPERAND);
        }
        self.expression(Tightness::Or)?;
        let token = self.token();
        match token.kind {
            TokenKind::End => Ok(()),
            TokenKind::Close => self.stop(token, "this ) closes nothing: no ( is open before it", OPERATOR),
            TokenKind::Comma => self.stray_comma(token, OPERATOR),
            _ => self.stop(token, "the formula should end here", OPERATOR),
        }
    }

    /// Reads operands and the operators between them that bind at least so tightly.
    fn expression(&mut self, least: Tightness) -> Result<(), Stopped> {
        if self.depth == MAX_DEPTH {
            return self.too_deep();
        }
        if self.errors.len() >= MAX_ERRORS {
            return Err(Stopped);
        }
        self.depth += 1;
        let first = self.next;
        self.operand(least)?;
        let mut compared = None;
        loop {
            let token = self.token();
            let operation = match token.kind {
                TokenKind::Operator(operation) => operation,
                TokenKind::Number { .. } | TokenKind::Name | TokenKind::Open | TokenKind::Not => {
                    self.missing_operator(least)?
                }
                _ => break,
            };
            let tightness = operation.tightness();
            if tightness < least {
                break;
            }
            if token.kind == TokenKind::Operator(operation) {
                self.next += 1;
            }
            let right = self.next;
            self.expression(operation.right())?;
            self.push(NodeKind::Binary(operation), token);
            if tightness == Tightness::Comparison {
                if let Some(middle) = compared {
                    self.chained(first, middle, token, right);
                }
                compared = Some(right);
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads a number, a name, a call, or what follows `(`, `-` or `not`.
    fn operand(&mut self, least: Tightness) -> Result<(), Stopped> {
        let token = self.token();
        self.next += 1;
        match token.kind {
            TokenKind::Number { value, .. } => self.push(NodeKind::Number(value), token),
            TokenKind::Name => return self.name_or_call(token),
            TokenKind::Open => return self.parentheses(token),
            TokenKind::Operator(Binary::Subtract) => {
                self.expression(Tightness::Sign)?;
                self.push(NodeKind::Unary(Unary::Negate), token);
            }
            TokenKind::Not if least <= Tightness::Not => {
                self.expression(Tightness::Not)?;
                self.push(NodeKind::Unary(Unary::Not), token);
            }
            _ => {
                self.next -= 1;
                return self.no_operand(token);
            }
        }
        Ok(())
    }

    /// Reads what stands between `open` and its `)`.
    fn parentheses(&mut self, open: Token) -> Result<(), Stopped> {
        self.expression(Tightness::Or)?;
        let token = self.token();
        match token.kind {
            TokenKind::Close => self.next += 1,
            TokenKind::Comma => return self.stray_comma(token, "an operator or )"),
            _ => return self.unclosed(open),
        }
        Ok(())
    }

    fn name_or_call(&mut self, token: Token) -> Result<(), Stopped> {
        let name = name_of(self.text_of(token));
        if self.token().kind == TokenKind::Open {
            return self.call(token, &name);
        }
        if name == "if" {
            return self.stop(token, "a choice is written if(condition, then, else)", "( after if");
        }
        self.push(NodeKind::Name(name.into()), token);
        Ok(())
    }

    /// Reads the arguments of a function.
    fn call(&mut self, token: Token, name: &str) -> Result<(), Stopped> {
        let function = function::find(name);
        let open = self.token();
        self.next += 1;
        let mut count = 0;
        if self.token().kind == TokenKind::Close {
            self.next += 1;
        } else {
            loop {
                self.expression(Tightness::Or)?;
                count += 1;
                self.after_argument(function, count, token);
                let end = self.token();
                match end.kind {
                    TokenKind::Comma => self.next += 1,
                    TokenKind::Close => break self.next += 1,
                    _ => return self.unclosed(open),
                }
            }
        }
        match function {
            Some(function) => self.after_call(function, count, token, name),
            None => self.unknown_function(token, name),
        }
        Ok(())
    }

    /// Adds the operation on an argument and those before it.
    fn after_argument(&mut self, function: Option<Function>, count: usize, token: Token) {
        let operation = match (function, count) {
            (Some(Function::Fold(operation)), 2..) => operation,
            (Some(Function::Clamp), 2) => Binary::Max,
            (Some(Function::Clamp), 3) => Binary::Min,
            _ => return,
        };
        self.push(NodeKind::Binary(operation), token);
    }

    /// Adds the operation on all arguments, and defaults for those that are not given.
    fn after_call(&mut self, function: Function, count: usize, token: Token, name: &str) {
        let parameters = function.parameters(name);
        let (least, most) = function.arity(&parameters);
        if !(least..=most).contains(&count) {
            return self.wrong_arity(token, &function::signature(name, &parameters), (least, most), count);
        }
        let kind = match function {
            Function::Fold(_) | Function::Clamp => return,
            Function::Unary(operation) => NodeKind::Unary(operation),
            Function::Binary(operation) => NodeKind::Binary(operation),
            Function::If => NodeKind::If,
            Function::Family(function) => {
                for (_, default) in parameters.get(count..).unwrap_or_default() {
                    self.push(NodeKind::Number(default.unwrap_or_default()), token);
                }
                NodeKind::Family(function)
            }
        };
        self.push(kind, token);
    }

    /// The next token.
    fn token(&self) -> Token {
        self.tokens[self.next]
    }

    fn text_of(&self, token: Token) -> &str {
        &self.text[token.start..token.end]
    }

    fn push(&mut self, kind: NodeKind, token: Token) {
        self.nodes.push(Node { kind, position: token.start });
    }
}
