//! Checked formulas as instructions over columns of samples.

use super::kernel::{self, Values};
use super::operation::{Binary, FamilyFunction, Unary};

/// The formulas of a model, checked and ready to be evaluated.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) formulas: Vec<CheckedFormula>,
    pub(super) cost: u64,
    pub(super) inputs: Vec<usize>,
    pub(super) registers: usize,
    pub(super) instructions: Vec<Instruction>,
}

/// What is known of a formula before it is evaluated.
#[derive(Clone, Debug)]
pub struct CheckedFormula {
    pub(super) name: String,
    pub(super) references: Vec<String>,
    pub(super) nodes: usize,
    pub(super) needed: bool,
    /// Where the values are after an evaluation, if the formula is an output.
    pub(super) register: Option<usize>,
}

impl CheckedFormula {
    /// The name of the formula.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The inputs, constants and formulas that the formula names, sorted.
    #[must_use]
    pub fn references(&self) -> &[String] {
        &self.references
    }

    /// The number of nodes: numbers, names and operations.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Whether an output depends on the formula. If not, it is never evaluated.
    #[must_use]
    pub fn is_needed(&self) -> bool {
        self.needed
    }
}

/// Where an operand comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operand {
    Constant(f64),
    Input(usize),
    Register(usize),
}

/// One operation on columns. It never writes to a register that it reads.
#[derive(Clone, Debug)]
pub(super) enum Instruction {
    Unary {
        operation: Unary,
        operand: Operand,
        to: usize,
    },
    Binary {
        operation: Binary,
        left: Operand,
        right: Operand,
        to: usize,
    },
    /// Condition, then, else: none is a constant.
    If {
        operands: [Operand; 3],
        to: usize,
    },
    /// No operand is a constant.
    Family {
        function: FamilyFunction,
        operands: Box<[Operand]>,
        to: usize,
    },
    Copy {
        from: Operand,
        to: usize,
    },
    /// The register holds the values of the formula: makes them canonical and notes the invalid samples.
    Finish {
        register: usize,
        formula: usize,
    },
}

impl Program {
    /// All formulas in the order of evaluation: each after those that it names, and where that leaves a choice, by name.
    #[must_use]
    pub fn formulas(&self) -> &[CheckedFormula] {
        &self.formulas
    }

    /// What a sample costs: the operations of all formulas that an output depends on, counted in additions. `exp`, `ln`
    /// and `log10` count 50; `sin`, `cos`, `tan` and `atan2` 100; `mod` 200; `^` and `pow` 500; functions of
    /// distributions 1000; all others 1.
    #[must_use]
    pub fn cost(&self) -> u64 {
        self.cost
    }

    /// The inputs that an output depends on, as places in [`Sources::inputs`](super::Sources::inputs), ascending. No
    /// other is read.
    #[must_use]
    pub fn inputs(&self) -> &[usize] {
        &self.inputs
    }

    /// How many columns a [`Workspace`] has.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.registers
    }

    /// Evaluates the formulas for `length` samples. `inputs` has a column for each of
    /// [`Sources::inputs`](super::Sources::inputs); columns of inputs that are not needed may be empty.
    ///
    /// # Panics
    ///
    /// If the workspace was made for another program or for fewer samples, or a needed column is shorter than `length`.
    pub fn evaluate<C: AsRef<[f64]>>(&self, inputs: &[C], length: usize, workspace: &mut Workspace) {
        workspace.begin(length);
        for instruction in &self.instructions {
            workspace.execute(instruction, inputs, length);
        }
    }
}

/// The columns that a [`Program`] works on, and what came of the last evaluation.
#[derive(Clone, Debug)]
pub struct Workspace {
    registers: Vec<Box<[f64]>>,
    length: usize,
    /// For each sample the first formula without a finite value, or [`VALID`].
    invalid: Box<[usize]>,
    any_invalid: bool,
}

const VALID: usize = usize::MAX;

