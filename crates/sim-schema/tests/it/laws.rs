//! The walk and an independent judge of JSON Schema agree about generated texts by generated schemas.
//!
//! The judge sees numbers as doubles, so those in the texts are few enough for a double to tell them apart. It does not
//! know the formats of integers, so it is told them as bounds.

mod texts;

use std::collections::BTreeSet;

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};
use sim_schema::Schema;

use texts::Dice;

const REFERENCE: &str = "#/components/schemas/";

/// What a schema is made of.
#[derive(Debug, Clone)]
enum Shape {
    /// A schema that refers to no other.
    Leaf(Value),
    Array(Box<Shape>, Option<usize>, Option<usize>),
    Map {
        values: Box<Shape>,
        names: Option<Value>,
        least: Option<usize>,
        greatest: Option<usize>,
    },
    Object(Vec<Property>, bool),
    /// The properties of each member.
    Union(Vec<Vec<Property>>),
    /// A component, referred to in one of two ways.
    Reference(Box<Shape>, bool),
    /// The whole schema, if it is in no union: recursion.
    Whole,
}

/// A name, its schema, and whether it is required.
type Property = (&'static str, Shape, bool);

fn leaf() -> impl Strategy<Value = Value> {
    let format = select(vec!["int32", "int64"]);
    let integer = (format, option::of(-3..2_i64), option::of(4..9_i64), any::<[bool; 2]>()).prop_map(
        |(format, least, greatest, exclusive)| {
            let mut schema = json!({"type": "integer", "format": format});
            bound(&mut schema, exclusive[0], ["minimum", "exclusiveMinimum"], least.map(Value::from));
            bound(&mut schema, exclusive[1], ["maximum", "exclusiveMaximum"], greatest.map(Value::from));
            schema
        },
    );
    let least = option::of(select(vec![json!(-1), json!(0), json!(0.1), json!(-2.5)]));
    let greatest = option::of(select(vec![json!(1), json!(1000), json!(0.5), json!(1e300)]));
    let number = (least, greatest, any::<[bool; 2]>()).prop_map(|(least, greatest, exclusive)| {
        let mut schema = json!({"type": "number", "format": "double"});
        bound(&mut schema, exclusive[0], ["minimum", "exclusiveMinimum"], least);
        bound(&mut schema, exclusive[1], ["maximum", "exclusiveMaximum"], greatest);
        schema
    });
    let one_of_words = vec(select(vec!["a", "b", "x y", "é"]), 1..4).prop_map(|words| json!({"enum": words}));
    prop_oneof![
        3 => integer,
        3 => number,
        3 => string(),
        1 => Just(json!({"type": "boolean"})),
        1 => one_of_words,
        1 => select(vec!["a", "é"]).prop_map(|word| json!({"const": word})),
        1 => select(vec!["boolean", "string", "number"]).prop_map(|name| json!({"type": [name, "null"]})),
    ]
}

fn string() -> impl Strategy<Value = Value> {
    let pattern = option::of(select(vec!["^[a-c]*$", "b", "^(?:x|yz)+$", "é", "^a\\.?$"]));
    (option::of(0..3_usize), option::of(3..5_usize), pattern).prop_map(|(least, greatest, pattern)| {
        let mut schema = json!({"type": "string"});
        limit(&mut schema, "minLength", least);
        limit(&mut schema, "maxLength", greatest);
        if let Some(pattern) = pattern {
            schema["pattern"] = json!(pattern);
        }
        schema
    })
}

fn bound(schema: &mut Value, exclusive: bool, keywords: [&str; 2], limit: Option<Value>) {
    if let Some(limit) = limit {
        schema[keywords[usize::from(exclusive)]] = limit;
    }
}

fn limit(schema: &mut Value, keyword: &str, limit: Option<usize>) {
    if let Some(limit) = limit {
        schema[keyword] = json!(limit);
    }
}

fn shape() -> impl Strategy<Value = Shape> {
    let leaf = prop_oneof![6 => leaf().prop_map(Shape::Leaf), 1 => Just(Shape::Whole)];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let limits = || (option::of(0..2_usize), option::of(2..4_usize));
        let property = || (select(texts::NAMES.to_vec()), inner.clone(), any::<bool>());
        prop_oneof![
            (boxed(), limits()).prop_map(|(items, (least, greatest))| Shape::Array(items, least, greatest)),
            (boxed(), option::of(string()), limits()).prop_map(|(values, names, (least, greatest))| Shape::Map {
                values,
                names,
                least,
                greatest
            }),
            (vec(property(), 0..4), any::<bool>()).prop_map(|(properties, closed)| Shape::Object(properties, closed)),
            vec(vec(property(), 0..3), 1..4).prop_map(Shape::Union),
            (boxed(), any::<bool>()).prop_map(|(shape, plain)| Shape::Reference(shape, plain)),
        ]
    })
}

