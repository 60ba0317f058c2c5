//! What compiles, and why the rest does not.

use serde_json::{Value, json};
use sim_schema::Schema;

fn components() -> Value {
    json!({"schemas": {
        "Count": {"type": "integer", "minimum": 1, "maximum": 9},
        "Pair": {"type": "object", "required": ["left"], "properties": {"left": {"$ref": "#/components/schemas/Count"}}},
        "Defaulted": {"type": "boolean", "default": true},
        "Loop": {"$ref": "#/components/schemas/Loop"},
        "Endless": {
            "type": "object",
            "properties": {"inner": {"$ref": "#/components/schemas/Endless", "default": {}}},
        },
        "Wrong": {"type": "object", "properties": {"n": {"type": "integer", "format": "uint32"}}},
        "A": {"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}},
        "B": {"type": "object", "required": ["k"], "properties": {"k": {"type": "string", "enum": ["b"]}}},
        "Untagged": {"type": "object", "properties": {"k": {"const": "u"}}},
    }})
}

fn refusal(schema: &Value) -> String {
    match Schema::compile(&components(), schema) {
        Ok(_) => "accepted".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn object_of(property: &Value, required: &[&str]) -> Value {
    json!({"type": "object", "required": required, "properties": {"n": property}})
}

fn union(members: &[&str], mapping: &Value) -> Value {
    let members: Vec<_> = members.iter().map(|name| reference(name)).collect();
    json!({"oneOf": members, "discriminator": {"propertyName": "k", "mapping": mapping}})
}

fn mapping(tags: &[(&str, &str)]) -> Value {
    tags.iter().map(|(tag, name)| ((*tag).to_owned(), json!(format!("#/components/schemas/{name}")))).collect()
}

#[test]
fn what_is_enforced_compiles() {
    for schema in [
        json!({"type": "integer", "format": "int32", "title": "Count", "description": "How many.", "examples": [1]}),
        json!({"type": "integer", "minimum": i64::MIN, "maximum": i64::MAX, "deprecated": true, "x-order": 1}),
        json!({"type": "integer", "minimum": 0.0, "maximum": 9e2}),
        json!({"type": "object", "title": "Empty", "examples": [{}], "properties": {}, "additionalProperties": true}),
        json!({"$ref": "#/components/schemas/Pair", "description": "Described where it is used."}),
        json!({"allOf": [reference("Pair")], "description": "As 3.0 has it."}),
        object_of(&reference("Count"), &["n"]),
        object_of(&json!({"$ref": "#/components/schemas/Count", "default": 9}), &[]),
        object_of(&json!({"$ref": "#/components/schemas/Pair", "default": {"left": 1}}), &[]),
        object_of(&json!({"type": "string", "enum": ["a"], "default": "a"}), &["n"]),
        object_of(&reference("Count"), &[]),
        json!({"type": "array", "items": reference("Pair")}),
        union(&["A", "B"], &mapping(&[("b", "B"), ("a", "A")])),
    ] {
        assert_eq!(refusal(&schema), "accepted", "{schema}");
    }
}

#[test]
fn keywords_that_are_not_enforced_are_refused_and_named() {
    for (schema, keywords) in [
        (json!({"type": "array", "items": reference("Count")}), &["uniqueItems", "contains", "prefixItems"][..]),
        (json!({"type": "integer", "format": "int32"}), &["multipleOf", "minLength", "enum", "const", "not"]),
        (json!({"type": "number"}), &["multipleOf", "pattern", "enum"]),
        (json!({"type": "boolean"}), &["enum", "minimum", "format"]),
        (json!({"type": "string"}), &["format", "contentEncoding", "minimum"]),
        (json!({"enum": ["a"]}), &["pattern", "minLength"]),
        (
            json!({"type": "object", "properties": {}}),
            &["minProperties", "propertyNames", "patternProperties", "anyOf"],
        ),
        (json!({"type": "object", "additionalProperties": reference("Count")}), &["required", "patternProperties"]),
        (reference("Count"), &["minimum", "anyOf", "nullable"]),
        (json!({"allOf": [reference("Count")]}), &["minimum", "type"]),
        (union(&["A"], &mapping(&[("a", "A")])), &["type", "anyOf", "properties"]),
    ] {
        for keyword in keywords {
            let mut schema = schema.clone();
            schema[keyword] = json!("integer");
            let refused = refusal(&schema);
            assert!(refused.starts_with("#: `"), "{schema}: {refused}");
        }
    }
    let refused = refusal(&json!({"type": "array", "items": {"type": "boolean", "minimum": 1}}));
    assert_eq!(refused, "#/items: `minimum` is not enforced here");
}

#[test]
fn the_place_is_that_in_the_component() {
    let refused = "#/components/schemas/Wrong/properties/n: `format` uint32 of an integer is not enforced";
    assert_eq!(refusal(&json!({"type": "array", "items": reference("Wrong")})), refused);
}

#[test]
fn what_cannot_be_enforced_is_refused() {
    for (schema, reason) in [
        (json!({}), "#: a schema without `type`, `$ref`, `enum`, `const` or `oneOf` is not enforced"),
        (json!(true), "#: a schema without `type`, `$ref`, `enum`, `const` or `oneOf` is not enforced"),
        (
            json!({"anyOf": [reference("Count")]}),
            "#: a schema without `type`, `$ref`, `enum`, `const` or `oneOf` is not enforced",
        ),
        (json!({"type": "null"}), "#: `type` null is not enforced"),
        (json!({"type": ["integer", "string"]}), "#: a `type` of several is enforced only as one type and null"),
        (json!({"type": "integer"}), "#: an integer needs the `format` int32 or int64, or bounds on both sides"),
        (
            json!({"type": "integer", "minimum": 1}),
            "#: an integer needs the `format` int32 or int64, or bounds on both sides",
        ),
        (json!({"type": "integer", "minimum": 1.5, "maximum": 2}), "#: `minimum` is no 64-bit integer"),
        (json!({"type": "integer", "minimum": 0, "maximum": u64::MAX}), "#: `maximum` is no 64-bit integer"),
        (json!({"type": "integer", "minimum": "1", "maximum": 2}), "#: `minimum` is no number"),
        (json!({"type": "integer", "minimum": 3, "maximum": 2}), "#: no integer is within the bounds"),
        (
            json!({"type": "integer", "format": "int64", "exclusiveMinimum": i64::MAX}),
            "#: `exclusiveMinimum` leaves no 64-bit integer",
        ),
        (json!({"type": "number", "exclusiveMinimum": true}), "#: `exclusiveMinimum` is no number"),
        (json!({"type": "number", "format": "float"}), "#: `format` float of a number is not enforced"),
        (json!({"type": "string", "minLength": -1}), "#: `minLength` is no length"),
        (json!({"enum": [1]}), "#: `enum` of what are no strings is not enforced"),
        (json!({"const": null}), "#: `const` of what are no strings is not enforced"),
        (json!({"type": "array"}), "#: an array needs `items`"),
        (
            json!({"type": "array", "items": reference("Count"), "minItems": 2, "maxItems": 1}),
            "#: `minItems` is more than `maxItems`",
        ),
        (json!({"type": "object"}), "#: an object needs `properties`, or a schema as its `additionalProperties`"),
        (object_of(&reference("Count"), &["n", "m"]), "#: m is `required` and has no schema"),
        (reference("Nothing"), "#: `$ref` #/components/schemas/Nothing leads nowhere"),
        (json!({"$ref": "#/definitions/Count"}), "#: `$ref` does not begin with #/components/schemas/"),
        (reference("Loop"), "#/components/schemas/Loop: `$ref` #/components/schemas/Loop leads to itself"),
        (json!({"allOf": [reference("A"), reference("B")]}), "#: `allOf` is enforced only of one `$ref`"),
    ] {
        assert_eq!(refusal(&schema), reason, "{schema}");
    }
}

#[test]
fn the_tag_of_a_union_means_what_one_of_means() {
    let tagged = |name: &str| format!("#/components/schemas/{name}");
    for (schema, reason) in [
        (json!({"oneOf": [reference("A")]}), "#: `oneOf` needs a `discriminator`".to_owned()),
        (union(&["A", "B"], &mapping(&[("a", "A")])), "#: `mapping` does not name each of `oneOf` once".to_owned()),
        (
            union(&["A"], &mapping(&[("a", "A"), ("b", "B")])),
            "#/discriminator: `mapping` of b is not in `oneOf`".to_owned(),
        ),
        (
            union(&["A"], &mapping(&[("b", "A")])),
            format!("{}/properties/k: the tag of a member of a union is not 'b' alone", tagged("A")),
        ),
        (
            union(&["Untagged"], &mapping(&[("u", "Untagged")])),
            format!("{}: a member of a union does not require k", tagged("Untagged")),
        ),
        (
            union(&["Count"], &mapping(&[("c", "Count")])),
            format!("{}: a member of a union is no object", tagged("Count")),
        ),
    ] {
        assert_eq!(refusal(&schema), reason, "{schema}");
    }
}

#[test]
fn a_default_fits_its_schema() {
    let count = |default: Value| json!({"$ref": "#/components/schemas/Count", "default": default});
    for default in [json!(0), json!(1.5), json!(null)] {
        let refused = refusal(&object_of(&count(default.clone()), &[]));
        assert!(refused.starts_with("#/properties/n: `default` breaks the schema: Input should be"), "{refused}");
    }
    let refused = refusal(&object_of(&json!({"$ref": "#/components/schemas/Pair", "default": {}}), &[]));
    assert_eq!(refused, "#/properties/n: `default` breaks the schema: Field required");
    let refused = refusal(&reference("Endless"));
    let reason =
        "#/components/schemas/Endless/properties/inner: `default` breaks the schema: The default contains itself";
    assert_eq!(refused, reason);
}

#[test]
fn a_default_may_be_that_of_a_component() {
    let schema = Schema::compile(&components(), &object_of(&reference("Defaulted"), &[])).unwrap();
    assert_eq!(schema.read::<Value>(b"{}", "body").unwrap(), json!({"n": true}));
}
