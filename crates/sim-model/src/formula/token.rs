//! Text to tokens.

use super::error::{FormulaError, FormulaErrorKind, excerpt};
use super::operation::Binary;
use super::{MAX_ERRORS, spelling};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A number without a sign. `percent` says that it was written with `%`.
    Number {
        value: f64,
        percent: bool,
    },
    /// A name, also of a function; the words `and`, `or` and `not` have kinds of their own.
    Name,
    Not,
    /// An operator between two operands.
    Operator(Binary),
    Open,
    Close,
    Comma,
    /// The end of the text.
    End,
    /// The place from which on the text could not be split into tokens. The error is noted.
    Unreadable,
}

/// A token and where it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The tokens of a text and what was misspelled in it.
#[derive(Debug)]
pub(super) struct Tokens {
    /// Ends with the only [`TokenKind::End`] or [`TokenKind::Unreadable`].
    pub(super) all: Vec<Token>,
    /// What was misspelled. A token that was meant for sure stands in its place.
    pub(super) errors: Vec<FormulaError>,
}

/// An error was noted after which there is no sense in reading on.
#[derive(Debug)]
pub(super) struct Stopped;

/// Splits a text into tokens.
pub(super) fn tokens(text: &str) -> Tokens {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), position: 0, tokens: Vec::new(), errors: Vec::new() };
    let mut end = TokenKind::End;
    while let Some(&byte) = lexer.bytes.get(lexer.position) {
        if lexer.token(byte).is_err() || lexer.errors.len() >= MAX_ERRORS {
            end = TokenKind::Unreadable;
            break;
        }
    }
    lexer.push(end, 0);
    Tokens { all: lexer.tokens, errors: lexer.errors }
}

/// The name that a token of the kind [`TokenKind::Name`] stands for: without what is before a dot, in lower case. (The
/// lexer has noted both as errors.)
pub(super) fn name_of(word: &str) -> String {
    word.rsplit('.').next().unwrap_or(word).to_ascii_lowercase()
}

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    position: usize,
    tokens: Vec<Token>,
    errors: Vec<FormulaError>,
}

