//! What a node of a tree does with the values of its operands.

/// An operation on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unary {
    Negate,
    Not,
    Abs,
    Sign,
    Floor,
    Ceil,
    Round,
    Sqrt,
    Exp,
    Ln,
    Log10,
    Sin,
    Cos,
    Tan,
}

/// An operation on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binary {
    Or,
    And,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
    Mod,
    Atan2,
}

/// A cumulative distribution function, or its inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FamilyFunction {
    /// The place in [`FAMILIES`](crate::distribution::FAMILIES).
    pub(super) family: usize,
    /// The inverse is meant.
    pub(super) quantile: bool,
}

/// How tightly the operands of an operator are bound, `or` loosest. It decides where parentheses are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tightness {
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Sign,
    Power,
    /// Numbers, names, calls and what stands in parentheses.
    Atom,
}

impl Binary {
    /// The sign, word or name of the operation.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Power => "^",
            Self::Min => "min",
            Self::Max => "max",
            Self::Mod => "mod",
            Self::Atan2 => "atan2",
        }
    }

    /// How tightly the operator binds; an atom where the operation is written as a call.
    pub(super) const fn tightness(self) -> Tightness {
        match self {
            Self::Or => Tightness::Or,
            Self::And => Tightness::And,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual | Self::Equal | Self::NotEqual => {
                Tightness::Comparison
            }
            Self::Add | Self::Subtract => Tightness::Sum,
            Self::Multiply | Self::Divide => Tightness::Product,
            Self::Power => Tightness::Power,
            Self::Min | Self::Max | Self::Mod | Self::Atan2 => Tightness::Atom,
        }
    }

    /// How tightly the left operand must hold together. Sums, products, `and` and `or` group from the left.
    pub(super) const fn left(self) -> Tightness {
        match self.tightness() {
            Tightness::Comparison => Tightness::Sum,
            Tightness::Power => Tightness::Atom,
            same => same,
        }
    }

    /// How tightly the right operand must hold together. Powers group from the right.
    pub(super) const fn right(self) -> Tightness {
        match self.tightness() {
            Tightness::Or => Tightness::And,
            Tightness::And => Tightness::Not,
            Tightness::Not | Tightness::Comparison => Tightness::Sum,
            Tightness::Sum => Tightness::Product,
            Tightness::Product => Tightness::Sign,
            Tightness::Sign | Tightness::Power => Tightness::Power,
            Tightness::Atom => Tightness::Atom,
        }
    }

    /// What a value costs, in additions.
    pub(super) const fn cost(self) -> u64 {
        match self {
            Self::Power => POWER,
            Self::Atan2 => ANGLE,
            Self::Mod => REMAINDER,
            _ => 1,
        }
    }
}

impl Unary {
    /// The name of the function, or the sign or word before the operand.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Negate => "-",
            Self::Not => "not ",
            Self::Abs => "abs",
            Self::Sign => "sign",
            Self::Floor => "floor",
            Self::Ceil => "ceil",
            Self::Round => "round",
            Self::Sqrt => "sqrt",
            Self::Exp => "exp",
            Self::Ln => "ln",
            Self::Log10 => "log10",
            Self::Sin => "sin",
            Self::Cos => "cos",
            Self::Tan => "tan",
        }
    }

    /// What a value costs, in additions.
    pub(super) const fn cost(self) -> u64 {
        match self {
            Self::Exp | Self::Ln | Self::Log10 => EXPONENTIAL,
            Self::Sin | Self::Cos | Self::Tan => ANGLE,
            _ => 1,
        }
    }
}

impl FamilyFunction {
    /// What a value costs, in additions.
    pub(super) const COST: u64 = 1000;
}

// Measured, and rounded: they are part of reports and never change.
const EXPONENTIAL: u64 = 50;
const ANGLE: u64 = 100;
const REMAINDER: u64 = 200;
const POWER: u64 = 500;
