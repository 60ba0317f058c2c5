//! From a published schema to the nodes that the walk follows. What is not enforced is refused here, so that the
//! contract cannot promise it.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{Node, Property, array::Array, index::Indexed, reader::MAX_PROPERTIES};

impl Node {
    /// Compiles a schema of the contract.
    pub(super) fn compile(schemas: &Value, schema: &Value) -> Result<Self, String> {
        if let Some(reference) = schema["$ref"].as_str() {
            allow_only(&["$ref", "description", "default"], schema)?;
            let name = reference.rsplit('/').next().unwrap_or_default();
            return Self::compile(schemas, &schemas[name]);
        }
        match schema["type"].as_str() {
            Some("integer") => Self::compile_integer(schema),
            Some("object") => Self::compile_object(schemas, schema),
            Some("array") => Self::compile_array(schemas, schema),
            other => Err(format!("type {other:?} is published but not enforced")),
        }
    }

    fn compile_integer(schema: &Value) -> Result<Self, String> {
        allow_only(&["type", "format", "title", "description", "default", "examples", "minimum", "maximum"], schema)?;
        let bound = |keyword| schema[keyword].as_i64().ok_or_else(|| format!("an integer has no {keyword}"));
        Ok(Self::Integer { minimum: bound("minimum")?, maximum: bound("maximum")? })
    }

    fn compile_object(schemas: &Value, schema: &Value) -> Result<Self, String> {
        allow_only(&["type", "title", "description", "examples", "required", "properties"], schema)?;
        let properties = schema["properties"].as_object().ok_or("an object has no properties")?;
        let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if let Some(name) = required.iter().find(|name| !properties.contains_key(**name)) {
            return Err(format!("{name} is required and has no schema"));
        }
        if properties.len() > MAX_PROPERTIES {
            return Err(format!("an object has more than {MAX_PROPERTIES} properties"));
        }
        let properties = properties
            .iter()
            .map(|(name, schema)| Property::compile(schemas, name, schema, required.contains(&name.as_str())));
        properties.collect::<Result<_, _>>().map(Self::Object)
    }

    fn compile_array(schemas: &Value, schema: &Value) -> Result<Self, String> {
        allow_only(&["type", "title", "description", "examples", "items", "minItems", "maxItems"], schema)?;
        let limit = |keyword| {
            let limit = schema[keyword].as_u64().and_then(|limit| usize::try_from(limit).ok());
            limit.ok_or_else(|| format!("an array has no {keyword}"))
        };
        let items = Box::new(Self::compile(schemas, &schema["items"])?);
        Ok(Self::Array(Array { items, min_items: limit("minItems")?, max_items: limit("maxItems")? }))
    }

    /// A default, where it fits.
    fn default(&self, name: &str, default: &Value) -> Result<&'static Indexed<'static>, String> {
        let breaks = || format!("the default of {name} breaks its schema");
        // Once for each default of the contract, for the life of the process.
        let text: &'static str = default.to_string().leak();
        let default = Indexed::new(text).map_err(|_| breaks())?;
        self.read::<IgnoredAny>(&default, "default").map_err(|_| breaks())?;
        Ok(Box::leak(Box::new(default)))
    }
}

impl Property {
    fn compile(schemas: &Value, name: &str, schema: &Value, required: bool) -> Result<Self, String> {
        let node = Node::compile(schemas, schema)?;
        let default = match (required, schema.get("default")) {
            (true, None) => None,
            (false, Some(default)) => Some(node.default(name, default)?),
            (true, Some(_)) => return Err(format!("{name} is required and has a default")),
            (false, None) => return Err(format!("{name} is neither required nor has a default")),
        };
        Ok(Self {
            // Once for each property of the contract, for the life of the process.
            name: name.to_owned().leak(),
            key: Value::from(name).to_string(),
            node,
            default,
        })
    }
}

