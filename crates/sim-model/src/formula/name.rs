//! Names in formulas, and what is said of unknown ones.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{FormulaError, FormulaErrorKind, excerpt};
use super::function::{self, PERIOD};
use super::lower::Reference;
use super::parse::Parsed;
use super::spelling;
use super::token::name_of;
use super::tree::NodeKind;

/// Looks up the names of formulas.
#[derive(Debug)]
pub(super) struct Lookup<'a> {
    names: &'a BTreeMap<&'a str, Reference>,
    /// How many more names may be compared to find the nearest of an unknown one.
    comparisons: usize,
}

/// Enough for the mistakes of people; a model with thousands of names and errors takes no longer than that.
const COMPARISONS: usize = 20_000;

impl<'a> Lookup<'a> {
    pub(super) fn new(names: &'a BTreeMap<&'a str, Reference>) -> Self {
        Self { names, comparisons: COMPARISONS }
    }

    /// Adds an error for each unknown name, and says of unknown functions whether they are values.
    pub(super) fn check(&mut self, text: &str, parsed: &mut Parsed) {
        for error in parsed.errors.iter_mut().filter(|error| error.kind == FormulaErrorKind::UnknownFunction) {
            let name = name_of(&text[error.position..error.position + error.length]);
            if self.names.contains_key(name.as_str()) {
                let name = excerpt(&name);
                error.message = format!("{name} is a value, not a function: a product is written {name} * (...)");
                error.nearest = None;
            }
        }
        if !parsed.complete {
            return;
        }
        let mut seen = BTreeSet::new();
        for node in &parsed.formula.nodes {
            if let NodeKind::Name(name) = &node.kind
                && !self.names.contains_key(&**name)
                && seen.insert(name)
            {
                let error = self.unknown(name, node.position);
                parsed.errors.push(error);
            }
        }
        parsed.errors.sort_by_key(|error| error.position);
    }

    fn unknown(&mut self, name: &str, position: usize) -> FormulaError {
        let shown = excerpt(name);
        if name == PERIOD {
            let message = "period, the number of the period, needs a model with periods";
            let error = FormulaError::new(FormulaErrorKind::NeedsPeriods, position, name.len(), message);
            return FormulaError { found: Some(shown), ..error };
        }
        let nearest = self.nearest(name);
        let advice = if let Some(advice) = spelling::of_name(name) {
            format!(": {advice}")
        } else if function::find(name).is_some() {
            format!(": it is a function, with arguments in parentheses, {shown}(x)")
        } else if let Some(nearest) = nearest {
            format!(": did you mean {nearest}?")
        } else {
            String::new()
        };
        let message = format!("no input, constant or formula is named {shown}{advice}");
        let error = FormulaError::new(FormulaErrorKind::UnknownName, position, name.len(), message)
            .expecting("the name of an input, constant or formula");
        FormulaError { found: Some(shown), nearest: nearest.map(str::to_owned), ..error }
    }

    fn nearest(&mut self, name: &str) -> Option<&'a str> {
        self.comparisons = self.comparisons.checked_sub(self.names.len())?;
        spelling::nearest(name, self.names.keys().copied())
    }
}
