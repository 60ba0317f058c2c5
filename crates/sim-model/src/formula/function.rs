//! The functions that formulas can call.

use super::operation::{Binary, FamilyFunction, Unary};
use crate::distribution::FAMILIES;

/// What a call of a function turns into.
#[derive(Clone, Copy, Debug)]
pub(super) enum Function {
    Unary(Unary),
    Binary(Binary),
    /// `min` or `max` of any number of arguments, two by two from the left.
    Fold(Binary),
    /// `max`, then `min`.
    Clamp,
    If,
    Family(FamilyFunction),
}

/// All functions but those of distributions, with the names of their parameters.
const BUILT_IN: [(&str, Function, &[&str]); 19] = [
    ("if", Function::If, &["condition", "then", "else"]),
    ("min", Function::Fold(Binary::Min), &["a", "b", "..."]),
    ("max", Function::Fold(Binary::Max), &["a", "b", "..."]),
    ("clamp", Function::Clamp, &["x", "low", "high"]),
    ("abs", Function::Unary(Unary::Abs), &["x"]),
    ("sign", Function::Unary(Unary::Sign), &["x"]),
    ("floor", Function::Unary(Unary::Floor), &["x"]),
    ("ceil", Function::Unary(Unary::Ceil), &["x"]),
    ("round", Function::Unary(Unary::Round), &["x"]),
    ("sqrt", Function::Unary(Unary::Sqrt), &["x"]),
    ("exp", Function::Unary(Unary::Exp), &["x"]),
    ("ln", Function::Unary(Unary::Ln), &["x"]),
    ("log10", Function::Unary(Unary::Log10), &["x"]),
    ("sin", Function::Unary(Unary::Sin), &["x"]),
    ("cos", Function::Unary(Unary::Cos), &["x"]),
    ("tan", Function::Unary(Unary::Tan), &["x"]),
    ("pow", Function::Binary(Binary::Power), &["x", "y"]),
    ("mod", Function::Binary(Binary::Mod), &["x", "y"]),
    ("atan2", Function::Binary(Binary::Atan2), &["y", "x"]),
];

/// The number of the period, in a model with periods.
pub(super) const PERIOD: &str = "period";

/// Functions that a model with periods has.
pub(super) const PERIOD_FUNCTIONS: [&str; 7] = ["previous", "sum", "mean", "first", "last", "min_over", "max_over"];

/// Words that no input, constant or formula can be named: formulas read them as something else.
pub const RESERVED_NAMES: [&str; 5] = ["and", "if", "not", "or", PERIOD];

/// A parameter of a function and the value it has if it is not given.
type Parameter = (&'static str, Option<f64>);

/// The function of that name.
pub(super) fn find(name: &str) -> Option<Function> {
    if let Some((_, function, _)) = BUILT_IN.iter().find(|(built_in, ..)| *built_in == name) {
        return Some(*function);
    }
    let of = |suffix| {
        let family = name.strip_suffix(suffix)?;
        FAMILIES.iter().position(|known| known.name == family)
    };
    of("_cdf")
        .map(|family| FamilyFunction { family, quantile: false })
        .or_else(|| of("_quantile").map(|family| FamilyFunction { family, quantile: true }))
        .map(Function::Family)
}

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = String> {
    let of_families = (0..FAMILIES.len())
        .flat_map(|family| [false, true].map(|quantile| family_name(FamilyFunction { family, quantile })));
    BUILT_IN.iter().map(|(name, ..)| (*name).to_owned()).chain(of_families)
}

/// The name of a function of a distribution.
pub(super) fn family_name(function: FamilyFunction) -> String {
    let suffix = if function.quantile { "quantile" } else { "cdf" };
    format!("{}_{suffix}", FAMILIES[function.family].name)
}

impl Function {
    /// What the function takes, in order.
    pub(super) fn parameters(self, name: &str) -> Vec<Parameter> {
        if let Self::Family(function) = self {
            let first = if function.quantile { "p" } else { "x" };
            let family = FAMILIES[function.family].parameters.iter();
            return std::iter::once((first, None))
                .chain(family.map(|parameter| (parameter.name, parameter.default)))
                .collect();
        }
        let parameters = BUILT_IN.iter().find(|(built_in, ..)| *built_in == name).map_or(&[][..], |found| found.2);
        parameters.iter().map(|parameter| (*parameter, None)).collect()
    }

    /// The least and the largest number of arguments.
    pub(super) fn arity(self, parameters: &[Parameter]) -> (usize, usize) {
        match self {
            Self::Fold(_) => (1, usize::MAX),
            _ => (parameters.iter().filter(|(_, default)| default.is_none()).count(), parameters.len()),
        }
    }
}

/// How the function is called, for messages.
pub(super) fn signature(name: &str, parameters: &[Parameter]) -> String {
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(name, default)| default.map_or_else(|| (*name).to_owned(), |default| format!("{name} = {default}")))
        .collect();
    format!("{name}({})", parameters.join(", "))
}

/// How many operands a function of a distribution has: the value and all parameters.
pub(super) fn operands(function: FamilyFunction) -> usize {
    1 + FAMILIES[function.family].parameters.len()
}
