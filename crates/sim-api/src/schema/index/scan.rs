//! The pass over a JSON text (RFC 8259) that finds its values.

use super::Entry;

/// How deep arrays and objects may nest: what most parsers of other languages still read.
const MAX_DEPTH: usize = 128;

/// Where a pass stopped, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Stop {
    /// At what cannot stand there.
    NotJson(usize),
    /// At the bracket that opens one level too many.
    TooDeep(usize),
    /// Before its beginning: the text has more bytes than 32 bits count.
    TooLong,
}

pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    position: usize,
    entries: &'a mut Vec<Entry>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8], entries: &'a mut Vec<Entry>) -> Self {
        Self { bytes, position: 0, entries }
    }

    pub(super) fn scan(mut self) -> Result<(), Stop> {
        if u32::try_from(self.bytes.len()).is_err() {
            return Err(Stop::TooLong);
        }
        self.skip_space();
        self.value(0)?;
        self.skip_space();
        if self.position < self.bytes.len() { Err(self.stop()) } else { Ok(()) }
    }

    fn stop(&self) -> Stop {
        Stop::NotJson(self.position)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.position..).unwrap_or_default()
    }

    /// Passes the bytes that are of a kind, and says how many there were.
    fn pass_all(&mut self, is_of_kind: impl Fn(u8) -> bool) -> usize {
        let rest = self.rest();
        let count = rest.iter().position(|byte| !is_of_kind(*byte)).unwrap_or(rest.len());
        self.position += count;
        count
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.position += 1;
        }
    }

    /// Passes a byte if it is there.
    fn pass(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.position += usize::from(is_there);
        is_there
    }

    /// Passes a value that lies in this many arrays and objects.
    fn value(&mut self, depth: usize) -> Result<(), Stop> {
        let start = self.position;
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{') => return self.nested(depth, b'}', Self::member),
            Some(b'[') => return self.nested(depth, b']', Self::value),
            Some(b't') => self.literal(b"true")?,
            Some(b'f') => self.literal(b"false")?,
            Some(b'n') => self.literal(b"null")?,
            _ => return Err(self.stop()),
        }
        self.add(start);
        Ok(())
    }

    /// Enters a value without others in it, which ends here.
    fn add(&mut self, start: usize) {
        let next = narrow(self.entries.len() + 1);
        self.entries.push(Entry { start: narrow(start), end: narrow(self.position), next });
    }

    /// Passes what opens with the bracket that is here and has `item`s in it.
    fn nested(
        &mut self,
        depth: usize,
        closing: u8,
        item: impl Fn(&mut Self, usize) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        if depth == MAX_DEPTH {
            return Err(Stop::TooDeep(self.position));
        }
        let entry = self.entries.len();
        self.add(self.position);
        self.position += 1;
        self.skip_space();
        if !self.pass(closing) {
            loop {
                item(self, depth + 1)?;
                self.skip_space();
                if self.pass(closing) {
                    break;
                }
                if !self.pass(b',') {
                    return Err(self.stop());
                }
                self.skip_space();
            }
        }
        let (end, next) = (narrow(self.position), narrow(self.entries.len()));
        if let Some(entry) = self.entries.get_mut(entry) {
            (entry.end, entry.next) = (end, next);
        }
        Ok(())
    }

    fn member(&mut self, depth: usize) -> Result<(), Stop> {
        let start = self.position;
        self.string()?;
        self.add(start);
        self.skip_space();
        if !self.pass(b':') {
            return Err(self.stop());
        }
        self.skip_space();
        self.value(depth)
    }

    fn literal(&mut self, literal: &[u8]) -> Result<(), Stop> {
        if !self.rest().starts_with(literal) {
            return Err(self.stop());
        }
        self.position += literal.len();
        Ok(())
    }

    fn string(&mut self) -> Result<(), Stop> {
        if !self.pass(b'"') {
            return Err(self.stop());
        }
        loop {
            self.pass_all(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1F));
            match self.peek() {
                Some(b'\\') => self.escape()?,
                _ if self.pass(b'"') => return Ok(()),
                _ => return Err(self.stop()),
            }
        }
    }

    /// Passes an escape. One of a lone surrogate is JSON, whatever may be made of it.
    fn escape(&mut self) -> Result<(), Stop> {
        self.position += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.position += 1,
            Some(b'u') => {
                self.position += 1;
                let digits = self.bytes.get(self.position..self.position + 4);
                if !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)) {
                    return Err(self.stop());
                }
                self.position += 4;
            }
            _ => return Err(self.stop()),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), Stop> {
        self.pass(b'-');
        // A number does not begin with a zero and another digit.
        if !self.pass(b'0') {
            self.digits()?;
        }
        if self.pass(b'.') {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.position += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.position += 1;
            }
            self.digits()?;
        }
        Ok(())
    }

    /// Passes one digit or more.
    fn digits(&mut self) -> Result<(), Stop> {
        let start = self.position;
        while let Some(eight) = self.rest().first_chunk() {
            let count = leading_digits(u64::from_le_bytes(*eight));
            self.position += count;
            if count < 8 {
                return if self.position == start { Err(self.stop()) } else { Ok(()) };
            }
        }
        self.pass_all(|byte| byte.is_ascii_digit());
        if self.position == start { Err(self.stop()) } else { Ok(()) }
    }
}