impl Workspace {
    /// Room for at most `length` samples at once. 512 keep the columns of usual models in the processor's first cache.
    #[must_use]
    pub fn new(program: &Program, length: usize) -> Self {
        let column = vec![0.0; length].into_boxed_slice();
        Self {
            registers: vec![column; program.registers],
            length: 0,
            invalid: vec![VALID; length].into_boxed_slice(),
            any_invalid: false,
        }
    }

    /// The values of a formula that is an output, one for each sample: canonical (no -0, one NaN), and neither infinite
    /// nor NaN where the sample is valid.
    #[must_use]
    pub fn values(&self, formula: &CheckedFormula) -> Option<&[f64]> {
        Some(&self.registers[formula.register?][..self.length])
    }

    /// The invalid samples, ascending, each with the first formula in the order of evaluation whose value is infinite or
    /// NaN: a place in [`Program::formulas`]. Only formulas that an output depends on can make a sample invalid.
    pub fn invalid(&self) -> impl Iterator<Item = (usize, usize)> {
        let noted = if self.any_invalid { &self.invalid[..self.length] } else { &[] };
        noted.iter().enumerate().filter(|(_, formula)| **formula != VALID).map(|(sample, formula)| (sample, *formula))
    }

    fn begin(&mut self, length: usize) {
        if self.any_invalid {
            self.invalid.fill(VALID);
            self.any_invalid = false;
        }
        self.length = length;
    }

    fn execute<C: AsRef<[f64]>>(&mut self, instruction: &Instruction, inputs: &[C], length: usize) {
        let to = match instruction {
            Instruction::Finish { register, formula } => return self.finish(*register, *formula),
            Instruction::Unary { to, .. }
            | Instruction::Binary { to, .. }
            | Instruction::If { to, .. }
            | Instruction::Family { to, .. }
            | Instruction::Copy { to, .. } => *to,
        };
        // The column that is written leaves the workspace meanwhile, since others are read.
        let mut column = std::mem::take(&mut self.registers[to]);
        let out = &mut column[..length];
        match instruction {
            Instruction::Unary { operation, operand, .. } => {
                kernel::unary(*operation, self.column(*operand, inputs), out);
            }
            Instruction::Binary { operation, left, right, .. } => {
                kernel::binary(*operation, self.operand(*left, inputs), self.operand(*right, inputs), out);
            }
            Instruction::If { operands, .. } => {
                let [condition, then, otherwise] = operands.map(|operand| self.column(operand, inputs));
                kernel::choose(condition, then, otherwise, out);
            }
            Instruction::Family { function, operands, .. } => {
                let columns: Vec<&[f64]> = operands.iter().map(|operand| self.column(*operand, inputs)).collect();
                kernel::family(*function, &columns, out);
            }
            Instruction::Copy { from, .. } => match self.operand(*from, inputs) {
                Values::Constant(value) => out.fill(value),
                Values::Column(values) => out.copy_from_slice(values),
            },
            Instruction::Finish { .. } => {}
        }
        self.registers[to] = column;
    }

    fn finish(&mut self, register: usize, formula: usize) {
        let column = &mut self.registers[register][..self.length];
        if kernel::make_canonical(column) {
            return;
        }
        self.any_invalid = true;
        for (invalid, value) in self.invalid.iter_mut().zip(column) {
            if *invalid == VALID && !value.is_finite() {
                *invalid = formula;
            }
        }
    }

    fn operand<'a, C: AsRef<[f64]>>(&'a self, operand: Operand, inputs: &'a [C]) -> Values<'a> {
        match operand {
            Operand::Constant(value) => Values::Constant(value),
            _ => Values::Column(self.column(operand, inputs)),
        }
    }

    /// The column of an operand that is no constant.
    fn column<'a, C: AsRef<[f64]>>(&'a self, operand: Operand, inputs: &'a [C]) -> &'a [f64] {
        match operand {
            Operand::Input(input) => &inputs[input].as_ref()[..self.length],
            Operand::Register(register) => &self.registers[register][..self.length],
            Operand::Constant(_) => &[],
        }
    }
}
