//! The part of the walk that reads arrays.

use serde::de::{DeserializeSeed, SeqAccess, value::Error};

use super::{Node, index::Elements, reader::Reader, violation::Path};
use crate::error::response::{ErrorContext, ErrorDetail};

/// What a schema says of an array.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) items: Box<Node>,
    pub(super) min_items: usize,
    pub(super) max_items: usize,
}

impl Array {
    /// The elements of a value that should be an array.
    pub(super) fn elements<'r, 'de>(&'r self, value: Reader<'r, 'de>) -> impl SeqAccess<'de, Error = Error> {
        let left = value.value.and_then(|list| {
            let elements = list.elements();
            if elements.is_none() {
                let message = "Input should be a valid list";
                let detail = || ErrorDetail::new("list_type", value.path.location(), message).with_input(list.text());
                value.violations.push(detail);
            }
            elements
        });
        Reading { array: self, value, left, index: 0 }
    }

    /// What is wrong with a length. The list itself is not quoted: it may be as long as the body.
    fn wrong_length(&self, length: usize, path: &Path) -> Option<ErrorDetail> {
        let number = |number: usize| i64::try_from(number).ok();
        let context = ErrorContext { actual_length: number(length), ..ErrorContext::default() };
        let (kind, bound, limit, context) = if length < self.min_items {
            ("too_short", "at least", self.min_items, ErrorContext { min_length: number(self.min_items), ..context })
        } else if length > self.max_items {
            ("too_long", "at most", self.max_items, ErrorContext { max_length: number(self.max_items), ..context })
        } else {
            return None;
        };
        let noun = if limit == 1 { "item" } else { "items" };
        let message = format!("List should have {bound} {limit} {noun} after validation, not {length}");
        Some(ErrorDetail::new(kind, path.location(), message).with_context(context))
    }
}

/// An array that is being read.
struct Reading<'r, 'de> {
    array: &'r Array,
    value: Reader<'r, 'de>,
    /// None where there is no list, of which nothing is missing.
    left: Option<Elements<'de>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Reading<'_, 'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        // What is beyond the limit is only counted.
        if self.index == self.array.max_items {
            self.end();
            return Ok(None);
        }
        let Some(element) = self.left.as_mut().and_then(Iterator::next) else {
            self.end();
            return Ok(None);
        };
        let path = Path::Index(self.value.path, self.index);
        self.index += 1;
        let violations = self.value.violations;
        seed.deserialize(Reader { node: &self.array.items, value: Some(element), path: &path, violations }).map(Some)
    }
}

impl Reading<'_, '_> {
    /// Holds the length against its limits.
    fn end(&mut self) {
        let Some(left) = &mut self.left else { return };
        let length = self.index + left.count();
        if let Some(violation) = self.array.wrong_length(length, self.value.path) {
            self.value.violations.push(|| violation);
        }
    }
}