/// How many of eight bytes, the first one lowest, are digits before one that is not.
///
/// A digit has 3 in its upper half, and has it still when 6 is added. A sum that overflows into the next byte comes from
/// one that is no digit, and the first such byte is all that counts.
const fn leading_digits(bytes: u64) -> usize {
    const UPPER: u64 = u64::from_ne_bytes([0xF0; 8]);
    const THREES: u64 = u64::from_ne_bytes([0x30; 8]);
    const SIXES: u64 = u64::from_ne_bytes([6; 8]);
    let others = ((bytes & UPPER) ^ THREES) | ((bytes.wrapping_add(SIXES) & UPPER) ^ THREES);
    (others.trailing_zeros() / 8) as usize
}

/// A position, or a number of entries, as it is kept.
#[expect(clippy::cast_possible_truncation, reason = "the text is not longer, and has no more values than bytes")]
const fn narrow(number: usize) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    use super::{super::Indexed, *};

    fn nested(levels: usize) -> String {
        format!("{}{}", "[".repeat(levels), "]".repeat(levels))
    }

    /// Texts of the characters that mean something in JSON, which now and then are JSON.
    fn almost_json() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            3 => prop::sample::select(vec!["{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\"a\":", "\\", "\\u00e9", "\\n"]),
            3 => prop::sample::select(vec!["0", "1", "-", "12", ".5", "e", "E+", "e-3", "true", "false", "null", "nul", "\u{1}"]),
            1 => prop::sample::select(vec![" ", "\n", "\t", "\r", "é", "\u{A0}", "\u{7F}", "😀"]),
        ];
        prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    /// JSON with one byte taken out, put in or changed.
    fn broken_json() -> impl Strategy<Value = String> {
        const JSON: &str = r#"{"seed":-42.5e+1,"a":[true,{"b\u00E9\"":null},"x",[],{}],"steps":10}"#;
        let place = 0..=JSON.len();
        let byte = prop::sample::select(b"{}[]:,\"\\-+.eE0159tnu \n\x01x".to_vec());
        (place, byte, 0..3).prop_map(|(place, byte, kind)| {
            let mut bytes = JSON.as_bytes().to_vec();
            match (kind, bytes.get_mut(place)) {
                (0, Some(found)) => *found = byte,
                (1, Some(_)) => {
                    bytes.remove(place);
                }
                _ => bytes.insert(place, byte),
            }
            String::from_utf8(bytes).unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_json_is_what_serde_json_says_is(text in prop_oneof![almost_json(), broken_json()]) {
            prop_assert_eq!(Indexed::new(&text).is_ok(), serde_json::from_str::<&RawValue>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn digits_are_counted_up_to_the_first_other_byte() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = *b"90123456";
                bytes[place] = byte;
                let expected = if byte.is_ascii_digit() { 8 } else { place };
                assert_eq!(leading_digits(u64::from_le_bytes(bytes)), expected, "{bytes:?}");
            }
        }
    }

    #[test]
    fn a_text_nests_up_to_128_levels() {
        assert!(Indexed::new(&nested(128)).is_ok());
        for (text, position) in [(nested(129), 128), ("[".repeat(65_536), 128), ("{\"a\":".repeat(129), 128 * 5)] {
            assert_eq!(Indexed::new(&text).err(), Some(Stop::TooDeep(position)), "{text}");
        }
    }

    #[test]
    fn the_first_thing_that_is_wrong_is_where_the_pass_stops() {
        assert_eq!(Indexed::new(&format!("[bad,{}]", nested(128))).err(), Some(Stop::NotJson(1)));
        assert_eq!(Indexed::new(&format!("[{},bad]", nested(128))).err(), Some(Stop::TooDeep(128)));
    }
}
