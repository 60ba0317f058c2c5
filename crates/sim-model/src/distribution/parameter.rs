//! What is wrong with a parameter, and the checks that say so.

use std::fmt::{self, Display};

/// A step on the way to a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PathItem {
    /// A field.
    Name(&'static str),
    /// An element of a list, counted from 0.
    Index(usize),
}

/// One parameter that a distribution cannot have.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterError {
    /// Where it is, inside the distribution: `components`, 1, `sd`.
    pub path: Vec<PathItem>,
    /// A name for what is wrong, in `snake_case`: `greater_than`, `lengths_differ`, ….
    pub kind: &'static str,
    /// A sentence that says what is allowed and what was given.
    pub message: String,
    /// The number that was given, if the error is about one number.
    pub got: Option<f64>,
    /// The number that it was compared with, if there is one.
    pub limit: Option<f64>,
}

impl Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, item) in self.path.iter().enumerate() {
            match item {
                PathItem::Name(name) if step == 0 => f.write_str(name)?,
                PathItem::Name(name) => write!(f, ".{name}")?,
                PathItem::Index(index) => write!(f, "[{index}]")?,
            }
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for ParameterError {}

/// What a number has to be, beside finite.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bound {
    Above(f64),
    AtLeast(f64),
    Below(f64),
    AtMost(f64),
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::Above(limit) => value > limit,
            Self::AtLeast(limit) => value >= limit,
            Self::Below(limit) => value < limit,
            Self::AtMost(limit) => value <= limit,
        }
    }

    fn words(self) -> (&'static str, &'static str, f64) {
        match self {
            Self::Above(limit) => ("greater_than", "greater than", limit),
            Self::AtLeast(limit) => ("greater_than_equal", "greater than or equal to", limit),
            Self::Below(limit) => ("less_than", "less than", limit),
            Self::AtMost(limit) => ("less_than_equal", "less than or equal to", limit),
        }
    }
}

/// Collects the errors of one distribution.
#[derive(Debug, Default)]
pub(super) struct Check {
    path: Vec<PathItem>,
    errors: Vec<ParameterError>,
    failed: bool,
    quiet: bool,
    /// Components of mixtures that were met so far.
    components: usize,
}

impl Check {
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// Notes that something is wrong, but not what: formulas ask a million times.
    pub(super) fn quiet() -> Self {
        Self { quiet: true, ..Self::default() }
    }

    /// None if anything was wrong so far.
    pub(super) fn passed(&self) -> Option<()> {
        (!self.failed).then_some(())
    }

    pub(super) fn into_errors(self) -> Vec<ParameterError> {
        self.errors
    }

    /// Checks what stands inside `items`.
    pub(super) fn inside<T>(&mut self, items: &[PathItem], check: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        self.path.extend_from_slice(items);
        let result = check(self);
        self.path.truncate(length);
        result
    }

    /// Checks that the parameter `name` is finite and within all bounds; reports the first that it breaks.
    pub(super) fn number(&mut self, name: &'static str, value: f64, bounds: &[Bound]) -> bool {
        self.inside(&[PathItem::Name(name)], |check| check.value(name, value, bounds))
    }

    /// Checks the number at the path as it stands.
    pub(super) fn value(&mut self, name: &str, value: f64, bounds: &[Bound]) -> bool {
        if !value.is_finite() {
            self.add("finite_number", Some(value), None, || {
                format!("{name} should be a finite number; it is {}", Number(value))
            });
            return false;
        }
        let Some(broken) = bounds.iter().find(|bound| !bound.holds(value)) else {
            return true;
        };
        let (kind, words, limit) = broken.words();
        self.add(kind, Some(value), Some(limit), || {
            format!("{name} should be {words} {}; it is {}", Number(limit), Number(value))
        });
        false
    }

    /// Checks that two finite numbers rise from `low` to `high`; equal ones are allowed if `or_equal`.
    pub(super) fn rising(&mut self, low: (&'static str, f64), high: (&'static str, f64), or_equal: bool) -> bool {
        let (kind, words) =
            if or_equal { ("less_than_equal", "less than or equal to") } else { ("less_than", "less than") };
        let holds = if or_equal { low.1 <= high.1 } else { low.1 < high.1 };
        if !holds {
            self.inside(&[PathItem::Name(low.0)], |check| {
                check.add(kind, Some(low.1), Some(high.1), || {
                    format!(
                        "{} should be {words} {}; it is {}, and {} is {}",
                        low.0,
                        high.0,
                        Number(low.1),
                        high.0,
                        Number(high.1)
                    )
                });
            });
        }
        holds
    }

    /// Checks that the distance between two finite numbers is a double too.
    pub(super) fn distance(&mut self, low: (&'static str, f64), high: (&'static str, f64)) -> bool {
        let finite = (high.1 - low.1).is_finite();
        if !finite {
            self.error(high.0, "finite_number", || format!("{} minus {} should be a finite number", high.0, low.0));
        }
        finite
    }

    /// Checks the length of the list `name`.
    pub(super) fn length(&mut self, name: &'static str, length: usize, most: usize) -> bool {
        if length == 0 {
            self.error(name, "too_short", || format!("{name} should have at least 1 element; it is empty"));
        } else if length > most {
            self.error(name, "too_long", || format!("{name} should have at most {most} elements; it has {length}"));
        } else {
            return true;
        }
        false
    }

    /// Counts one component of a mixture; reports the first that is too much.
    pub(super) fn component(&mut self, deepest: usize, most: usize) -> bool {
        self.components += 1;
        let depth = 1 + self.path.iter().filter(|item| matches!(item, PathItem::Index(_))).count();
        if depth > deepest {
            self.error("components", "too_deep", || format!("mixtures should be at most {deepest} deep"));
        } else if self.components == most + 1 {
            self.error("components", "too_many_components", || {
                format!("a distribution should have at most {most} components, with those of mixtures in mixtures")
            });
        }
        depth <= deepest && self.components <= most
    }

    /// Reports what is wrong with `name` as a whole.
    pub(super) fn error(&mut self, name: &'static str, kind: &'static str, message: impl FnOnce() -> String) {
        self.inside(&[PathItem::Name(name)], |check| check.add(kind, None, None, message));
    }

    fn add(&mut self, kind: &'static str, got: Option<f64>, limit: Option<f64>, message: impl FnOnce() -> String) {
        self.failed = true;
        if !self.quiet {
            self.errors.push(ParameterError { path: self.path.clone(), kind, message: message(), got, limit });
        }
    }
}

/// A number as people write it: `10`, `0.5`, `1e300`.
struct Number(f64);

impl Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.abs() < 1e15 && (self.0 == 0.0 || self.0.abs() > 1e-5) {
            write!(f, "{}", self.0)
        } else {
            write!(f, "{:e}", self.0)
        }
    }
}