impl Lexer<'_> {
    /// Reads the token that begins with `byte`, or the space.
    fn token(&mut self, byte: u8) -> Result<(), Stopped> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => self.position += 1,
            b'0'..=b'9' => self.number()?,
            b'.' if self.byte(1).is_some_and(|next| next.is_ascii_digit()) => self.number()?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word()?,
            _ => self.sign()?,
        }
        Ok(())
    }

    /// Reads a token made of signs, in its own spelling or in that of another language.
    fn sign(&mut self) -> Result<(), Stopped> {
        let rest = &self.text[self.position..];
        let Some(&(sign, kind, advice)) = spelling::sign_at(rest) else {
            let character = rest.chars().next().unwrap_or_default();
            return self.stop(1, spelling::of_character(character));
        };
        if let Some(advice) = advice {
            self.note(sign.len(), advice);
        }
        self.push(kind, sign.len());
        Ok(())
    }

    /// Reads a number and its `%`.
    fn number(&mut self) -> Result<(), Stopped> {
        let start = self.position;
        let digits = |from: usize| self.bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let mut end = start + digits(start);
        if self.bytes.get(end) == Some(&b'.') {
            end += 1 + digits(end + 1);
        }
        let mantissa = &self.text[start..end];
        let mut exponent = 0;
        if self.bytes.get(end).is_some_and(|byte| matches!(byte, b'e' | b'E')) {
            let sign = usize::from(self.bytes.get(end + 1).is_some_and(|byte| matches!(byte, b'+' | b'-')));
            let length = digits((end + 1 + sign).min(self.bytes.len()));
            if length > 0 {
                exponent = whole_exponent(&self.text[end + 1..end + 1 + sign + length]);
                end += 1 + sign + length;
            }
        }
        let percent = self.bytes.get(end) == Some(&b'%');
        if percent {
            end += 1;
            exponent -= 2;
        }
        // The decimal number as a whole is rounded once: 0.1% is the double nearest to 0.001.
        let value = format!("{mantissa}e{exponent}").parse().unwrap_or(f64::INFINITY);
        if value == f64::INFINITY {
            let shown = excerpt(&self.text[start..end]);
            return self.stop(end - start, format!("the number {shown} is too large: the largest is about 1.797e308"));
        }
        self.push(TokenKind::Number { value, percent }, end - start);
        self.after_number(start, percent)
    }

    /// Looks for what people write after a number and formulas do not have.
    fn after_number(&mut self, start: usize, percent: bool) -> Result<(), Stopped> {
        let rest = &self.bytes[self.position..];
        match rest {
            [b'_' | b'\'', b'0'..=b'9', ..] => {
                self.stop(1, "digits are not grouped: write 1000000 or 1e6, not 1_000_000")
            }
            [b'.', b'0'..=b'9', ..] => {
                self.stop(1, "a number has one decimal point, and digits are not grouped: write 1000000.5")
            }
            [b'x' | b'X', b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F', ..] if &self.bytes[start..self.position] == b"0" => {
                self.stop(1, "numbers are decimal: write 255, not 0xff")
            }
            [b' ' | b'\t', ..] if !percent => {
                let spaces = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
                if rest.get(spaces) == Some(&b'%') { self.percent_apart(start, spaces) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// Notes the error of a `%` that `spaces` separate from the number at `start`.
    fn percent_apart(&mut self, start: usize, spaces: usize) -> Result<(), Stopped> {
        let number = excerpt(&self.text[start..self.position]);
        self.position += spaces;
        let after = self.text[self.position + 1..].trim_start();
        let message = if after.starts_with("of ") {
            format!("a percentage has no space and is multiplied: write {number}% * x, not {number} % of x")
        } else if after.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '(') {
            format!("% is no operator: the remainder is mod(a, b), and a percentage has no space: {number}%")
        } else {
            format!("a percentage has no space: write {number}%")
        };
        self.stop(1, message)
    }

    /// Reads a name, `and`, `or` or `not`.
    fn word(&mut self) -> Result<(), Stopped> {
        let rest = &self.text[self.position..];
        let length = rest
            .bytes()
            .enumerate()
            .take_while(|&(at, byte)| {
                let dotted = byte == b'.' && rest.as_bytes().get(at + 1).is_some_and(u8::is_ascii_alphabetic);
                byte.is_ascii_alphanumeric() || byte == b'_' || dotted
            })
            .count();
        let word = &rest[..length];
        if word.starts_with('_') {
            return self.stop(length, "a name begins with a letter from a to z");
        }
        let own = word.rsplit('.').next().unwrap_or(word);
        let lower = own.to_ascii_lowercase();
        if own.len() < word.len() {
            let advice = format!("names have no dots: write {}, not {}", excerpt(&lower), excerpt(word));
            self.note(length, advice);
        } else if lower != word {
            let advice = format!("names are in lower case: write {}, not {}", excerpt(&lower), excerpt(word));
            self.note(length, advice);
        }
        // A name in another spelling is no name that the model can have: only words of the language are understood.
        let kind = match lower.as_str() {
            "and" => TokenKind::Operator(Binary::And),
            "or" => TokenKind::Operator(Binary::Or),
            "not" => TokenKind::Not,
            _ => TokenKind::Name,
        };
        self.push(kind, length);
        Ok(())
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.position + ahead).copied()
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let start = self.position;
        self.position += length;
        self.tokens.push(Token { kind, start, end: self.position });
    }

    /// Notes an error over the next `length` characters.
    fn note(&mut self, length: usize, message: impl Into<String>) {
        let found: String = self.text[self.position..].chars().take(length).collect();
        let error = FormulaError::new(FormulaErrorKind::Syntax, self.position, length, message);
        self.errors.push(FormulaError { found: Some(excerpt(&found)), ..error });
    }

    /// Notes an error after which there is no sense in reading on.
    fn stop(&mut self, length: usize, message: impl Into<String>) -> Result<(), Stopped> {
        self.note(length, message);
        Err(Stopped)
    }
}

/// The exponent of ten, or one that is as good: a mantissa has too few digits to make up for it.
fn whole_exponent(text: &str) -> i64 {
    const FAR: i64 = 1_000_000;
    let (sign, digits) = match text.as_bytes() {
        [b'-', ..] => (-1, &text[1..]),
        [b'+', ..] => (1, &text[1..]),
        _ => (1, text),
    };
    let digits = digits.trim_start_matches('0');
    sign * if digits.len() > 6 { FAR } else { digits.parse().unwrap_or(0) }
}
