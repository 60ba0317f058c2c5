//! The walk of a value by its schema.

use std::fmt;

use serde::{
    Deserializer,
    de::{self, DeserializeSeed, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Checked, Node, Property, integer};
use crate::{ErrorDetail, Location};

/// How many violations one answer lists.
const MAX_VIOLATIONS: usize = 100;

/// The way to a value, from the part of the request that holds it.
pub(super) enum Path<'a> {
    Root(&'static str),
    Field(&'a Path<'a>, &'static str),
}

impl Path<'_> {
    pub(super) fn location(&self) -> Vec<Location> {
        match self {
            Self::Root(part) => vec![(*part).into()],
            Self::Field(parent, name) => {
                let mut location = parent.location();
                location.push((*name).into());
                location
            }
        }
    }
}

/// The violations found so far, up to the cap.
#[derive(Default)]
struct Violations(Vec<ErrorDetail>);

impl Violations {
    fn push(&mut self, violation: impl FnOnce() -> ErrorDetail) {
        if self.0.len() < MAX_VIOLATIONS {
            self.0.push(violation());
        }
    }
}

impl Node {
    /// Reads a value that is the whole of a part of the request.
    ///
    /// # Errors
    ///
    /// Every violation, up to the cap.
    pub(super) fn check(&self, value: &RawValue, part: &'static str) -> Result<Checked, Vec<ErrorDetail>> {
        let mut violations = Violations::default();
        match self.walk(value, &Path::Root(part), &mut violations) {
            Some(checked) if violations.0.is_empty() => Ok(checked),
            _ => Err(violations.0),
        }
    }

    fn walk(&self, value: &RawValue, path: &Path, violations: &mut Violations) -> Option<Checked> {
        match self {
            Self::Integer { minimum, maximum } => integer::read(value.get(), *minimum, *maximum)
                .map(Checked::Integer)
                .map_err(|mismatch| violations.push(|| mismatch.describe(value, path)))
                .ok(),
            Self::Object(properties) => object(properties, value, path, violations),
        }
    }
}

fn object(properties: &[Property], value: &RawValue, path: &Path, violations: &mut Violations) -> Option<Checked> {
    let Some(mut sent) = fields(properties, value) else {
        violations.push(|| {
            let message = "Input should be a valid dictionary or object to extract fields from";
            ErrorDetail::new("model_attributes_type", path.location(), message).with_input(value)
        });
        return None;
    };
    let mut checked = Vec::with_capacity(properties.len());
    for (property, sent) in properties.iter().zip(&mut sent) {
        let path = Path::Field(path, property.name);
        let field = match (sent, &property.default) {
            (Some(sent), _) => property.node.walk(sent, &path, violations),
            (None, Some(default)) => Some(default.clone()),
            (None, None) => {
                violations.push(|| ErrorDetail::new("missing", path.location(), "Field required").with_input(value));
                None
            }
        };
        checked.extend(field.map(|field| (property.name, field)));
    }
    Some(Checked::Object(checked))
}

/// The text of each property in an object, the last where a key is repeated; nothing where the value is no object.
fn fields<'a>(properties: &[Property], value: &'a RawValue) -> Option<Vec<Option<&'a RawValue>>> {
    struct Fields<'p>(&'p [Property]);

    impl<'de> Visitor<'de> for Fields<'_> {
        type Value = Vec<Option<&'de RawValue>>;

        fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut sent = vec![None; self.0.len()];
            while let Some(index) = map.next_key_seed(PropertyIndex(self.0))? {
                let value = map.next_value()?;
                if let Some(index) = index {
                    sent[index] = Some(value);
                }
            }
            Ok(sent)
        }
    }

    if !value.get().starts_with('{') {
        return None;
    }
    serde_json::Deserializer::from_str(value.get()).deserialize_map(Fields(properties)).ok()
}

/// Reads a key as the index of the property it names.
struct PropertyIndex<'p>(&'p [Property]);

impl<'de> DeserializeSeed<'de> for PropertyIndex<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, key: D) -> Result<Self::Value, D::Error> {
        // As bytes: a key that is no property may hold a lone surrogate, which no `str` can.
        key.deserialize_bytes(self)
    }
}

impl Visitor<'_> for PropertyIndex<'_> {
    type Value = Option<usize>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_bytes<E: de::Error>(self, key: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|property| property.name.as_bytes() == key))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value::RawValue};

    use super::{Checked, MAX_VIOLATIONS, Node};

    fn node(schema: &Value) -> Node {
        Node::compile(&json!({}), schema).unwrap()
    }

    fn raw(text: &str) -> &RawValue {
        serde_json::from_str(text).unwrap()
    }

    fn locations(node: &Node, text: &str) -> Vec<Value> {
        let errors = node.check(raw(text), "body").unwrap_err();
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
        let integer = Checked::Integer;
        let inner = |b| Checked::Object(vec![("a", integer(0)), ("b", integer(b))]);
        let checked = nested().check(raw(r#"{"y":{"a":0,"b":7},"x":{"a":0}}"#), "body").unwrap();
        assert_eq!(checked, Checked::Object(vec![("x", inner(5)), ("y", inner(7)), ("n", integer(5))]));
    }

    #[test]
    fn one_answer_lists_up_to_100_violations() {
        let count = json!({"type": "integer", "minimum": 1, "maximum": 9});
        for (properties, expected) in [(99, 99), (100, 100), (101, MAX_VIOLATIONS), (300, 100)] {
            let names: Vec<_> = (0..properties).map(|n| format!("p{n}")).collect();
            let schemas: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), count.clone())).collect();
            let node = node(&json!({"type": "object", "required": names, "properties": schemas}));
            assert_eq!(locations(&node, "{}").len(), expected, "{properties} missing");
            let zeros: Vec<_> = names.iter().map(|name| format!("\"{name}\":0")).collect();
            assert_eq!(locations(&node, &format!("{{{}}}", zeros.join(","))).len(), expected, "{properties} zeros");
        }
    }

    #[test]
    fn an_object_without_properties_accepts_any_object() {
        let node = node(&json!({"type": "object", "properties": {}}));
        assert_eq!(node.check(raw(r#"{"x":1}"#), "body").unwrap(), Checked::Object(vec![]));
        assert_eq!(locations(&node, "[]"), [json!(["model_attributes_type", ["body"]])]);
    }
}
