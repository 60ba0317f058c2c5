//! The walk of a value by its schema.
//!
//! It is a `serde` deserializer, so the typed value is made on the way, without a tree in between. Where a value breaks
//! its schema the walk notes that and goes on with a value that fits, in order to find whatever else is wrong; what was
//! made of such a value is thrown away.

use serde::{
    Deserializer,
    de::{
        DeserializeSeed, MapAccess, Visitor,
        value::{Error, StrDeserializer},
    },
    forward_to_deserialize_any,
};

use super::{
    Node, Property,
    index::{self, Indexed},
    integer,
    violation::{Path, Violations},
};
use crate::error::response::ErrorDetail;

/// The most properties an object may have, so that a walk needs no memory of its own.
pub(super) const MAX_PROPERTIES: usize = 8;

/// A value to be read by its schema.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r, 'de> {
    pub(super) node: &'r Node,
    /// None stands for any value that fits.
    pub(super) value: Option<index::Value<'de>>,
    pub(super) path: &'r Path<'r>,
    pub(super) violations: &'r Violations,
}

impl<'de> Deserializer<'de> for Reader<'_, 'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.node {
            Node::Integer { minimum, maximum } => visitor.visit_i64(self.integer(*minimum, *maximum)),
            Node::Object(properties) => visitor.visit_map(self.fields(properties)),
            Node::Array(array) => visitor.visit_seq(array.elements(self)),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'r, 'de> Reader<'r, 'de> {
    fn integer(self, minimum: i64, maximum: i64) -> i64 {
        let Some(value) = self.value else { return minimum };
        integer::read(value.text(), minimum, maximum).unwrap_or_else(|mismatch| {
            self.violations.push(|| mismatch.describe(value.text(), self.path));
            minimum
        })
    }

    fn fields(self, properties: &'r [Property]) -> Fields<'r, 'de> {
        let mut sent = [None; MAX_PROPERTIES];
        let value = self.value.filter(|value| {
            let Some(members) = value.members() else {
                self.violations.push(|| {
                    let message = "Input should be a valid dictionary or object to extract fields from";
                    ErrorDetail::new("model_attributes_type", self.path.location(), message).with_input(value.text())
                });
                // Of what is not an object, no field is missing.
                return false;
            };
            let mut expected = 0;
            for (key, value) in members {
                // The last of a repeated key is the one that stays.
                if let Some(index) = position(properties, key.text(), expected) {
                    sent[index] = Some(value);
                    expected = index + 1;
                }
            }
            true
        });
        let object = Self { value, ..self };
        Fields { object, properties, sent, next: 0 }
    }
}

/// The property that a key names, quotes and escapes and all; `expected` is where to look first.
fn position(properties: &[Property], key: &str, expected: usize) -> Option<usize> {
    let is_named = |property: &Property| property.key == key;
    if properties.get(expected).is_some_and(is_named) {
        return Some(expected);
    }
    if key.contains('\\') {
        // A key with a lone surrogate is no `str`, and no property.
        let name = serde_json::from_str::<String>(key).ok()?;
        return properties.iter().position(|property| property.name == name);
    }
    properties.iter().position(is_named)
}

/// The fields of an object, in the order of its schema.
struct Fields<'r, 'de> {
    object: Reader<'r, 'de>,
    properties: &'r [Property],
    sent: [Option<index::Value<'de>>; MAX_PROPERTIES],
    next: usize,
}

impl<'de> MapAccess<'de> for Fields<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let property = self.properties.get(self.next);
        property.map(|property| seed.deserialize(StrDeserializer::new(property.name))).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let property = &self.properties[self.next];
        let path = Path::Field(self.object.path, property.name);
        let value = self.sent[self.next].or(property.default.map(Indexed::root));
        if let (None, Some(object)) = (value, self.object.value) {
            let missing = || ErrorDetail::new("missing", path.location(), "Field required").with_input(object.text());
            self.object.violations.push(missing);
        }
        self.next += 1;
        seed.deserialize(Reader { node: &property.node, value, path: &path, violations: self.object.violations })
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, de::DeserializeOwned};
    use serde_json::{Value, json};

    use super::{Indexed, Node};
    use crate::error::response::ErrorDetail;

    fn node(schema: &Value) -> Node {
        Node::compile(&json!({}), schema).unwrap()
    }

    fn read<T: DeserializeOwned>(node: &Node, text: &str) -> Result<T, Vec<ErrorDetail>> {
        node.read(&Indexed::new(text).unwrap(), "body")
    }

    fn locations(node: &Node, text: &str) -> Vec<Value> {
        let errors = read::<Value>(node, text).unwrap_err();
        errors.iter().map(|error| json!([error.kind, error.loc])).collect()
    }

