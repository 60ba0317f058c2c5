//! What is wrong with a value, and where.

use std::cell::RefCell;

use crate::error::response::{ErrorDetail, Location};

/// How many violations one answer lists.
const MAX_VIOLATIONS: usize = 100;

/// The way to a value, from the part of the request that holds it.
#[derive(Debug)]
pub(crate) enum Path<'a> {
    Root(&'static str),
    Field(&'a Path<'a>, &'static str),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub(crate) fn location(&self) -> Vec<Location> {
        let (parent, item) = match self {
            Self::Root(part) => return vec![(*part).into()],
            Self::Field(parent, name) => (parent, (*name).into()),
            Self::Index(parent, index) => (parent, Location::Position(i64::try_from(*index).unwrap_or(i64::MAX))),
        };
        let mut location = parent.location();
        location.push(item);
        location
    }
}

/// The violations found so far, up to the cap.
#[derive(Debug, Default)]
pub(crate) struct Violations(RefCell<Vec<ErrorDetail>>);

impl Violations {
    pub(crate) fn push(&self, violation: impl FnOnce() -> ErrorDetail) {
        if self.0.borrow().len() < MAX_VIOLATIONS {
            let violation = violation();
            self.0.borrow_mut().push(violation);
        }
    }

    /// The value that was read, unless there is a violation.
    pub(crate) fn unless_any<T>(self, value: T) -> Result<T, Vec<ErrorDetail>> {
        let violations = self.0.into_inner();
        if violations.is_empty() { Ok(value) } else { Err(violations) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_says_names_and_indexes_from_the_outside_in() {
        let root = Path::Root("body");
        let list = Path::Field(&root, "simulations");
        let item = Path::Index(&list, 17);
        let location = Path::Field(&item, "steps").location();
        assert_eq!(serde_json::to_string(&location).unwrap(), r#"["body","simulations",17,"steps"]"#);
    }

    #[test]
    fn at_most_100_violations_are_kept() {
        let violations = Violations::default();
        (0..101).for_each(|_| violations.push(|| ErrorDetail::new("missing", vec![], "Field required")));
        assert_eq!(violations.unless_any(()).unwrap_err().len(), 100);
    }
}
