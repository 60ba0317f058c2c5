//! The part of the walk that reads arrays.

use std::cell::Cell;

use serde::de::{DeserializeSeed, SeqAccess, value::Error};

use super::{Node, cursor::Elements, reader::Reader, violation::Path};
use crate::{ErrorContext, ErrorDetail};

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
        let list = value.text.filter(|text| text.starts_with('['));
        if let (None, Some(text)) = (list, value.text) {
            let message = "Input should be a valid list";
            value.violations.push(|| ErrorDetail::new("list_type", value.path.location(), message).with_input(text));
        }
        // Of what is not a list, nothing is missing.
        let value = Reader { text: list, ..value };
        Reading { array: self, value, left: Elements::of(list.unwrap_or("[]")), index: 0 }
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
    left: Elements<'de>,
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
        let (node, violations) = (&*self.array.items, self.value.violations);
        let (path, length) = (Path::Index(self.value.path, self.index), Cell::new(0));
        // An object is found to end while it is read; anything else is looked through first.
        let object = if matches!(node, Node::Object(_)) { self.left.object_ahead() } else { None };
        let Some(text) = object.or_else(|| self.left.next()) else {
            self.end();
            return Ok(None);
        };
        self.index += 1;
        let element = Reader { node, text: Some(text), length: Some(&length), path: &path, violations };
        let value = seed.deserialize(element)?;
        if object.is_some() {
            self.left.pass(length.get());
        }
        Ok(Some(value))
    }
}

impl Reading<'_, '_> {
    /// Holds the length against its limits.
    fn end(&mut self) {
        let length = self.index + self.left.by_ref().count();
        if self.value.text.is_some()
            && let Some(violation) = self.array.wrong_length(length, self.value.path)
        {
            self.value.violations.push(|| violation);
        }
    }
}
