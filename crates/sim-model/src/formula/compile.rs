//! The formulas of a model, checked together and compiled.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::error::{FormulaError, FormulaErrorKind};
use super::lower::{Lowering, Reference};
use super::name;
use super::operation::FamilyFunction;
use super::parse::{Parsed, read};
use super::program::{CheckedFormula, Program};
use super::tree::{Node, NodeKind};
use super::{MAX_ERRORS, MAX_NODES, cycle};

/// What formulas can name, the formulas, and which of them are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The names of the inputs.
    pub inputs: &'a [&'a str],
    /// Finite values by name.
    pub constants: &'a BTreeMap<String, f64>,
    /// Texts by name. A name stands for one thing: it is neither that of an input nor that of a constant.
    pub formulas: &'a BTreeMap<String, String>,
    /// The names of the formulas that are outputs. Other names are passed over.
    pub outputs: &'a [&'a str],
}

/// Checks and compiles the formulas of a model.
///
/// # Errors
///
/// Everything that is wrong with all formulas, by the name of the formula and by position, up to [`MAX_ERRORS`]. A
/// formula whose end could not be reached has no errors about its names.
pub fn compile(sources: Sources<'_>) -> Result<Program, Vec<FormulaError>> {
    let names = names(&sources);
    let parsed = parse_all(&sources, &names)?;
    let formulas: Vec<&str> = sources.formulas.keys().map(String::as_str).collect();
    let references: Vec<BTreeSet<&str>> = parsed.iter().map(|parsed| references(&parsed.formula.nodes)).collect();
    let dependencies: Vec<Vec<usize>> = references.iter().map(|references| formulas_in(references, &names)).collect();
    let order = order(&dependencies);

    let mut errors: Vec<FormulaError> = parsed.iter().flat_map(|parsed| parsed.errors.iter().cloned()).collect();
    errors.extend(cycle::errors(&formulas, &dependencies, &parsed, &order));
    if !errors.is_empty() {
        errors.sort_by(|a, b| (&a.formula, a.position).cmp(&(&b.formula, b.position)));
        errors.truncate(MAX_ERRORS);
        return Err(errors);
    }

    let checked = |place: usize| CheckedFormula {
        name: formulas[place].to_owned(),
        references: references[place].iter().map(|name| (*name).to_owned()).collect(),
        nodes: parsed[place].formula.nodes(),
        needed: false,
        register: None,
    };
    let mut program = Program {
        formulas: order.iter().map(|formula| checked(*formula)).collect(),
        cost: 0,
        inputs: Vec::new(),
        registers: 0,
        instructions: Vec::new(),
    };
    let is_output: Vec<bool> = formulas.iter().map(|formula| sources.outputs.contains(formula)).collect();
    lower(&mut program, &names, &parsed, &dependencies, &order, &is_output);
    Ok(program)
}

/// What each name of the model stands for.
fn names<'a>(sources: &Sources<'a>) -> BTreeMap<&'a str, Reference> {
    let formulas = sources.formulas.keys().enumerate().map(|(place, name)| (name.as_str(), Reference::Formula(place)));
    let constants = sources.constants.iter().map(|(name, value)| (name.as_str(), Reference::Constant(*value)));
    let inputs = sources.inputs.iter().enumerate().map(|(place, name)| (*name, Reference::Input(place)));
    formulas.chain(constants).chain(inputs).collect()
}

/// Reads all formulas and looks up their names.
///
/// # Errors
///
/// All errors so far, if there are too many of them or too many nodes to go on.
fn parse_all(sources: &Sources<'_>, names: &BTreeMap<&str, Reference>) -> Result<Vec<Parsed>, Vec<FormulaError>> {
    let mut all: Vec<Parsed> = Vec::with_capacity(sources.formulas.len());
    let (mut nodes, mut errors) = (0, 0);
    let mut lookup = name::Lookup::new(names);
    for (formula, text) in sources.formulas {
        let mut parsed = read(text);
        nodes += parsed.formula.nodes();
        lookup.check(text, &mut parsed);
        let too_many = nodes > MAX_NODES;
        if too_many {
            let message = format!("up to this formula, the formulas of the model have more than {MAX_NODES} nodes");
            let error = FormulaError::new(FormulaErrorKind::TooManyNodes, 0, 0, message);
            parsed.errors.push(error.expecting(format!("at most {MAX_NODES} numbers, names and operations")));
        }
        parsed.errors.iter_mut().for_each(|error| error.formula.clone_from(formula));
        errors += parsed.errors.len();
        all.push(parsed);
        if too_many || errors >= MAX_ERRORS {
            let mut errors: Vec<FormulaError> = all.into_iter().flat_map(|parsed| parsed.errors).collect();
            errors.truncate(MAX_ERRORS);
            return Err(errors);
        }
    }
    Ok(all)
}

