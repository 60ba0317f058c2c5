//! What the parser says of a text that does not follow the grammar.

use super::{OPERAND, OPERATOR, Parser};
use crate::formula::error::{FormulaError, FormulaErrorKind, excerpt};
use crate::formula::function::{self, PERIOD_FUNCTIONS};
use crate::formula::operation::{Binary, Tightness};
use crate::formula::token::{Stopped, Token, TokenKind, name_of};
use crate::formula::{MAX_DEPTH, spelling};

impl Parser<'_> {
    /// Says that an operand is missing before `token`.
    pub(super) fn no_operand(&mut self, token: Token) -> Result<(), Stopped> {
        let before = self.before(token);
        let text = self.text_of(token);
        let message = match (token.kind, before.map(|before| before.kind)) {
            (TokenKind::End, _) => {
                let before = before.map_or("", |before| self.text_of(before));
                format!("the formula ends after {before} where {OPERAND} should follow")
            }
            (TokenKind::Not, _) => "not binds loosely: write it in parentheses, (not x)".to_owned(),
            (TokenKind::Close, Some(TokenKind::Open)) => "nothing stands in these parentheses".to_owned(),
            (TokenKind::Close | TokenKind::Comma, Some(TokenKind::Comma | TokenKind::Open)) => {
                "an argument is missing between the commas or parentheses".to_owned()
            }
            (TokenKind::Operator(Binary::Add), _) => "a + stands between two operands: leave it out".to_owned(),
            _ => format!("{text} needs an operand before it"),
        };
        self.stop(token, message, OPERAND)
    }

    /// Finds the operator that is meant where an operand follows an operand. Only a product can be: `2x`.
    pub(super) fn missing_operator(&mut self, least: Tightness) -> Result<Binary, Stopped> {
        let token = self.token();
        if least > Tightness::Product {
            // An expression around this one goes on here, and says what is wrong.
            return Ok(Binary::Multiply);
        }
        let before = self.before(token).unwrap_or(token);
        let (left, right) = (excerpt(self.text_of(before)), excerpt(self.text_of(token)));
        let called = self.tokens.get(self.next + 1).is_some_and(|next| next.kind == TokenKind::Open);
        let name = |token: Token, text: &str| if token.kind == TokenKind::Name { name_of(text) } else { String::new() };
        let (left_name, right_name) = (name(before, &left), name(token, &right));
        let message = if matches!(before.kind, TokenKind::Number { percent: true, .. }) {
            if right_name == "of" {
                format!("a percentage is multiplied: write {left} * x, not {left} of x")
            } else {
                format!(
                    "{left} is a percentage, and an operator should follow: {left} * x is a part of x, mod(a, b) is the remainder"
                )
            }
        } else if function::find(&right_name).is_some() && !called {
            format!("{right} is a function: write {right}(x, y) or {right}(x)")
        } else if function::find(&left_name).is_some() {
            format!("{left} is a function: its arguments stand in parentheses, {left}(x)")
        } else if let Some(advice) = spelling::of_name(&right_name).or_else(|| spelling::of_name(&left_name)) {
            advice.to_owned()
        } else if matches!(before.kind, TokenKind::Number { .. } | TokenKind::Close)
            && matches!(token.kind, TokenKind::Name | TokenKind::Open)
        {
            let message = format!("an operator is missing: a product is written {left} * {right}");
            self.note(FormulaErrorKind::Syntax, token, message, OPERATOR);
            return Ok(Binary::Multiply);
        } else {
            format!("an operator is missing between {left} and {right}")
        };
        self.stop(token, message, OPERATOR).map(|()| Binary::Multiply)
    }

    /// Says that comparisons do not chain. The operands begin at the tokens `first`, `middle` and `right`.
    pub(super) fn chained(&mut self, first: usize, middle: usize, operator: Token, right: usize) {
        let text = |from: usize, to: usize| excerpt(&self.text[self.tokens[from].start..self.tokens[to - 1].end]);
        let (left, between) = (text(first, right - 1), text(middle, right - 1));
        let after = text(right, self.next);
        let message =
            format!("comparisons do not chain: write {left} and {between} {} {after}", self.text_of(operator));
        self.note(FormulaErrorKind::Syntax, operator, message, "and, or, or the end");
    }

    /// Says what a comma outside the arguments of a function may be meant for.
    pub(super) fn stray_comma(&mut self, token: Token, expected: &str) -> Result<(), Stopped> {
        let message = self
            .decimal_comma(token)
            .unwrap_or_else(|| "a comma separates the arguments of a function, and there is none here".to_owned());
        self.stop(token, message, expected)
    }

    /// What to write instead of a comma that stands right between two numbers.
    fn decimal_comma(&self, comma: Token) -> Option<String> {
        let before = self.before(comma).filter(|before| before.end == comma.start)?;
        let place = self.tokens.partition_point(|token| token.start < comma.end);
        let after = self.tokens.get(place).filter(|after| after.start == comma.end)?;
        let number = |token: &Token| matches!(token.kind, TokenKind::Number { .. });
        (number(&before) && number(after)).then(|| {
            let (whole, decimals) = (excerpt(self.text_of(before)), excerpt(self.text_of(*after)));
            format!("the decimal sign is a point: write {whole}.{decimals}, not {whole},{decimals}")
        })
    }

    /// Says that `open` has no `)`.
    pub(super) fn unclosed(&mut self, open: Token) -> Result<(), Stopped> {
        self.stop(open, "this ( is not closed: a ) is missing", ")")
    }

    /// Says that there is no such function; [`compile`](super::super::compile()) adds what the model knows of the name.
    pub(super) fn unknown_function(&mut self, token: Token, name: &str) {
        if PERIOD_FUNCTIONS.contains(&name) {
            let message = format!("{name}(...) needs a model with periods");
            return self.note(FormulaErrorKind::NeedsPeriods, token, message, "a function without periods");
        }
        let names: Vec<String> = function::names().collect();
        let shown = excerpt(name);
        let nearest = spelling::nearest(name, names.iter().map(String::as_str)).map(str::to_owned);
        let message = match (spelling::of_function(name), &nearest) {
            (Some(advice), _) => format!("there is no function {shown}: {advice}"),
            (None, Some(nearest)) => format!("there is no function {shown}: did you mean {nearest}?"),
            (None, None) => format!("there is no function {shown}"),
        };
        self.note(FormulaErrorKind::UnknownFunction, token, message, "a function");
        if let Some(error) = self.errors.last_mut() {
            error.nearest = nearest;
        }
    }

    /// Says how a function is called.
    pub(super) fn wrong_arity(&mut self, token: Token, signature: &str, allowed: (usize, usize), count: usize) {
        let plural = |count: usize| if count == 1 { "1 argument".to_owned() } else { format!("{count} arguments") };
        let expected = match allowed {
            (least, usize::MAX) => format!("at least {}", plural(least)),
            (least, most) if least == most => plural(most),
            (least, most) => format!("{least} to {}", plural(most)),
        };
        // A decimal comma makes two arguments of one.
        let call = self.tokens[self.tokens.partition_point(|next| next.start < token.start)..].iter();
        let closed = self.before(self.token()).map_or(token.end, |close| close.end);
        let comma = call
            .take_while(|next| next.end <= closed)
            .filter(|next| next.kind == TokenKind::Comma && count > allowed.1)
            .find_map(|next| self.decimal_comma(*next));
        let comma = comma.map_or_else(String::new, |comma| format!(" ({comma})"));
        let message = format!("{signature} has {expected}, not {count}{comma}");
        self.note(FormulaErrorKind::Arity, token, message, &expected);
    }

    /// Says that the formula is nested too deep.
    pub(super) fn too_deep(&mut self) -> Result<(), Stopped> {
        let message = format!(
            "parentheses, calls, signs and operands are nested deeper than {MAX_DEPTH}: give the inner part a name of its own"
        );
        self.note(FormulaErrorKind::TooDeep, self.token(), message, &format!("at most {MAX_DEPTH} levels"));
        Err(Stopped)
    }

    /// Notes a syntax error after which there is no sense in reading on. Where the tokens end early, nothing is missing.
    pub(super) fn stop(&mut self, token: Token, message: impl Into<String>, expected: &str) -> Result<(), Stopped> {
        if self.token().kind == TokenKind::Unreadable {
            return Err(Stopped);
        }
        self.note(FormulaErrorKind::Syntax, token, message, expected);
        Err(Stopped)
    }

    fn note(&mut self, kind: FormulaErrorKind, token: Token, message: impl Into<String>, expected: &str) {
        let error = FormulaError::new(kind, token.start, token.end - token.start, message);
        self.errors.push(error.found_in(self.text).expecting(expected));
    }

    /// The token before.
    fn before(&self, token: Token) -> Option<Token> {
        let place = self.tokens.partition_point(|other| other.start < token.start);
        self.tokens[..place].last().copied()
    }
}
