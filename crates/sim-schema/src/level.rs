//! One level of a JSON text: the elements of an array, the members of an object, the characters of a string.
//!
//! The texts here are known to be JSON. What is inside a level stays text until the walk gets there.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    fmt,
};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The key and the value of a member of an object.
pub(crate) type Member<'a> = (Key<'a>, &'a RawValue);

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

/// A key, or another string.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key<'a> {
    /// The characters, with a replacement where there is half of a surrogate pair.
    pub(crate) text: Cow<'a, str>,
    /// Whether there is no half of a surrogate pair.
    pub(crate) is_text: bool,
}

impl Key<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.is_text && self.text == name
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As bytes, serde_json gives out half of a surrogate pair too.
        deserializer.deserialize_bytes(KeyVisitor)
    }
}

struct KeyVisitor;

impl<'de> Visitor<'de> for KeyVisitor {
    type Value = Key<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a string")
    }

    fn visit_borrowed_bytes<E>(self, bytes: &'de [u8]) -> Result<Key<'de>, E> {
        Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Key { text: Cow::Borrowed(text), is_text: true },
            Err(_) => Key { text: String::from_utf8_lossy(bytes), is_text: false },
        })
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Key<'de>, E> {
        let text = String::from_utf8_lossy(bytes);
        Ok(Key { is_text: matches!(text, Cow::Borrowed(_)), text: Cow::Owned(text.into_owned()) })
    }
}

/// The members without repetition: the last value of a repeated key, in the place of the first.
pub(crate) fn distinct(members: Vec<Member<'_>>) -> Vec<Member<'_>> {
    if members.len() < 2 {
        return members;
    }
    let mut places: HashMap<Key, usize> = HashMap::with_capacity(members.len());
    let mut distinct: Vec<Member<'_>> = Vec::with_capacity(members.len());
    for (key, value) in members {
        match places.entry(key.clone()) {
            Entry::Occupied(place) => distinct[*place.get()].1 = value,
            Entry::Vacant(place) => {
                place.insert(distinct.len());
                distinct.push((key, value));
            }
        }
    }
    distinct
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

    fn member(text: &str, is_text: bool) -> Key<'_> {
        Key { text: Cow::Borrowed(text), is_text }
    }

    #[test]
    fn members_are_in_the_order_in_which_they_were_sent() {
        let found = members(raw(r#"{ "b" : {"x":[1]} , "\ud83d\ude00":"}", "b":1.0 }"#)).unwrap();
        let (keys, values): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        assert_eq!(keys, [member("b", true), member("😀", true), member("b", true)]);
        assert_eq!(texts(&values), [r#"{"x":[1]}"#, r#""}""#, "1.0"]);
        for other in ["[]", "1", r#""{}""#, "null"] {
            assert!(members(raw(other)).is_none(), "{other}");
        }
    }

    #[test]
    fn half_of_a_surrogate_pair_is_replaced_and_no_text() {
        let key: Key = serde_json::from_str(r#""a\ud800b""#).unwrap();
        assert!(!key.is_text && key.text.starts_with("a\u{fffd}") && key.text.ends_with('b'), "{key:?}");
        assert!(!key.is(&key.text));
    }

    #[test]
    fn of_a_repeated_key_the_last_value_stays_in_the_place_of_the_first() {
        let found = distinct(members(raw(r#"{"a":1,"b":2,"\u0061":3,"\ufffd":4}"#)).unwrap());
        let found: Vec<_> = found.iter().map(|(key, value)| (key.text.as_ref(), value.get())).collect();
        assert_eq!(found, [("a", "3"), ("b", "2"), ("\u{fffd}", "4")]);
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
    }
}
