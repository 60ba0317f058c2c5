//! Where the values of a JSON text are: found in one pass, which is also the check that the text is JSON.
//!
//! What walks by the index looks at no byte of structure again, and nothing on the way can fail.

mod scan;

use std::cell::Cell;

use scan::Scanner;
pub(super) use scan::Stop;

/// A JSON text, and where its values are.
#[derive(Debug)]
pub(super) struct Indexed<'a> {
    text: &'a str,
    entries: Vec<Entry>,
}

/// A value, or the key of a member: entries stand in the order in which their texts begin.
///
/// Positions are of 32 bits: the body of a request is far shorter than they count.
#[derive(Debug, Clone, Copy)]
struct Entry {
    start: u32,
    end: u32,
    /// The entry after this one and all that is in it.
    next: u32,
}

/// How much room for entries a thread keeps from one text to the next: enough for a long batch.
const KEPT_ENTRIES: usize = 1 << 16;

thread_local! {
    // Fresh memory of that size would have to be asked of the system, page by page, for each text.
    static ROOM: Cell<Vec<Entry>> = const { Cell::new(Vec::new()) };
}

impl<'a> Indexed<'a> {
    /// Finds the values of a text.
    ///
    /// # Errors
    ///
    /// Where the text stops being JSON, or nests too deep.
    pub(super) fn new(text: &'a str) -> Result<Self, Stop> {
        let mut indexed = Self { text, entries: ROOM.take() };
        indexed.entries.clear();
        Scanner::new(text.as_bytes(), &mut indexed.entries).scan()?;
        Ok(indexed)
    }

    /// The one value that the text is.
    pub(super) fn root(&self) -> Value<'_> {
        Value { indexed: self, entry: 0 }
    }

    fn entry(&self, entry: usize) -> Entry {
        self.entries.get(entry).copied().unwrap_or(Entry { start: 0, end: 0, next: u32::MAX })
    }
}

impl Drop for Indexed<'_> {
    fn drop(&mut self) {
        if self.entries.capacity() <= KEPT_ENTRIES {
            ROOM.set(std::mem::take(&mut self.entries));
        }
    }
}

/// A value of a text, or a key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'a> {
    indexed: &'a Indexed<'a>,
    entry: usize,
}

impl<'a> Value<'a> {
    /// The text of the value as it was sent; of a key, its quotes too.
    pub(super) fn text(self) -> &'a str {
        let Entry { start, end, .. } = self.indexed.entry(self.entry);
        self.indexed.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The members, where the value is an object: each a key and its value.
    pub(super) fn members(self) -> Option<Members<'a>> {
        self.children(b'{').map(Members)
    }

    /// The elements, where the value is an array.
    pub(super) fn elements(self) -> Option<Elements<'a>> {
        self.children(b'[').map(Elements)
    }

    fn children(self, opening: u8) -> Option<Children<'a>> {
        let Entry { start, next, .. } = self.indexed.entry(self.entry);
        let is_opened = self.indexed.text.as_bytes().get(start as usize) == Some(&opening);
        is_opened.then_some(Children { indexed: self.indexed, next: self.entry + 1, end: next as usize })
    }
}

/// What is directly in an array or an object.
#[derive(Debug)]
struct Children<'a> {
    indexed: &'a Indexed<'a>,
    next: usize,
    end: usize,
}

impl<'a> Iterator for Children<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        if self.next >= self.end {
            return None;
        }
        let child = Value { indexed: self.indexed, entry: self.next };
        self.next = self.indexed.entry(self.next).next as usize;
        Some(child)
    }
}

/// The elements of an array.
#[derive(Debug)]
pub(super) struct Elements<'a>(Children<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Value<'a>> {
        self.0.next()
    }
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Members<'a>(Children<'a>);

impl<'a> Iterator for Members<'a> {
    type Item = (Value<'a>, Value<'a>);

    fn next(&mut self) -> Option<(Value<'a>, Value<'a>)> {
        let key = self.0.next()?;
        Some((key, self.0.next()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_the_texts_between_the_commas() {
        for (array, expected) in [
            ("[]", &[][..]),
            ("[ ]", &[]),
            ("[1]", &["1"]),
            ("[1,2 , -3.5e+1\n,\tnull]", &["1", "2", "-3.5e+1", "null"]),
            (r#"["", "a,]\"", "\\", "é"]"#, &[r#""""#, r#""a,]\"""#, r#""\\""#, r#""é""#]),
            (r#"[[1,[2]],{"a":[3]} , [ ]]"#, &["[1,[2]]", r#"{"a":[3]}"#, "[ ]"]),
            (r#"[["]"],{"}":"{"}]"#, &[r#"["]"]"#, r#"{"}":"{"}"#]),
        ] {
            let indexed = Indexed::new(array).unwrap();
            let elements = indexed.root().elements().unwrap();
            assert_eq!(elements.map(Value::text).collect::<Vec<_>>(), expected, "{array}");
            assert!(indexed.root().members().is_none(), "{array}");
        }
    }

    #[test]
    fn members_are_keys_and_values() {
        for (object, expected) in [
            ("{}", &[][..]),
            (r#"{"a":1}"#, &[(r#""a""#, "1")]),
            ("{ \"a\" :\n1 ,\"b\":[1, 2] }", &[(r#""a""#, "1"), (r#""b""#, "[1, 2]")]),
            (r#"{"a\"":"b:","":{}}"#, &[(r#""a\"""#, r#""b:""#), (r#""""#, "{}")]),
        ] {
            let indexed = Indexed::new(object).unwrap();
            let members = indexed.root().members().unwrap();
            let texts = members.map(|(key, value)| (key.text(), value.text()));
            assert_eq!(texts.collect::<Vec<_>>(), expected, "{object}");
            assert!(indexed.root().elements().is_none(), "{object}");
        }
    }

    #[test]
    fn a_value_is_its_text_without_the_space_around_it() {
        for (text, value) in [(" {\"a\" : 1.0e0}\r\n\t", "{\"a\" : 1.0e0}"), ("\n-0 ", "-0"), ("null", "null")] {
            assert_eq!(Indexed::new(text).unwrap().root().text(), value);
        }
    }

    #[test]
    fn an_index_finds_nothing_of_the_text_before_it() {
        drop(Indexed::new("[1,2,3]").unwrap());
        assert!(Indexed::new("[4,").is_err());
        let indexed = Indexed::new("[5]").unwrap();
        assert_eq!(indexed.root().elements().unwrap().map(Value::text).collect::<Vec<_>>(), ["5"]);
    }
}
