//! Texts that are made to cost much or to do harm.

use proptest::{collection::vec, prelude::*, sample::select};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use sim_schema::{Schema, Violation};

use crate::schema;

/// A schema of many kinds, recursive, in which much can be wrong.
fn tree() -> Schema {
    let number = json!({"type": "number", "exclusiveMinimum": 0});
    let leaf = json!({
        "type": "object", "additionalProperties": false, "required": ["kind", "n", "s"],
        "properties": {
            "kind": {"const": "leaf"}, "n": number, "i": {"type": "integer", "format": "int64"},
            "s": {"type": "string", "pattern": "^[a-z]*$", "maxLength": 9}, "b": {"type": "boolean"},
        },
    });
    let node = json!({
        "type": "object", "required": ["kind"],
        "properties": {
            "kind": {"const": "node"},
            "list": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}, "maxItems": 1000},
            "map": {
                "type": "object", "propertyNames": {"type": "string", "maxLength": 9},
                "additionalProperties": {"$ref": "#/components/schemas/Tree"},
            },
        },
    });
    let mapping = json!({"leaf": "#/components/schemas/Leaf", "node": "#/components/schemas/Node"});
    let members = [json!({"$ref": "#/components/schemas/Leaf"}), json!({"$ref": "#/components/schemas/Node"})];
    let tree = json!({"oneOf": members, "discriminator": {"propertyName": "kind", "mapping": mapping}});
    let components = json!({"schemas": {"Tree": tree, "Leaf": leaf, "Node": node}});
    Schema::compile(&components, &json!({"$ref": "#/components/schemas/Tree"})).expect("the schema is enforced")
}

fn violations(text: &[u8]) -> Vec<Violation> {
    tree().read::<IgnoredAny>(text, "body").err().unwrap_or_default()
}

/// An error as the service answers it.
fn answer(violations: &[Violation]) -> Vec<u8> {
    serde_json::to_vec(&json!({ "detail": violations })).expect("an answer is JSON")
}

