//! Ways into a text that is known to be JSON: nothing here can fail, and nothing is checked twice.

/// The members of an object: each key as it was sent, quotes included, and the text of its value.
pub(super) struct Members<'a>(Cursor<'a>);

/// The elements of an array.
pub(super) struct Elements<'a>(Cursor<'a>);

impl<'a> Members<'a> {
    /// Of the object that a text begins with.
    pub(super) fn of(object: &'a str) -> Self {
        Self(Cursor::inside(object))
    }

    /// How long the object is; known once its last member has been taken.
    pub(super) fn length(&self) -> usize {
        self.0.position + 1
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next_value()?;
        Some((key, self.0.next_value()?))
    }
}

impl<'a> Elements<'a> {
    /// Of the array that a text begins with.
    pub(super) fn of(array: &'a str) -> Self {
        Self(Cursor::inside(array))
    }

    /// The rest of the text from the next element on, where that is an object; the caller says how long it was.
    pub(super) fn object_ahead(&mut self) -> Option<&'a str> {
        self.0.skip_separators();
        self.0.text.get(self.0.position..).filter(|rest| rest.starts_with('{'))
    }

    /// Goes on behind an object that was taken.
    pub(super) fn pass(&mut self, length: usize) {
        self.0.position += length;
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.0.next_value()
    }
}

/// A place in a text.
struct Cursor<'a> {
    text: &'a str,
    position: usize,
}

/// What a byte is outside strings.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Part,
    Separator,
    Quote,
    Open,
    Close,
}

/// The class of each byte.
#[expect(clippy::cast_possible_truncation, reason = "the bytes are counted")]
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Part; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' => Class::Separator,
            b'"' => Class::Quote,
            b'[' | b'{' => Class::Open,
            b']' | b'}' => Class::Close,
            _ => Class::Part,
        };
        byte += 1;
    }
    classes
};

impl<'a> Cursor<'a> {
    /// Behind the bracket that opens an array or an object.
    fn inside(text: &'a str) -> Self {
        Self { text, position: 1 }
    }

    fn class(&self) -> Option<Class> {
        self.text.as_bytes().get(self.position).map(|byte| CLASSES[usize::from(*byte)])
    }

    fn skip_separators(&mut self) {
        while self.class() == Some(Class::Separator) {
            self.position += 1;
        }
    }

    /// The text of the next value, or key; none at the bracket that closes.
    fn next_value(&mut self) -> Option<&'a str> {
        self.skip_separators();
        let start = self.position;
        match self.class()? {
            Class::Close => return None,
            Class::Quote => self.skip_string(),
            Class::Open => self.skip_nested(),
            _ => {
                while self.class() == Some(Class::Part) {
                    self.position += 1;
                }
            }
        }
        self.text.get(start..self.position)
    }

    fn skip_string(&mut self) {
        let bytes = self.text.as_bytes();
        self.position += 1;
        while let Some(byte) = bytes.get(self.position) {
            self.position += 1;
            match byte {
                b'"' => return,
                b'\\' => self.position += 1,
                _ => {}
            }
        }
    }

    fn skip_nested(&mut self) {
        let mut depth = 0_usize;
        while let Some(class) = self.class() {
            match class {
                Class::Quote => {
                    self.skip_string();
                    continue;
                }
                Class::Open => depth += 1,
                Class::Close => depth -= 1,
                _ => {}
            }
            self.position += 1;
            if depth == 0 {
                return;
            }
        }
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
            assert_eq!(Elements::of(array).collect::<Vec<_>>(), expected, "{array}");
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
            assert_eq!(Members::of(object).collect::<Vec<_>>(), expected, "{object}");
        }
    }
}
