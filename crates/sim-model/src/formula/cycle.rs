//! Formulas that depend on themselves.

use super::error::{FormulaError, FormulaErrorKind};
use super::parse::Parsed;
use super::tree::NodeKind;

/// An error for each cycle that is met when the formulas outside of `order` are followed from the first to the first
/// that they depend on. No cycle is reported twice, and every formula outside of `order` leads to one that is reported.
pub(super) fn errors(
    formulas: &[&str],
    dependencies: &[Vec<usize>],
    parsed: &[Parsed],
    order: &[usize],
) -> Vec<FormulaError> {
    const UNSEEN: usize = usize::MAX;
    let mut ordered = vec![false; formulas.len()];
    for formula in order {
        ordered[*formula] = true;
    }
    // The walk in which a formula was met.
    let mut met = vec![UNSEEN; formulas.len()];
    let mut errors = Vec::new();
    for start in (0..formulas.len()).filter(|formula| !ordered[*formula]) {
        let mut path = Vec::new();
        let mut formula = start;
        while met[formula] == UNSEEN {
            met[formula] = start;
            path.push(formula);
            // A formula outside of the order depends on another that is outside of it.
            let Some(next) = dependencies[formula].iter().find(|next| !ordered[**next]) else { break };
            formula = *next;
        }
        if met[formula] == start
            && let Some(begin) = path.iter().position(|met| *met == formula)
        {
            errors.push(error(formulas, parsed, &path[begin..]));
        }
    }
    errors
}

/// The error of a cycle, in its first formula by name.
fn error(formulas: &[&str], parsed: &[Parsed], cycle: &[usize]) -> FormulaError {
    let mut cycle = cycle.to_vec();
    let first = cycle.iter().enumerate().min_by_key(|(_, formula)| **formula).map_or(0, |(place, _)| place);
    cycle.rotate_left(first);
    let formula = formulas[cycle[0]];
    let next = formulas[cycle[1 % cycle.len()]];
    let position = parsed[cycle[0]]
        .formula
        .nodes
        .iter()
        .find(|node| matches!(&node.kind, NodeKind::Name(name) if **name == *next))
        .map_or(0, |node| node.position);
    let path: Vec<String> = cycle.iter().map(|formula| formulas[*formula].to_owned()).collect();
    let message = if path.len() == 1 {
        format!("{formula} depends on itself: a value of the period before needs a model with periods")
    } else {
        format!("{formula} depends on itself: {} -> {formula}", shortened(&path))
    };
    FormulaError {
        formula: formula.to_owned(),
        found: Some(next.to_owned()),
        cycle: path,
        ..FormulaError::new(FormulaErrorKind::Cycle, position, next.len(), message)
            .expecting("formulas that do not depend on themselves")
    }
}

/// The path for a message: the first names and the last ones.
fn shortened(path: &[String]) -> String {
    const ENDS: usize = 5;
    if path.len() <= 2 * ENDS {
        return path.join(" -> ");
    }
    format!("{} -> ... -> {}", path[..ENDS].join(" -> "), path[path.len() - ENDS..].join(" -> "))
}
