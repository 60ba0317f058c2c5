//! Trees to instructions.

use std::collections::BTreeMap;

use super::kernel::{self, Values};
use super::operation::{Binary, FamilyFunction};
use super::program::{Instruction, Operand};
use super::tree::{Node, NodeKind};

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reference {
    /// A place among the inputs.
    Input(usize),
    Constant(f64),
    /// A place among the formulas, by name.
    Formula(usize),
}

/// Turns formulas into instructions, one after the other, and gives registers to their values.
#[derive(Debug)]
pub(super) struct Lowering<'a> {
    names: &'a BTreeMap<&'a str, Reference>,
    pub(super) instructions: Vec<Instruction>,
    pub(super) registers: usize,
    /// Registers whose values are no longer needed.
    free: Vec<usize>,
    /// Where the values of each formula are, as soon as they are computed.
    values: Vec<Option<Operand>>,
}

/// An operand of the operation that comes next.
#[derive(Clone, Copy, Debug)]
struct Value {
    operand: Operand,
    /// The register is free after its value was used.
    temporary: bool,
}

impl<'a> Lowering<'a> {
    /// For so many formulas, over these names.
    pub(super) fn new(names: &'a BTreeMap<&'a str, Reference>, formulas: usize) -> Self {
        Self { names, instructions: Vec::new(), registers: 0, free: Vec::new(), values: vec![None; formulas] }
    }

    /// Adds the instructions of a formula, which come after those of all formulas that it names. `place` is its place
    /// in the order of evaluation. Returns the register of its values; none where the value is a constant and finite,
    /// and `is_output` does not ask for a column.
    pub(super) fn formula(&mut self, formula: usize, place: usize, nodes: &[Node], is_output: bool) -> Option<usize> {
        let mut values = Vec::new();
        for node in nodes {
            let value = self.node(&node.kind, &mut values);
            values.push(value);
        }
        let value = values.pop().unwrap_or_else(|| Value::constant(0.0));
        let register = match value.operand {
            Operand::Register(register) if value.temporary => register,
            Operand::Constant(constant) => {
                let constant = kernel::canonical(constant);
                self.values[formula] = Some(Operand::Constant(constant));
                if constant.is_finite() && !is_output {
                    return None;
                }
                self.copy(Operand::Constant(constant))
            }
            operand => self.copy(operand),
        };
        self.values[formula].get_or_insert(Operand::Register(register));
        self.instructions.push(Instruction::Finish { register, formula: place });
        Some(register)
    }

    /// Says that nothing reads the register any more.
    pub(super) fn release(&mut self, register: usize) {
        self.free.push(register);
    }

    fn node(&mut self, kind: &NodeKind, values: &mut Vec<Value>) -> Value {
        match kind {
            NodeKind::Number(value) => Value::constant(*value),
            NodeKind::Name(name) => self.name(name),
            NodeKind::Unary(operation) => {
                let operand = pop(values);
                if let Operand::Constant(constant) = operand.operand {
                    return Value::constant(single(|out| kernel::unary(*operation, &[constant], out)));
                }
                self.operation(&[operand], |to, operands| Instruction::Unary {
                    operation: *operation,
                    operand: operands[0],
                    to,
                })
            }
            NodeKind::Binary(operation) => {
                let right = pop(values);
                self.binary(*operation, pop(values), right)
            }
            NodeKind::If => {
                let (otherwise, then) = (pop(values), pop(values));
                self.choice(pop(values), then, otherwise)
            }
            NodeKind::Family(function) => {
                let count = super::function::operands(*function);
                let operands = values.split_off(values.len().saturating_sub(count));
                self.family(*function, operands)
            }
        }
    }

    fn name(&self, name: &str) -> Value {
        let operand = match self.names.get(name) {
            Some(Reference::Input(input)) => Some(Operand::Input(*input)),
            Some(Reference::Constant(value)) => Some(Operand::Constant(kernel::canonical(*value))),
            Some(Reference::Formula(formula)) => self.values[*formula],
            None => None,
        };
        Value { operand: operand.unwrap_or(Operand::Constant(kernel::NAN)), temporary: false }
    }

