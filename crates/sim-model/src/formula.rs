//! Formulas over inputs and constants.
//!
//! [`compile()`] checks the formulas of a model together and turns them into a [`Program`], which evaluates columns of
//! samples in a [`Workspace`]. [`GRAMMAR`] says how a formula is written, `docs/numerics.md` what its value is, to the
//! bit. Errors say where they are and what to write instead.
//!
//! ```
//! use std::collections::BTreeMap;
//! use sim_model::formula::{Sources, Workspace, compile};
//!
//! let formulas = BTreeMap::from([("profit".to_owned(), "units * (price - 2.5) - 10%".to_owned())]);
//! let sources =
//!     Sources { inputs: &["units", "price"], constants: &BTreeMap::new(), formulas: &formulas, outputs: &["profit"] };
//! let program = compile(sources).expect("the formula is correct");
//!
//! let mut workspace = Workspace::new(&program, 512);
//! program.evaluate(&[[2.0, 3.0], [4.5, 3.5]], 2, &mut workspace);
//! assert_eq!(workspace.values(&program.formulas()[0]), Some(&[3.9, 2.9][..]));
//! ```
//!
//! A text becomes tokens, a tree in postfix order, and instructions over columns. Nothing on this way recurses deeper
//! than [`MAX_DEPTH`], whatever the text.

mod compile;
mod cycle;
mod error;
mod function;
mod kernel;
mod lower;
mod name;
mod operation;
mod parse;
mod program;
mod remainder;
mod spelling;
#[cfg(test)]
mod tests;
mod token;
mod tree;

pub use compile::{Sources, compile};
pub use error::{FormulaError, FormulaErrorKind};
pub use function::RESERVED_NAMES;
pub use parse::parse;
pub use program::{CheckedFormula, Program, Workspace};
pub use tree::Formula;

/// The most bytes of a formula.
pub const MAX_FORMULA_BYTES: usize = 10_000;

/// The most nodes that all formulas of a model have together: numbers, names and operations.
pub const MAX_NODES: usize = 100_000;

/// How deep parentheses, calls, signs and right operands may be nested.
pub const MAX_DEPTH: usize = 200;

/// The most errors that are reported at once.
pub const MAX_ERRORS: usize = 100;

/// The grammar of formulas, in EBNF.
pub const GRAMMAR: &str = r#"formula    = or ;
or         = and { "or" and } ;
and        = not { "and" not } ;
not        = "not" not | comparison ;
comparison = sum [ ( "<" | "<=" | ">" | ">=" | "==" | "!=" ) sum ] ;
sum        = product { ( "+" | "-" ) product } ;
product    = sign { ( "*" | "/" ) sign } ;
sign       = "-" sign | power ;
power      = atom [ "^" sign ] ;
atom       = number | name | call | "(" or ")" ;
call       = function "(" or { "," or } ")" ;
function   = "if" | "min" | "max" | "clamp" | "abs" | "sign" | "floor" | "ceil" | "round" | "sqrt"
           | "exp" | "ln" | "log10" | "sin" | "cos" | "tan" | "pow" | "mod" | "atan2"
           | family "_cdf" | family "_quantile" ;
family     = (* a kind of distribution, such as "normal" *) name ;
number     = ( digits [ "." [ digits ] ] | "." digits ) [ ( "e" | "E" ) [ "+" | "-" ] digits ] [ "%" ] ;
name       = letter { letter | digit | "_" } ;
letter     = "a" | (* to *) "z" ;
digits     = digit { digit } ;
digit      = "0" | (* to *) "9" ;
"#;