    fn nested() -> Node {
        let count = json!({"type": "integer", "minimum": 1, "maximum": 9, "default": 5});
        let inner = json!({
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 0}, "b": count},
        });
        let outer =
            json!({"type": "object", "required": ["x", "y"], "properties": {"x": inner, "y": inner, "n": count}});
        node(&outer)
    }

    fn list() -> Node {
        let number = json!({"type": "integer", "minimum": 1, "maximum": 9});
        let pair = json!({"type": "array", "items": number, "minItems": 2, "maxItems": 2});
        node(&json!({"type": "array", "items": pair, "minItems": 0, "maxItems": 300}))
    }

    #[test]
    fn a_location_leads_from_the_part_of_the_request_to_the_value() {
        for (text, expected) in [
            (r#"{"x":{"a":0},"y":{"a":1}}"#, vec![json!(["less_than_equal", ["body", "y", "a"]])]),
            (
                r#"{"x":{"b":0},"n":"z"}"#,
                vec![
                    json!(["missing", ["body", "x", "a"]]),
                    json!(["greater_than_equal", ["body", "x", "b"]]),
                    json!(["missing", ["body", "y"]]),
                    json!(["int_type", ["body", "n"]]),
                ],
            ),
            (
                r#"{"x":[],"y":{}}"#,
                vec![json!(["model_attributes_type", ["body", "x"]]), json!(["missing", ["body", "y", "a"]])],
            ),
        ] {
            assert_eq!(locations(&nested(), text), expected, "{text}");
        }
    }

    #[test]
    fn defaults_are_filled_in_at_every_level_in_the_order_of_the_schema() {
        let read: Value = read(&nested(), r#"{"y":{"a":0,"b":7},"x":{"a":0}}"#).unwrap();
        assert_eq!(read.to_string(), r#"{"x":{"a":0,"b":5},"y":{"a":0,"b":7},"n":5}"#);
    }

    #[test]
    fn lists_are_read_in_order_at_every_level() {
        for text in ["[]", "[[1,2]]", "[[1,2],[3,4],[9,9]]"] {
            assert_eq!(read::<Value>(&list(), text).unwrap().to_string(), text);
        }
        assert_eq!(read::<Value>(&list(), " [ [ 1 , 2.0 ] ] ").unwrap(), json!([[1, 2]]));
    }

    #[test]
    fn violations_in_lists_carry_their_indexes() {
        for (text, expected) in [
            (
                "[[1,2],[0,3],[4,10]]",
                vec![json!(["greater_than_equal", ["body", 1, 0]]), json!(["less_than_equal", ["body", 2, 1]])],
            ),
            (
                "[[1],[1,2,3],{},null]",
                vec![
                    json!(["too_short", ["body", 0]]),
                    json!(["too_long", ["body", 1]]),
                    json!(["list_type", ["body", 2]]),
                    json!(["list_type", ["body", 3]]),
                ],
            ),
            // Of a list that is too long, the part that is allowed is looked into as well.
            ("[[\"x\",2,0]]", vec![json!(["int_type", ["body", 0, 0]]), json!(["too_long", ["body", 0]])]),
        ] {
            assert_eq!(locations(&list(), text), expected, "{text}");
        }
    }

    #[test]
    fn one_answer_lists_up_to_100_violations() {
        for (pairs, expected) in [(49, 98), (50, 100), (51, 100), (300, 100)] {
            let text = format!("[{}]", vec!["[0,0]"; pairs].join(","));
            assert_eq!(locations(&list(), &text).len(), expected, "{pairs} pairs");
        }
    }

    #[test]
    fn an_object_without_properties_accepts_any_object() {
        let node = node(&json!({"type": "object", "properties": {}}));
        assert_eq!(read::<Value>(&node, r#"{"x":1}"#).unwrap(), json!({}));
        assert_eq!(locations(&node, "[]"), [json!(["model_attributes_type", ["body"]])]);
    }

    #[test]
    fn a_type_that_holds_less_than_its_schema_is_an_error_and_no_panic() {
        #[derive(Debug, Deserialize)]
        struct Small {
            #[expect(dead_code, reason = "only its reading is of interest")]
            n: i8,
        }
        let number = json!({"type": "integer", "minimum": 0, "maximum": 1000});
        let node = node(&json!({"type": "object", "required": ["n"], "properties": {"n": number}}));
        assert!(read::<Small>(&node, r#"{"n":127}"#).is_ok());
        assert_eq!(read::<Small>(&node, r#"{"n":128}"#).unwrap_err()[0].kind, "value_error");
    }
}
