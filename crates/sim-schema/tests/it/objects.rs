//! Objects, maps and unions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};
use sim_schema::Schema;

use crate::{places, read, schema};

fn nested() -> Schema {
    let count = json!({"type": "integer", "minimum": 1, "maximum": 9, "default": 5});
    let inner = json!({
        "type": "object",
        "required": ["a"],
        "properties": {"a": {"type": "integer", "minimum": 0, "maximum": 0}, "b": count},
    });
    schema(&json!({"type": "object", "required": ["x", "y"], "properties": {"x": inner, "y": inner, "n": count}}))
}

/// What the service is sent the most.
fn simulation() -> Schema {
    let steps = json!({"type": "integer", "format": "int32", "minimum": 1, "maximum": 100_000, "default": 10});
    schema(&json!({
        "type": "object",
        "required": ["seed"],
        "properties": {"seed": {"type": "integer", "format": "int64"}, "steps": steps},
    }))
}

#[derive(Debug, PartialEq, Deserialize)]
struct Simulation {
    seed: i64,
    steps: i32,
}

fn simulated(text: &str) -> Result<(i64, i32), Value> {
    read::<Simulation>(&simulation(), text).map(|read| (read.seed, read.steps))
}

#[test]
fn objects_are_read_however_they_are_spelled() {
    for (body, seed, steps) in [
        (r#"{"seed":42,"steps":1000}"#, 42, 1000),
        (r#"{"steps":1000,"seed":42}"#, 42, 1000),
        (r#"{"seed":42}"#, 42, 10),
        (" {\r\n\t\"seed\" : 42 , \"steps\" : 1 } \n", 42, 1),
        ("\u{FEFF}{\"seed\":42}", 42, 10),
        (r#"{"\u0073eed":42,"ste\u0070s":7}"#, 42, 7),
        (r#"{"seed":-9223372036854775808,"steps":100000}"#, i64::MIN, 100_000),
    ] {
        assert_eq!(simulated(body), Ok((seed, steps)), "{body}");
    }
}

#[test]
fn of_a_repeated_key_the_last_wins() {
    for (body, seed, steps) in [
        (r#"{"seed":1,"seed":2}"#, 2, 10),
        (r#"{"seed":"x","steps":0,"seed":2,"steps":5}"#, 2, 5),
        (r#"{"seed":1,"\u0073eed":2}"#, 2, 10),
    ] {
        assert_eq!(simulated(body), Ok((seed, steps)), "{body}");
    }
    assert!(simulated(r#"{"seed":1,"seed":null}"#).is_err());
}

#[test]
fn unknown_fields_are_ignored() {
    for field in [
        r#""Seed":null"#,
        r#""":[]"#,
        r#""seed ":{}"#,
        r#""see":1"#,
        r#""x":{"seed":"y","steps":[{}]}"#,
        r#""x":1e999"#,
        r#""x":"\ud800""#,
        r#""\udfff":0"#,
        r#""\ud800\u0073eed":0"#,
        r#""\n\"":"\\""#,
    ] {
        assert_eq!(simulated(&format!(r#"{{{field},"seed":42}}"#)), Ok((42, 10)), "{field} before");
        assert_eq!(simulated(&format!(r#"{{"seed":42,{field}}}"#)), Ok((42, 10)), "{field} after");
    }
}

#[test]
fn a_missing_field_is_shown_the_whole_object() {
    let message = "Field required";
    let missing = |input: Value| json!([{"type": "missing", "loc": ["body", "seed"], "msg": message, "input": input}]);
    assert_eq!(simulated("{}"), Err(missing(json!({}))));
    assert_eq!(simulated(r#"{"Seed":1}"#), Err(missing(json!({"Seed": 1}))));
    let violations = simulation().read::<Value>(b"\n { \"Seed\": 1e0 } ", "body").unwrap_err();
    assert_eq!(violations[0].input.as_ref().unwrap().get(), r#"{ "Seed": 1e0 }"#);
}

#[test]
fn what_is_no_object_lacks_no_field() {
    let message = "Input should be a valid dictionary or object to extract fields from";
    for body in ["[]", " \"{}\" ", "null", "true", "42"] {
        let input: Value = serde_json::from_str(body).unwrap();
        let expected = json!([{"type": "model_attributes_type", "loc": ["body"], "msg": message, "input": input}]);
        assert_eq!(simulated(body), Err(expected), "{body}");
    }
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
        assert_eq!(places(&nested(), text), expected, "{text}");
    }
}

#[test]
fn defaults_are_filled_in_at_every_level_in_the_order_of_the_schema() {
    let value: Value = read(&nested(), r#"{"y":{"a":0,"b":7},"x":{"a":0}}"#).unwrap();
    assert_eq!(value.to_string(), r#"{"x":{"a":0,"b":5},"y":{"a":0,"b":7},"n":5}"#);
}

#[test]
fn what_is_neither_required_nor_has_a_default_may_be_absent() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Truncate {
        min: Option<f64>,
        max: Option<f64>,
    }
    let number = json!({"type": "number"});
    let truncate = schema(&json!({"type": "object", "properties": {"min": number, "max": number}}));
    assert_eq!(read(&truncate, r#"{"max":1}"#), Ok(Truncate { min: None, max: Some(1.0) }));
    assert_eq!(places(&truncate, r#"{"min":null}"#), [json!(["float_type", ["body", "min"]])]);
}

#[test]
fn an_object_may_have_any_number_of_properties() {
    let names: Vec<_> = (0..500).map(|number| format!("p{number}")).collect();
    let properties: serde_json::Map<_, _> =
        names.iter().map(|name| (name.clone(), json!({"type": "boolean"}))).collect();
    let many = schema(&json!({"type": "object", "required": names, "properties": properties}));
    let fields: Vec<_> = names.iter().rev().map(|name| format!("\"{name}\":true")).collect();
    let value: BTreeMap<String, bool> = read(&many, &format!("{{{}}}", fields.join(","))).unwrap();
    assert_eq!(value.len(), 500);
    assert_eq!(places(&many, "{}").len(), 100);
}

#[test]
fn an_object_without_properties_accepts_any_object() {
    let empty = schema(&json!({"type": "object", "properties": {}}));
    assert_eq!(read::<Value>(&empty, r#"{"x":1}"#), Ok(json!({})));
    assert_eq!(places(&empty, "[]"), [json!(["model_attributes_type", ["body"]])]);
}

#[test]
fn a_closed_object_refuses_what_it_does_not_know_and_tells_the_nearest_name() {
    let number = json!({"type": "integer", "format": "int32"});
    let closed = schema(&json!({
        "type": "object",
        "additionalProperties": false,
        "properties": {"samples": number, "seed": number, "é": number},
    }));
    assert_eq!(places(&closed, r#"{"samples":1,"seed":2,"é":3}"#), [] as [Value; 0]);
    for (name, nearest) in [
        ("sample", Some("samples")),
        ("Samples", Some("samples")),
        ("smaples", Some("samples")),
        ("sede", Some("seed")),
        ("e", Some("é")),
        ("steps", None),
        ("", Some("é")),
        ("quantiles", None),
    ] {
        let refused = read::<Value>(&closed, &json!({ name: [1] }).to_string()).unwrap_err();
        let mut expected = json!({
            "type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs are not permitted", "input": [1],
        });
        if let Some(nearest) = nearest {
            expected["msg"] = json!(format!("Extra inputs are not permitted. Did you mean '{nearest}'?"));
            expected["ctx"] = json!({"nearest": nearest});
        }
        assert_eq!(refused, json!([expected]), "{name}");
    }
    let all = places(&closed, r#"{"x":1,"seed":"a","y":2,"x":3,"\ud800":4}"#);
    assert_eq!(
        all[..3],
        [
            json!(["int_type", ["body", "seed"]]),
            json!(["extra_forbidden", ["body", "x"]]),
            json!(["extra_forbidden", ["body", "y"]]),
        ]
    );
    assert_eq!(all.len(), 4);
}

#[test]
fn a_map_has_any_names_and_values_of_one_schema() {
    let map = schema(&json!({
        "type": "object",
        "propertyNames": {"type": "string", "pattern": "^[a-z]*$", "maxLength": 3},
        "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9},
        "minProperties": 1,
        "maxProperties": 2,
    }));
    assert_eq!(read(&map, r#"{"b":1,"a":2,"b":3.0}"#), Ok(BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 3)])));
    for (text, expected) in [
        ("[]", vec![json!(["dict_type", ["body"]])]),
        ("{}", vec![json!(["too_short", ["body"]])]),
        (r#"{"a":1,"b":"x","c":10}"#, vec![json!(["int_type", ["body", "b"]]), json!(["too_long", ["body"]])]),
        (
            r#"{"A":10,"abcd":1}"#,
            vec![
                json!(["string_pattern_mismatch", ["body", "A", "[key]"]]),
                json!(["less_than_equal", ["body", "A"]]),
                json!(["string_too_long", ["body", "abcd", "[key]"]]),
            ],
        ),
    ] {
        assert_eq!(places(&map, text), expected, "{text}");
    }
    let words = |text: &str| read::<Value>(&map, text).unwrap_err()[0]["msg"].clone();
    assert_eq!(words("[]"), "Input should be a valid dictionary");
    assert_eq!(words("{}"), "Dictionary should have at least 1 item after validation, not 0");
    assert_eq!(words(r#"{"A":1}"#), "String should match pattern '^[a-z]*$'");
    let any_names = schema(&json!({"type": "object", "additionalProperties": {"type": "boolean"}}));
    assert_eq!(places(&any_names, r#"{"":true,"\u0000😀":false}"#), [] as [Value; 0]);
    let half = read::<Value>(&any_names, r#"{"a\ud800":true}"#).unwrap_err();
    assert_eq!((&half[0]["type"], half[0].get("input")), (&json!("string_unicode"), None));
}

/// The components of a recursive union.
fn distributions() -> Value {
    let tag = |name: &str| json!({"type": "string", "enum": [name], "default": name});
    let number = json!({"type": "number", "format": "double"});
    json!({"schemas": {
        "Distribution": {
            "oneOf": [{"$ref": "#/components/schemas/Normal"}, {"$ref": "#/components/schemas/Mixture"}],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"normal": "#/components/schemas/Normal", "mixture": "#/components/schemas/Mixture"},
            },
        },
        "Normal": {
            "type": "object", "additionalProperties": false, "required": ["kind", "mean", "sd"],
            "properties": {
                "kind": tag("normal"),
                "mean": number,
                "sd": {"type": "number", "format": "double", "exclusiveMinimum": 0},
                "draw": {"allOf": [{"$ref": "#/components/schemas/Draw"}], "default": "sample"},
            },
        },
        "Mixture": {
            "type": "object", "additionalProperties": false, "required": ["kind", "components"],
            "properties": {
                "kind": tag("mixture"),
                "components": {"type": "array", "items": {"$ref": "#/components/schemas/Distribution"}, "minItems": 1},
            },
        },
        "Draw": {"type": "string", "enum": ["sample", "period"]},
    }})
}

fn distribution() -> Schema {
    Schema::compile(&distributions(), &json!({"$ref": "#/components/schemas/Distribution"}))
        .expect("the schema is enforced")
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum Distribution {
    Normal { mean: f64, sd: f64, draw: Draw },
    Mixture { components: Vec<Self> },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Draw {
    Sample,
    Period,
}

#[test]
fn a_tagged_union_is_the_member_that_its_tag_names() {
    let normal = |mean, draw| Distribution::Normal { mean, sd: 1.0, draw };
    let text = r#"{"components":[{"mean":1,"kind":"normal","sd":1},
        {"kind":"mixture","components":[{"kind":"norm\u0061l","mean":2,"sd":1,"draw":"period"}]}],"kind":"mixture"}"#;
    let inner = Distribution::Mixture { components: vec![normal(2.0, Draw::Period)] };
    let expected = Distribution::Mixture { components: vec![normal(1.0, Draw::Sample), inner] };
    assert_eq!(read(&distribution(), text), Ok(expected));
    // Of a repeated tag the last counts, as of any key.
    let twice = r#"{"kind":"mixture","mean":1,"sd":1,"kind":"normal"}"#;
    assert_eq!(read(&distribution(), twice), Ok(normal(1.0, Draw::Sample)));
}

#[test]
fn a_location_does_not_name_the_member_of_a_union() {
    let text = r#"{"kind":"mixture","components":[{"kind":"normal","mean":1,"sd":0},{"kind":"normal","sdd":1}]}"#;
    let expected = [
        json!(["greater_than", ["body", "components", 0, "sd"]]),
        json!(["missing", ["body", "components", 1, "mean"]]),
        json!(["missing", ["body", "components", 1, "sd"]]),
        json!(["extra_forbidden", ["body", "components", 1, "sdd"]]),
    ];
    assert_eq!(places(&distribution(), text), expected);
}

#[test]
fn a_union_without_a_known_tag_says_which_are_known() {
    let refused = |text: &str| read::<Value>(&distribution(), text).unwrap_err();
    let message = "Unable to extract tag using discriminator 'kind'";
    let expected = json!([{
        "type": "union_tag_not_found", "loc": ["body"], "msg": message, "input": {"Kind": 1}, "ctx": {"discriminator": "'kind'"},
    }]);
    assert_eq!(refused(r#"{"Kind":1}"#), expected);
    for (sent, tag) in
        [(json!("gauss"), "gauss"), (json!(1), "1"), (json!(null), "null"), (json!(["normal"]), r#"["normal"]"#)]
    {
        let message = format!(
            "Input tag '{tag}' found using 'kind' does not match any of the expected tags: 'normal', 'mixture'"
        );
        let context = json!({"discriminator": "'kind'", "tag": tag, "expected_tags": "'normal', 'mixture'"});
        let expected = json!([{
            "type": "union_tag_invalid", "loc": ["body"], "msg": message, "input": {"kind": sent}, "ctx": context,
        }]);
        assert_eq!(refused(&json!({ "kind": sent }).to_string()), expected);
    }
    for text in ["1", "[]", "null"] {
        assert_eq!(refused(text)[0]["type"], "model_attributes_type", "{text}");
    }
}

#[test]
fn a_type_that_holds_less_than_its_schema_is_an_error_and_no_panic() {
    let number = json!({"type": "integer", "minimum": 0, "maximum": 1000});
    let list = schema(&json!({"type": "array", "items": number}));
    assert_eq!(read::<Vec<i8>>(&list, "[127]"), Ok(vec![127]));
    let refused = read::<Vec<i8>>(&list, "[128]").unwrap_err();
    assert_eq!((&refused[0]["type"], &refused[0]["loc"]), (&json!("value_error"), &json!(["body"])));
}