/// How deep a value nests.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[test]
fn what_no_strict_reader_could_read_is_answered_so_that_it_can() {
    let deep = format!("{}{}", "[".repeat(120), "]".repeat(120));
    for value in
        ["1e400", "[1e400]", r#""\ud800""#, r#"{"\udfff":"\ud800"}"#, deep.as_str(), "-1e999999999", "123456789e300"]
    {
        for text in [
            value.to_owned(),
            format!(r#"{{"kind":"leaf","n":{value},"s":{value},"i":{value},"b":{value},"x":{value}}}"#),
            format!(r#"{{"kind":{value}}}"#),
            format!(r#"{{"x":{value}}}"#),
            format!(r#"{{"kind":"node","list":{value},"map":{{"\ud800":{value}}}}}"#),
        ] {
            let found = violations(text.as_bytes());
            assert!(!found.is_empty(), "{text}");
            let read: Value = serde_json::from_slice(&answer(&found)).expect(&text);
            assert!(depth(&read) <= 64, "{text}");
        }
    }
}

#[test]
fn a_number_is_judged_in_time_that_its_length_bounds() {
    let digits = "9".repeat(1 << 17);
    let steps = schema(&json!({"type": "integer", "minimum": 0, "maximum": 9}));
    let share = schema(&json!({"type": "number", "minimum": 0, "maximum": 1}));
    for (text, of_integer, of_number) in [
        (digits.clone(), "less_than_equal", Some("finite_number")),
        (format!("0.{digits}"), "int_from_float", None),
        (format!("{digits}e-131072"), "int_from_float", None),
        (format!("{digits}e-131071"), "int_from_float", Some("less_than_equal")),
        (format!("0.{}1", "0".repeat(1 << 17)), "int_from_float", None),
        ("1e999999999".to_owned(), "finite_number", Some("finite_number")),
        ("1e-999999999".to_owned(), "int_from_float", None),
        (format!("1e{digits}"), "finite_number", Some("finite_number")),
        (format!("1e-{digits}"), "int_from_float", None),
        (format!("-{}e-131071", "1".repeat(1 << 17)), "int_from_float", Some("greater_than_equal")),
    ] {
        let kind =
            |schema: &Schema| schema.read::<IgnoredAny>(text.as_bytes(), "body").err().map(|found| found[0].kind);
        assert_eq!((kind(&steps), kind(&share)), (Some(of_integer), of_number), "{text:.20}");
    }
}

#[test]
fn an_answer_is_not_much_longer_than_what_it_answers() {
    let names: Vec<_> = (0..200).map(|number| format!("p{number}")).collect();
    let properties: serde_json::Map<_, _> =
        names.iter().map(|name| (name.clone(), json!({"type": "boolean"}))).collect();
    let many = schema(&json!({
        "type": "object", "required": names, "properties": properties, "additionalProperties": false,
    }));
    let map = schema(&json!({
        "type": "object",
        "additionalProperties": {"type": "array", "items": {"type": "boolean"}},
    }));
    let long = "x".repeat(1 << 17);
    for (schema, text) in [
        (&many, format!(r#"{{"unknown":"{long}"}}"#)),
        (&many, format!(r#"{{"{long}":1}}"#)),
        (&map, format!(r#"{{"{long}":[{}1]}}"#, "1,".repeat(1000))),
        (&map, format!(r#"{{"{long}":"{long}"}}"#)),
    ] {
        let found = schema.read::<IgnoredAny>(text.as_bytes(), "body").err().unwrap();
        let answered = answer(&found).len();
        assert!(answered <= text.len() + (128 << 10), "{answered} for {}", text.len());
    }
    let text = format!(r#"{{"kind":"{long}"}}"#);
    assert!(answer(&violations(text.as_bytes())).len() <= text.len() + (64 << 10));
}

#[test]
fn the_deepest_text_is_walked_to_its_end() {
    let levels = 63;
    let text = format!(
        r#"{}{{"kind":"leaf","n":0,"s":"a"}}{}"#,
        r#"{"kind":"node","list":["#.repeat(levels),
        "]}".repeat(levels)
    );
    let found = violations(text.as_bytes());
    assert_eq!((found.len(), found[0].kind, found[0].loc.len()), (1, "greater_than", 2 + 2 * levels));
    let too_deep = text.replacen('{', r#"{"kind":"node","list":[{"#, 1);
    assert_eq!(violations(too_deep.as_bytes())[0].kind, "json_invalid");
}

#[test]
fn many_members_and_elements_are_read() {
    let fields: Vec<_> = (0..50_000).map(|index| format!(r#""x{index}":1"#)).collect();
    let open = schema(&json!({"type": "object", "properties": {}}));
    assert_eq!(open.read::<Value>(format!("{{{}}}", fields.join(",")).as_bytes(), "body").unwrap(), json!({}));
    let closed = schema(&json!({"type": "object", "properties": {}, "additionalProperties": false}));
    let found = closed.read::<IgnoredAny>(format!("{{{}}}", fields.join(",")).as_bytes(), "body").err().unwrap();
    assert_eq!(found.len(), 100);
}

fn scrap() -> impl Strategy<Value = String> {
    let scraps = [
        r#"{"kind":"leaf","n":1,"s":"a"}"#,
        r#"{"kind":"node","list":[]}"#,
        "1e400",
        "-1e-400",
        "0",
        "1.5",
        "\"\\ud800\"",
        "\"a\"",
        "\"é\"",
        "[]",
        "{}",
        "null",
        "true",
        r#"{"\udfff":1}"#,
        "99999999999999999999",
    ];
    let leaf = select(scraps.to_vec()).prop_map(str::to_owned);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let name = select(vec!["kind", "list", "map", "n", "i", "s", "b", "nn", "\\ud800", "x", ""]);
        let kind = select(vec![r#""kind":"node","#, r#""kind":"leaf","#, r#""kind":"twig","#, ""]);
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            (kind, vec((name, inner), 1..4)).prop_map(|(kind, fields)| {
                let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{kind}{}}}", fields.join(","))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_to_any_text_is_read_by_a_strict_reader(text in scrap(), cut in any::<prop::sample::Index>(), byte: u8, whole: bool) {
        let mut text = text.into_bytes();
        if !whole {
            let place = cut.index(text.len());
            text[place] = byte;
        }
        let found = violations(&text);
        let read: Result<Value, _> = serde_json::from_slice(&answer(&found));
        prop_assert!(read.is_ok_and(|read| depth(&read) <= 64), "{}", String::from_utf8_lossy(&text));
        prop_assert!(found.len() <= 100);
    }
}