/// All names in the tree.
fn references(nodes: &[Node]) -> BTreeSet<&str> {
    nodes.iter().filter_map(|node| if let NodeKind::Name(name) = &node.kind { Some(&**name) } else { None }).collect()
}

/// The formulas among the names, ascending.
fn formulas_in(references: &BTreeSet<&str>, names: &BTreeMap<&str, Reference>) -> Vec<usize> {
    let formula = |name: &&str| match names.get(name) {
        Some(Reference::Formula(place)) => Some(*place),
        _ => None,
    };
    references.iter().filter_map(formula).collect()
}

/// The formulas in an order in which each stands after those that it depends on; of those that can come next, the first
/// by name does. Formulas in a cycle, and those that depend on one, are left out.
fn order(dependencies: &[Vec<usize>]) -> Vec<usize> {
    let mut missing: Vec<usize> = dependencies.iter().map(Vec::len).collect();
    let mut dependents = vec![Vec::new(); dependencies.len()];
    for (formula, of) in dependencies.iter().enumerate() {
        for dependency in of {
            dependents[*dependency].push(formula);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        (0..missing.len()).filter(|formula| missing[*formula] == 0).map(Reverse).collect();
    let mut order = Vec::with_capacity(missing.len());
    while let Some(Reverse(formula)) = ready.pop() {
        order.push(formula);
        for dependent in &dependents[formula] {
            missing[*dependent] -= 1;
            if missing[*dependent] == 0 {
                ready.push(Reverse(*dependent));
            }
        }
    }
    order
}

/// Adds the instructions of the formulas that outputs depend on.
fn lower(
    program: &mut Program,
    names: &BTreeMap<&str, Reference>,
    parsed: &[Parsed],
    dependencies: &[Vec<usize>],
    order: &[usize],
    is_output: &[bool],
) {
    // How often the values of a formula are asked for: by formulas that are needed, and by whoever reads the output.
    let mut uses: Vec<usize> = is_output.iter().map(|is_output| usize::from(*is_output)).collect();
    for formula in order.iter().rev() {
        if uses[*formula] > 0 {
            dependencies[*formula].iter().for_each(|dependency| uses[*dependency] += 1);
        }
    }
    let mut lowering = Lowering::new(names, parsed.len());
    let mut registers = vec![None; parsed.len()];
    let mut inputs = BTreeSet::new();
    for (place, &formula) in order.iter().enumerate() {
        if uses[formula] == 0 {
            continue;
        }
        let nodes = &parsed[formula].formula.nodes;
        program.cost += nodes.iter().map(|node| cost(&node.kind)).sum::<u64>();
        inputs.extend(references(nodes).iter().filter_map(|name| match names.get(name) {
            Some(Reference::Input(input)) => Some(*input),
            _ => None,
        }));
        registers[formula] = lowering.formula(formula, place, nodes, is_output[formula]);
        program.formulas[place].needed = true;
        program.formulas[place].register = registers[formula].filter(|_| is_output[formula]);
        for &dependency in &dependencies[formula] {
            uses[dependency] -= 1;
            if let (0, Some(register)) = (uses[dependency], registers[dependency]) {
                lowering.release(register);
            }
        }
    }
    program.inputs = inputs.into_iter().collect();
    program.registers = lowering.registers;
    program.instructions = lowering.instructions;
}

/// What a value of the node costs, in additions. Numbers and names cost nothing.
const fn cost(kind: &NodeKind) -> u64 {
    match kind {
        NodeKind::Number(_) | NodeKind::Name(_) => 0,
        NodeKind::Unary(operation) => operation.cost(),
        NodeKind::Binary(operation) => operation.cost(),
        NodeKind::If => 1,
        NodeKind::Family(_) => FamilyFunction::COST,
    }
}