/// Refuses an object of the contract that says more than what is enforced.
pub(crate) fn allow_only(known: &[&str], published: &Value) -> Result<(), String> {
    let mut keywords = published.as_object().into_iter().flat_map(|published| published.keys());
    match keywords.find(|keyword| !known.contains(&keyword.as_str())) {
        Some(keyword) => Err(format!("{keyword} is published but not enforced")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Node;

    fn refusal(schema: &Value) -> String {
        let schemas = json!({
            "Count": {"type": "integer", "minimum": 1, "maximum": 9},
            "Pair": {
                "type": "object",
                "required": ["left"],
                "properties": {"left": {"$ref": "#/components/schemas/Count"}},
            },
        });
        Node::compile(&schemas, schema).map_or_else(|reason| reason, |node| format!("accepted as {node:?}"))
    }

    fn object_of(property: &Value, required: &[&str]) -> Value {
        json!({"type": "object", "required": required, "properties": {"n": property}})
    }

    fn array_of(items: &Value) -> Value {
        json!({"type": "array", "items": items, "minItems": 0, "maxItems": 9})
    }

    #[test]
    fn what_is_enforced_compiles() {
        for schema in [
            json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX}),
            json!({
                "type": "integer", "format": "int32", "title": "Count", "description": "How many.", "examples": [1],
                "minimum": 1, "maximum": 9,
            }),
            json!({"type": "object", "title": "Empty", "description": "Nothing.", "examples": [{}], "properties": {}}),
            json!({"$ref": "#/components/schemas/Pair", "description": "Described where it is used."}),
            object_of(&json!({"$ref": "#/components/schemas/Count"}), &["n"]),
            object_of(&json!({"$ref": "#/components/schemas/Count", "default": 9}), &[]),
            object_of(&json!({"$ref": "#/components/schemas/Pair", "default": {"left": 1}}), &[]),
            array_of(&json!({"$ref": "#/components/schemas/Pair"})),
        ] {
            let outcome = refusal(&schema);
            assert!(outcome.starts_with("accepted"), "{schema}: {outcome}");
        }
    }

    #[test]
    fn keywords_that_are_not_enforced_are_refused() {
        let count = json!({"type": "integer", "minimum": 1, "maximum": 9});
        let pair = json!({"type": "object", "properties": {}});
        let reference = json!({"$ref": "#/components/schemas/Count"});
        let list = array_of(&count);
        for (schema, keyword) in [
            (&list, "uniqueItems"),
            (&list, "contains"),
            (&count, "multipleOf"),
            (&count, "exclusiveMinimum"),
            (&count, "exclusiveMaximum"),
            (&count, "enum"),
            (&count, "nullable"),
            (&pair, "additionalProperties"),
            (&pair, "minProperties"),
            (&pair, "anyOf"),
            (&pair, "default"),
            (&reference, "minimum"),
            (&reference, "anyOf"),
        ] {
            let mut schema = schema.clone();
            schema[keyword] = json!(2);
            assert_eq!(refusal(&schema), format!("{keyword} is published but not enforced"), "{schema}");
        }
    }

    #[test]
    fn types_that_are_not_enforced_are_refused() {
        for (schema, found) in [
            (json!({"type": "string"}), r#"Some("string")"#),
            (array_of(&json!({"type": "boolean"})), r#"Some("boolean")"#),
            (json!({"type": ["integer", "null"], "minimum": 1, "maximum": 9}), "None"),
            (json!({"anyOf": [{"type": "integer"}]}), "None"),
            (json!({}), "None"),
            (json!(true), "None"),
            (json!({"$ref": "#/components/schemas/Nothing"}), "None"),
            (object_of(&json!({"type": "string"}), &["n"]), r#"Some("string")"#),
        ] {
            assert_eq!(refusal(&schema), format!("type {found} is published but not enforced"), "{schema}");
        }
    }

    #[test]
    fn an_array_needs_both_limits() {
        for limit in ["minItems", "maxItems"] {
            let mut schema = array_of(&json!({"$ref": "#/components/schemas/Count"}));
            schema[limit] = json!(null);
            assert_eq!(refusal(&schema), format!("an array has no {limit}"));
        }
    }

    #[test]
    fn an_object_has_at_most_8_properties() {
        let count = json!({"type": "integer", "minimum": 1, "maximum": 9, "default": 1});
        let properties =
            |number| (0..number).map(|n| (format!("p{n}"), count.clone())).collect::<serde_json::Map<_, _>>();
        assert!(refusal(&json!({"type": "object", "properties": properties(8)})).starts_with("accepted"));
        let refused = refusal(&json!({"type": "object", "properties": properties(9)}));
        assert_eq!(refused, "an object has more than 8 properties");
    }

    #[test]
    fn an_integer_needs_both_bounds_as_64_bit_integers() {
        for (schema, missing) in [
            (json!({"type": "integer", "maximum": 9}), "minimum"),
            (json!({"type": "integer", "minimum": 1}), "maximum"),
            (json!({"type": "integer", "minimum": 1, "maximum": 9.0}), "maximum"),
            (json!({"type": "integer", "minimum": 1, "maximum": u64::MAX}), "maximum"),
            (json!({"type": "integer", "minimum": "1", "maximum": 9}), "minimum"),
        ] {
            assert_eq!(refusal(&schema), format!("an integer has no {missing}"), "{schema}");
        }
    }

    #[test]
    fn a_property_is_either_required_or_has_a_default_that_fits() {
        let count = json!({"type": "integer", "minimum": 1, "maximum": 9});
        let defaulted = |default: Value| {
            let mut schema = count.clone();
            schema["default"] = default;
            schema
        };
        let pair = json!({"$ref": "#/components/schemas/Pair", "default": {"left": 10}});
        for (schema, reason) in [
            (object_of(&count, &[]), "n is neither required nor has a default"),
            (object_of(&defaulted(json!(1)), &["n"]), "n is required and has a default"),
            (object_of(&defaulted(json!(0)), &[]), "the default of n breaks its schema"),
            (object_of(&defaulted(json!(1.5)), &[]), "the default of n breaks its schema"),
            (object_of(&defaulted(json!(null)), &[]), "the default of n breaks its schema"),
            (object_of(&pair, &[]), "the default of n breaks its schema"),
            (object_of(&count, &["n", "m"]), "m is required and has no schema"),
            (json!({"type": "object", "required": ["n"]}), "an object has no properties"),
        ] {
            assert_eq!(refusal(&schema), reason, "{schema}");
        }
    }
}