    fn binary(&mut self, operation: Binary, left: Value, right: Value) -> Value {
        match (left.operand, right.operand) {
            (Operand::Constant(x), Operand::Constant(y)) => {
                let values = (Values::Constant(x), Values::Constant(y));
                Value::constant(single(|out| kernel::binary(operation, values.0, values.1, out)))
            }
            // Both are the double nearest to the square.
            (operand, Operand::Constant(2.0)) if operation == Binary::Power => self.operation(&[left], |to, _| {
                Instruction::Binary { operation: Binary::Multiply, left: operand, right: operand, to }
            }),
            _ => self.operation(&[left, right], |to, operands| Instruction::Binary {
                operation,
                left: operands[0],
                right: operands[1],
                to,
            }),
        }
    }

    fn choice(&mut self, condition: Value, then: Value, otherwise: Value) -> Value {
        if let Operand::Constant(constant) = condition.operand {
            let (taken, left) = if constant == 0.0 { (otherwise, then) } else { (then, otherwise) };
            if constant.is_nan() {
                self.discard(taken);
            }
            self.discard(left);
            return if constant.is_nan() { condition } else { taken };
        }
        let operands = [condition, self.column(then), self.column(otherwise)];
        self.operation(&operands, |to, operands| Instruction::If {
            operands: [operands[0], operands[1], operands[2]],
            to,
        })
    }

    fn family(&mut self, function: FamilyFunction, mut operands: Vec<Value>) -> Value {
        let constants: Vec<[f64; 1]> = operands
            .iter()
            .filter_map(|value| if let Operand::Constant(constant) = value.operand { Some([constant]) } else { None })
            .collect();
        if constants.len() == operands.len() {
            let columns: Vec<&[f64]> = constants.iter().map(|constant| &constant[..]).collect();
            return Value::constant(single(|out| kernel::family(function, &columns, out)));
        }
        for value in &mut operands {
            *value = self.column(*value);
        }
        self.operation(&operands, |to, operands| Instruction::Family { function, operands: operands.into(), to })
    }

    /// Adds an instruction. Its operands are free after it, not before: it does not write to what it reads.
    fn operation(&mut self, values: &[Value], instruction: impl FnOnce(usize, &[Operand]) -> Instruction) -> Value {
        let operands: Vec<Operand> = values.iter().map(|value| value.operand).collect();
        let to = self.register();
        self.instructions.push(instruction(to, &operands));
        for value in values {
            self.discard(*value);
        }
        Value { operand: Operand::Register(to), temporary: true }
    }

    /// The value in a column, if it is a constant.
    fn column(&mut self, value: Value) -> Value {
        match value.operand {
            Operand::Constant(_) => Value { operand: Operand::Register(self.copy(value.operand)), temporary: true },
            _ => value,
        }
    }

    fn copy(&mut self, from: Operand) -> usize {
        let to = self.register();
        self.instructions.push(Instruction::Copy { from, to });
        to
    }

    fn register(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.registers += 1;
            self.registers - 1
        })
    }

    fn discard(&mut self, value: Value) {
        if let (Operand::Register(register), true) = (value.operand, value.temporary) {
            self.free.push(register);
        }
    }
}

impl Value {
    const fn constant(value: f64) -> Self {
        Self { operand: Operand::Constant(value), temporary: false }
    }
}

/// The operand on top. Trees are made so that there is one.
fn pop(values: &mut Vec<Value>) -> Value {
    values.pop().unwrap_or_else(|| Value::constant(kernel::NAN))
}

/// What a kernel writes for a single sample: constants have the bits that a column of them would have.
fn single(write: impl FnOnce(&mut [f64])) -> f64 {
    let mut value = [0.0];
    write(&mut value);
    value[0]
}
