use std::cmp::Ordering;

use serde_json::value::RawValue;

use super::bound::{Bound, Side};
use crate::{
    Violation,
    compile::{CompileError, Source},
    decimal::{Decimal, Whole, double, is_number},
    echo::Input,
    path::Path,
    value::Value,
    walk::Walk,
};

/// A double within bounds.
#[derive(Debug)]
pub(crate) struct Number(Vec<Limit>);

#[derive(Debug)]
struct Limit {
    bound: Bound,
    text: String,
    double: f64,
}

impl Number {
    pub(super) fn compile(source: &Source) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"])?;
        if let Some(other) = source.text("format")?.filter(|format| *format != "double") {
            return Err(source.refuse(format!("`format` {other} of a number is not enforced")));
        }
        let limit = |side: Side| {
            let limit = source.number(side.keyword()).transpose()?;
            Some(limit.map(|limit| {
                let text = limit.to_string();
                // Said as an integer where it is one, as FastAPI does.
                let limit = match Decimal::of(&text).whole() {
                    Whole::Fits(integer) => integer.into(),
                    _ => limit.clone(),
                };
                let double = double(&text);
                Limit { bound: Bound { side, limit }, text, double }
            }))
        };
        Side::ALL.into_iter().filter_map(limit).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        if !is_number(json.get()) {
            return walk.refuse(path, Input::Json(json), || {
                Violation::new("float_type", vec![], "Input should be a valid number")
            });
        }
        self.read_number(walk, json.get(), Input::Json(json), path)
    }

    pub(crate) fn read_text<'a>(&self, walk: &mut Walk<'a>, text: &str, path: &Path) -> Value<'a> {
        let is_number = is_number(text)
            && text.ends_with(|last: char| last.is_ascii_digit())
            && serde_json::from_str::<&RawValue>(text).is_ok();
        if !is_number {
            return walk.refuse(path, Input::Text(text), || {
                let message = "Input should be a valid number, unable to parse string as a number";
                Violation::new("float_parsing", vec![], message)
            });
        }
        self.read_number(walk, text, Input::Text(text), path)
    }

    fn read_number<'a>(&self, walk: &mut Walk<'a>, number: &str, input: Input, path: &Path) -> Value<'a> {
        let double = double(number);
        if !double.is_finite() {
            return walk
                .refuse(path, input, || Violation::new("finite_number", vec![], "Input should be a finite number"));
        }
        let broken = self.0.iter().find(|limit| !limit.allows(number, double));
        match broken {
            Some(limit) => walk.refuse(path, input, || limit.bound.violation()),
            None => Value::Number(double),
        }
    }
}

impl Limit {
    /// Holds both to the bound: the number as it is written, which is what the contract speaks of, and the double, which is
    /// what will be computed with. A positive number may be so small that the double is zero.
    fn allows(&self, number: &str, double: f64) -> bool {
        let written = Decimal::of(number).compare(&Decimal::of(&self.text));
        self.allows_order(written) && double.partial_cmp(&self.double).is_some_and(|order| self.allows_order(order))
    }

    fn allows_order(&self, order: Ordering) -> bool {
        match self.bound.side {
            Side::AtLeast => order.is_ge(),
            Side::MoreThan => order.is_gt(),
            Side::AtMost => order.is_le(),
            Side::LessThan => order.is_lt(),
        }
    }
}
