//! Bounds of integers and numbers.

use serde_json::Number;

use crate::{Context, Violation};

/// Which values a bound allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    AtLeast,
    MoreThan,
    AtMost,
    LessThan,
}

/// A bound, as its schema says it.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    pub(super) side: Side,
    pub(super) limit: Number,
}

impl Side {
    pub(super) const ALL: [Self; 4] = [Self::AtLeast, Self::MoreThan, Self::AtMost, Self::LessThan];

    pub(super) fn keyword(self) -> &'static str {
        match self {
            Self::AtLeast => "minimum",
            Self::MoreThan => "exclusiveMinimum",
            Self::AtMost => "maximum",
            Self::LessThan => "exclusiveMaximum",
        }
    }
}

impl Bound {
    pub(super) fn violation(&self) -> Violation {
        let (kind, words) = match self.side {
            Side::AtLeast => ("greater_than_equal", "greater than or equal to"),
            Side::MoreThan => ("greater_than", "greater than"),
            Side::AtMost => ("less_than_equal", "less than or equal to"),
            Side::LessThan => ("less_than", "less than"),
        };
        let limit = Some(self.limit.clone());
        let context = match self.side {
            Side::AtLeast => Context { ge: limit, ..Context::default() },
            Side::MoreThan => Context { gt: limit, ..Context::default() },
            Side::AtMost => Context { le: limit, ..Context::default() },
            Side::LessThan => Context { lt: limit, ..Context::default() },
        };
        Violation::new(kind, vec![], format!("Input should be {words} {}", self.limit)).with_context(context)
    }
}