/// The schemas by name, of which `Whole` is the one to test.
fn components(shape: &Shape) -> Value {
    // A schema that is nothing but a reference to itself means nothing.
    let shape = match shape {
        Shape::Whole | Shape::Reference(..) => &Shape::Array(Box::new(shape.clone()), None, None),
        other => other,
    };
    let mut schemas = Map::new();
    let whole = schema_of(shape, &mut schemas);
    schemas.insert("Whole".to_owned(), whole);
    json!({ "schemas": schemas })
}

fn named(schema: Value, schemas: &mut Map<String, Value>) -> Value {
    let name = format!("Part{}", schemas.len());
    schemas.insert(name.clone(), schema);
    json!({"$ref": format!("{REFERENCE}{name}")})
}

fn schema_of(shape: &Shape, schemas: &mut Map<String, Value>) -> Value {
    match shape {
        Shape::Leaf(schema) => schema.clone(),
        Shape::Whole => json!({"$ref": format!("{REFERENCE}Whole")}),
        Shape::Array(items, least, greatest) => {
            let mut schema = json!({"type": "array", "items": schema_of(items, schemas)});
            limit(&mut schema, "minItems", *least);
            limit(&mut schema, "maxItems", *greatest);
            schema
        }
        Shape::Map { values, names, least, greatest } => {
            let mut schema = json!({"type": "object", "additionalProperties": schema_of(values, schemas)});
            limit(&mut schema, "minProperties", *least);
            limit(&mut schema, "maxProperties", *greatest);
            if let Some(names) = names {
                schema["propertyNames"] = names.clone();
            }
            schema
        }
        Shape::Object(properties, closed) => object_of(properties, *closed, None, schemas),
        Shape::Union(members) => {
            let (mut references, mut mapping) = (vec![], Map::new());
            for (index, properties) in members.iter().enumerate() {
                let tag = ["one", "two", "three"][index];
                let member = object_of(properties, index == 0, Some(tag), schemas);
                let reference = named(member, schemas);
                mapping.insert(tag.to_owned(), reference["$ref"].clone());
                references.push(reference);
            }
            json!({"oneOf": references, "discriminator": {"propertyName": "kind", "mapping": mapping}})
        }
        Shape::Reference(shape, plain) => {
            let schema = schema_of(shape, schemas);
            let reference = named(schema, schemas);
            if *plain { reference } else { json!({"allOf": [reference], "description": "A part."}) }
        }
    }
}

fn object_of(properties: &[Property], closed: bool, tag: Option<&str>, schemas: &mut Map<String, Value>) -> Value {
    let (mut published, mut required) = (Map::new(), BTreeSet::new());
    if let Some(tag) = tag {
        published.insert("kind".to_owned(), json!({"type": "string", "enum": [tag], "default": tag}));
        required.insert("kind");
    }
    for (name, shape, is_required) in properties {
        let schema = schema_of(shape, schemas);
        published.insert((*name).to_owned(), schema);
        // A schema that requires itself is one that no text fits, which the judge and the walk agree about too.
        if *is_required {
            required.insert(*name);
        }
    }
    let mut schema = json!({"type": "object", "required": required, "properties": published});
    if closed {
        schema["additionalProperties"] = json!(false);
    }
    schema
}

/// What the judge is given: the format of an integer as bounds.
fn for_the_judge(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(for_the_judge),
        Value::Object(fields) => {
            fields.values_mut().for_each(for_the_judge);
            let (least, greatest) = match fields.get("format").and_then(Value::as_str) {
                Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
                Some("int64") => (i64::MIN, i64::MAX),
                _ => return,
            };
            fields.insert("allOf".to_owned(), json!([{"minimum": least, "maximum": greatest}]));
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_walk_accepts_what_the_schema_accepts(shape in shape(), dice in vec(any::<u8>(), 8..64)) {
        let components = components(&shape);
        let root = json!({"$ref": format!("{REFERENCE}Whole")});
        let schema = Schema::compile(&components, &root).unwrap();
        let mut document = json!({"$ref": root["$ref"], "components": components});
        for_the_judge(&mut document);
        let judge = jsonschema::draft202012::new(&document).unwrap();

        let mut dice = Dice::new(dice);
        for _ in 0..8 {
            let text = texts::text(&components, &root, &mut dice, 0);
            let value: Value = serde_json::from_str(&text).unwrap();
            let read = schema.read::<Value>(text.as_bytes(), "body");
            prop_assert_eq!(read.is_ok(), judge.is_valid(&value), "{} by {}: {:?}", text, document, read);
            // What is read fits too: nothing that the schema names is lost.
            if let Ok(read) = read {
                prop_assert!(judge.is_valid(&read), "{} was read from {} by {}", read, text, document);
            }
        }
    }
}
