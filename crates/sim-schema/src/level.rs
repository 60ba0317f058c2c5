//! One level of a JSON text: the elements of an array, the members of an object, the characters of a string.
//!
//! The texts here are known to be JSON. What is inside a level stays text until the walk gets there.

use std::{borrow::Cow, collections::HashMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The key and the value of a member of an object.
pub(crate) type Member<'a> = (&'a RawValue, &'a RawValue);

/// The elements, where the value is an array.
pub(crate) fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    // Only the beginning of another value is looked at, which may be long.
    value.get().starts_with('[').then(|| serde_json::from_str(value.get()).ok()).flatten()
}

/// Calls `each` with every member in the order in which they were sent, if the value is an object. Says whether it is.
pub(crate) fn each_member<'a>(value: &'a RawValue, each: impl FnMut(Member<'a>)) -> bool {
    let mut deserializer = serde_json::Deserializer::from_str(value.get());
    value.get().starts_with('{') && deserializer.deserialize_map(EachMember(each)).is_ok()
}

/// The members in the order in which they were sent, if the value is an object.
pub(crate) fn members(value: &RawValue) -> Option<Vec<Member<'_>>> {
    let mut members = Vec::new();
    each_member(value, |member| members.push(member)).then_some(members)
}

struct EachMember<F>(F);

impl<'de, F: FnMut(Member<'de>)> Visitor<'de> for EachMember<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(member) = map.next_entry()? {
            self.0(member);
        }
        Ok(())
    }
}

/// A key, and whether it is a string at all: half of a surrogate pair is none.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key<'a> {
    /// The characters, with a replacement where there is none.
    pub(crate) text: Cow<'a, str>,
    pub(crate) is_text: bool,
}

impl<'a> Key<'a> {
    pub(crate) fn of(json: &'a RawValue) -> Self {
        match string(json) {
            Some(text) => Self { text, is_text: true },
            None => Self { text: Cow::Owned(lossy(json)), is_text: false },
        }
    }
}

/// The members with their keys. Of a repeated key the last value stays, in the place of the first.
pub(crate) fn distinct<'a>(members: &[Member<'a>]) -> Vec<(Key<'a>, Member<'a>)> {
    let mut places = HashMap::with_capacity(members.len());
    let mut distinct: Vec<Member<'a>> = Vec::with_capacity(members.len());
    for member in members {
        let place = *places.entry(Key::of(member.0)).or_insert(distinct.len());
        match distinct.get_mut(place) {
            Some(earlier) => *earlier = *member,
            None => distinct.push(*member),
        }
    }
    distinct.into_iter().map(|member| (Key::of(member.0), member)).collect()
}

/// The characters of a JSON string. `None` if the value is another, or has half of a surrogate pair.
pub(crate) fn string(json: &RawValue) -> Option<Cow<'_, str>> {
    let inner = json.get().strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('\\') {
        serde_json::from_str(json.get()).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inner))
    }
}

/// The characters of a JSON string, with a replacement for each half of a surrogate pair.
pub(crate) fn lossy(json: &RawValue) -> String {
    struct Bytes(String);

    impl<'de> Deserialize<'de> for Bytes {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_bytes(BytesVisitor)
        }
    }

    struct BytesVisitor;

    impl Visitor<'_> for BytesVisitor {
        type Value = Bytes;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
            Ok(Bytes(String::from_utf8_lossy(bytes).into_owned()))
        }
    }

    serde_json::from_str(json.get()).map(|Bytes(text)| text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> &RawValue {
        serde_json::from_str(json).unwrap()
    }

    fn texts(values: &[&RawValue]) -> Vec<String> {
        values.iter().map(|value| value.get().to_owned()).collect()
    }

    #[test]
    fn elements_are_the_texts_between_the_commas() {
        for (array, expected) in [
            ("[]", &[][..]),
            ("[ ]", &[]),
            ("[1]", &["1"]),
            ("[1,2 , -3.5e+1\n,\tnull]", &["1", "2", "-3.5e+1", "null"]),
            (r#"["a,b]\"",[1,[2]],{"x":",]"}]"#, &[r#""a,b]\"""#, "[1,[2]]", r#"{"x":",]"}"#]),
        ] {
            assert_eq!(texts(&elements(raw(array)).unwrap()), expected, "{array}");
        }
        for other in ["{}", "1", r#""[]""#, "null"] {
            assert!(elements(raw(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn members_are_in_the_order_in_which_they_were_sent() {
        let found = members(raw(r#"{ "b" : {"x":[1]} , "\ud800":"}", "b":1.0 }"#)).unwrap();
        let (keys, values): (Vec<_>, Vec<_>) = found.iter().copied().unzip();
        assert_eq!(texts(&keys), [r#""b""#, r#""\ud800""#, r#""b""#]);
        assert_eq!(texts(&values), [r#"{"x":[1]}"#, r#""}""#, "1.0"]);
        for other in ["[]", "1", r#""{}""#, "null"] {
            assert!(members(raw(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_value_stays_in_the_place_of_the_first() {
        let found = members(raw(r#"{"a":1,"b":2,"\u0061":3,"\ud800":4,"\udfff":5}"#)).unwrap();
        let distinct: Vec<_> =
            distinct(&found).into_iter().map(|(key, (_, value))| (key.text.into_owned(), value.get())).collect();
        assert_eq!(distinct[..2], [("a".to_owned(), "3"), ("b".to_owned(), "2")]);
        assert_eq!(distinct.len(), 3, "half of a pair is replaced by one text");
    }

    #[test]
    fn a_string_is_its_characters() {
        for (json, expected) in
            [(r#""""#, ""), (r#""é""#, "é"), (r#""\u00e9\n\"""#, "é\n\""), (r#""\ud83d\ude00""#, "😀")]
        {
            assert_eq!(string(raw(json)).unwrap(), expected);
        }
        for json in [r#""\ud800""#, r#""a\udfff""#, "1", "null", "[]"] {
            assert_eq!(string(raw(json)), None, "{json}");
        }
        assert!(lossy(raw(r#""a\ud800b""#)).starts_with("a\u{fffd}"));
    }
}
