//! What a schema has accepted, and its way into a Rust type.

use serde::{
    Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{Error, MapDeserializer},
    },
    forward_to_deserialize_any,
};

/// A value that its schema has accepted, with its defaults filled in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Checked {
    Integer(i64),
    Object(Vec<(&'static str, Checked)>),
}

impl IntoDeserializer<'_, Error> for Checked {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Checked {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Integer(integer) => visitor.visit_i64(integer),
            Self::Object(fields) => visitor.visit_map(MapDeserializer::new(fields.into_iter())),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::Checked;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Outer {
        inner: Inner,
        count: i32,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        number: i64,
    }

    fn outer(number: i64, count: i64) -> Checked {
        let inner = Checked::Object(vec![("number", Checked::Integer(number))]);
        Checked::Object(vec![("count", Checked::Integer(count)), ("inner", inner)])
    }

    #[test]
    fn objects_become_structs_by_name() {
        let expected = Outer { inner: Inner { number: i64::MIN }, count: 7 };
        assert_eq!(Outer::deserialize(outer(i64::MIN, 7)), Ok(expected));
    }

    #[test]
    fn a_type_that_holds_less_than_its_schema_is_an_error() {
        assert!(Outer::deserialize(outer(0, i64::from(i32::MAX) + 1)).is_err());
        assert!(Outer::deserialize(Checked::Object(vec![])).is_err());
    }
}
