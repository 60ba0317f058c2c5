//! Values that are sent as plain text.

use serde_json::{Value, json};
use sim_schema::TextSchema;

fn compiled(schema: &Value) -> TextSchema {
    TextSchema::compile(&json!({}), schema).expect("the schema is enforced")
}

/// The violation of a text, or null.
fn violation(schema: &Value, text: &str) -> Value {
    let violations = compiled(schema).read::<Value>(text, "query", "q").err().unwrap_or_default();
    json!(violations.first())
}

fn integer() -> Value {
    json!({"type": "integer", "format": "int32", "minimum": -9, "maximum": 999, "default": 7})
}

#[test]
fn decimal_integers_within_bounds_are_read() {
    for (text, expected) in
        [("0", 0), ("-0", 0), ("7", 7), ("007", 7), ("-09", -9), ("999", 999), ("00000000000000000000000000999", 999)]
    {
        assert_eq!(compiled(&integer()).read::<i64>(text, "query", "q").unwrap(), expected, "{text}");
    }
    assert_eq!(compiled(&integer()).default(), Some(7));
    assert_eq!(compiled(&json!({"type": "boolean"})).default::<bool>(), None);
}

#[test]
fn what_is_no_decimal_integer_is_refused_and_quoted_as_text() {
    let message = "Input should be a valid integer, unable to parse string as an integer";
    for text in ["", "+1", " 1", "1 ", "1\n", "1.0", "1e2", "0x1", "1_0", "-", "--1", "1-", "null", "\"1\"", "\u{661}"]
    {
        let expected = json!({"type": "int_parsing", "loc": ["query", "q"], "msg": message, "input": text});
        assert_eq!(violation(&integer(), text), expected, "{text}");
    }
}

#[test]
fn integers_out_of_bounds_are_refused_however_long_they_are() {
    let digits = "9".repeat(5_000);
    for (text, kind) in [
        ("-10", "greater_than_equal"),
        ("-0010", "greater_than_equal"),
        ("1000", "less_than_equal"),
        ("9223372036854775808", "less_than_equal"),
        ("-9223372036854775809", "greater_than_equal"),
        (digits.as_str(), "less_than_equal"),
    ] {
        let violation = violation(&integer(), text);
        assert_eq!(json!([violation["type"], violation["input"]]), json!([kind, text]), "{text}");
    }
    let message = "Input should be greater than or equal to -9";
    let below =
        json!({"type": "greater_than_equal", "loc": ["query", "q"], "msg": message, "input": "-10", "ctx": {"ge": -9}});
    assert_eq!(violation(&integer(), "-10"), below);
}

#[test]
fn numbers_are_those_of_json() {
    let number = json!({"type": "number", "exclusiveMinimum": -1});
    for (text, expected) in [("0.5", 0.5), ("1e3", 1000.0), ("-0", 0.0)] {
        let read: f64 = compiled(&number).read(text, "path", "p").unwrap();
        assert!((read - expected).abs() < f64::EPSILON, "{text}");
    }
    let message = "Input should be a valid number, unable to parse string as a number";
    for text in ["", "x", " 1", "1 ", "1.", ".5", "+1", "NaN", "inf", "01", "1\n", "true", "[1]"] {
        let expected = json!({"type": "float_parsing", "loc": ["query", "q"], "msg": message, "input": text});
        assert_eq!(violation(&number, text), expected, "{text}");
    }
    assert_eq!(violation(&number, "1e400")["type"], "finite_number");
    assert_eq!(violation(&number, "-1")["ctx"], json!({"gt": -1}));
}

#[test]
fn booleans_strings_and_enums_are_read() {
    let boolean = json!({"type": "boolean"});
    assert!(compiled(&boolean).read::<bool>("true", "query", "q").unwrap());
    let message = "Input should be a valid boolean, unable to interpret input";
    for text in ["True", "1", ""] {
        let expected = json!({"type": "bool_parsing", "loc": ["query", "q"], "msg": message, "input": text});
        assert_eq!(violation(&boolean, text), expected);
    }
    let digest = json!({"type": "string", "pattern": "^[0-9a-f]*$", "maxLength": 4});
    assert_eq!(compiled(&digest).read::<String>("beef", "path", "digest").unwrap(), "beef");
    assert_eq!(violation(&digest, "é")["type"], "string_pattern_mismatch");
    assert_eq!(violation(&digest, "00000")["type"], "string_too_long");
    let state = json!({"type": "string", "enum": ["queued", "running"]});
    assert_eq!(compiled(&state).read::<String>("queued", "query", "state").unwrap(), "queued");
    assert_eq!(violation(&state, "\"queued\"")["type"], "enum");
}

#[test]
fn what_is_no_text_is_refused_at_compilation() {
    for schema in [
        json!({"type": "array", "items": {"type": "boolean"}}),
        json!({"type": "object", "properties": {}}),
        json!({"type": "object", "additionalProperties": {"type": "boolean"}}),
    ] {
        assert!(TextSchema::compile(&json!({}), &schema).is_err(), "{schema}");
    }
}
