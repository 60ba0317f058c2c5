//! Each kind of value: what is read, and what is refused in which words. The words are pydantic's 2.14.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{places, read, schema};

/// The one violation of a text that is the whole value.
fn violation(of: &Value, text: &str) -> Value {
    let violations = read::<Value>(&schema(of), text).expect_err(text);
    assert_eq!(violations.as_array().map(Vec::len), Some(1), "{violations}");
    violations[0].clone()
}

fn entry(kind: &str, message: &str, input: &Value, context: &Value) -> Value {
    let mut entry = json!({"type": kind, "loc": ["body"], "msg": message});
    if *input != json!("nothing") {
        entry["input"] = input.clone();
    }
    if !context.is_null() {
        entry["ctx"] = context.clone();
    }
    entry
}

#[test]
fn integers_are_read_exactly_and_within_their_bounds() {
    let steps = json!({"type": "integer", "minimum": 1, "maximum": 100_000});
    for (text, expected) in [("1", 1), ("1.0", 1), ("1e5", 100_000), ("0.5e1", 5), (" 42 ", 42)] {
        assert_eq!(read::<i32>(&schema(&steps), text), Ok(expected), "{text}");
    }
    let seed = json!({"type": "integer", "format": "int64"});
    for (text, expected) in [
        ("9007199254740993.0", 9_007_199_254_740_993),
        ("-9223372036854775808", i64::MIN),
        ("9223372036854775807.0", i64::MAX),
        ("-0", 0),
        ("0e400", 0),
    ] {
        assert_eq!(read::<i64>(&schema(&seed), text), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_integer_within_its_bounds_is_refused() {
    let steps = json!({"type": "integer", "minimum": 1, "maximum": 100_000});
    let fraction = "Input should be a valid integer, got a number with a fractional part";
    let least = "Input should be greater than or equal to 1";
    let greatest = "Input should be less than or equal to 100000";
    for (text, kind, message, context) in [
        ("\"42\"", "int_type", "Input should be a valid integer", json!(null)),
        ("true", "int_type", "Input should be a valid integer", json!(null)),
        ("null", "int_type", "Input should be a valid integer", json!(null)),
        ("[1]", "int_type", "Input should be a valid integer", json!(null)),
        ("{\"a\":1}", "int_type", "Input should be a valid integer", json!(null)),
        ("0.5", "int_from_float", fraction, json!(null)),
        ("1e-400", "int_from_float", fraction, json!(null)),
        ("100000.5", "int_from_float", fraction, json!(null)),
        ("0", "greater_than_equal", least, json!({"ge": 1})),
        ("-1e300", "greater_than_equal", least, json!({"ge": 1})),
        ("100001", "less_than_equal", greatest, json!({"le": 100_000})),
        ("18446744073709551615", "less_than_equal", greatest, json!({"le": 100_000})),
    ] {
        let input = serde_json::from_str(text).unwrap();
        assert_eq!(violation(&steps, text), entry(kind, message, &input, &context), "{text}");
    }
    let infinite = entry("finite_number", "Input should be a finite number", &json!("1e400"), &json!(null));
    assert_eq!(violation(&steps, "1e400"), infinite);
    let digits = "9".repeat(10_000);
    let beyond = entry("less_than_equal", greatest, &json!(digits), &json!({"le": 100_000}));
    assert_eq!(violation(&steps, &digits), beyond);
}

#[test]
fn the_format_of_an_integer_is_a_bound() {
    for (format, least, greatest) in
        [("int32", i64::from(i32::MIN), i64::from(i32::MAX)), ("int64", i64::MIN, i64::MAX)]
    {
        let of = json!({"type": "integer", "format": format});
        assert_eq!(read::<i64>(&schema(&of), &least.to_string()), Ok(least));
        assert_eq!(read::<i64>(&schema(&of), &greatest.to_string()), Ok(greatest));
        let above = (i128::from(greatest) + 1).to_string();
        assert_eq!(violation(&of, &above)["ctx"], json!({"le": greatest}));
        let below = (i128::from(least) - 1).to_string();
        assert_eq!(violation(&of, &below)["ctx"], json!({"ge": least}));
    }
}

#[test]
fn exclusive_bounds_of_integers_are_out_of_bounds() {
    let of = json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 3, "minimum": -9, "maximum": 99});
    assert_eq!([read::<i32>(&schema(&of), "1"), read(&schema(&of), "2")], [Ok(1), Ok(2)]);
    let message = "Input should be greater than 0";
    assert_eq!(violation(&of, "0"), entry("greater_than", message, &json!(0), &json!({"gt": 0})));
    assert_eq!(violation(&of, "3"), entry("less_than", "Input should be less than 3", &json!(3), &json!({"lt": 3})));
}

#[test]
fn numbers_are_the_nearest_doubles() {
    let number = json!({"type": "number", "format": "double"});
    for (text, expected) in [
        ("0.1", 0.1_f64),
        ("-1", -1.0),
        ("1e-400", 0.0),
        ("1.7976931348623157e308", f64::MAX),
        ("9007199254740993", 9_007_199_254_740_992.0),
        // A halfway case that an inexact reader rounds the wrong way.
        ("1.00000000000000011102230246251565404236316680908203125", 1.0),
        ("1.00000000000000011102230246251565404236316680908203126", 1.000_000_000_000_000_2),
        ("0.1e0000000000000000000001", 1.0),
    ] {
        assert_eq!(read::<f64>(&schema(&number), text).map(f64::to_bits), Ok(expected.to_bits()), "{text}");
    }
    for text in ["\"1\"", "true", "null", "[]", "{}"] {
        let input = serde_json::from_str(text).unwrap();
        let refused = entry("float_type", "Input should be a valid number", &input, &json!(null));
        assert_eq!(violation(&number, text), refused, "{text}");
    }
    let digits = "9".repeat(400);
    for text in ["1e400", "-1e999999999", digits.as_str()] {
        let refused = entry("finite_number", "Input should be a finite number", &json!(text), &json!(null));
        assert_eq!(violation(&number, text), refused, "{text}");
    }
}

#[test]
fn bounds_of_numbers_are_held_exactly() {
    let share = json!({"type": "number", "minimum": 0.0, "maximum": 0.1});
    for text in ["0", "-0.0", "0.1", "0.1000", "1e-1", "1e-400"] {
        assert_eq!(places(&schema(&share), text), [] as [Value; 0], "{text}");
    }
    let message = "Input should be less than or equal to 0.1";
    let above = entry("less_than_equal", message, &json!(0.2), &json!({"le": 0.1}));
    assert_eq!(violation(&share, "0.2"), above);
    // The double is 0.1, the number is not.
    assert_eq!(violation(&share, "0.10000000000000000000001")["type"], "less_than_equal");
    let message = "Input should be greater than or equal to 0";
    let below = entry("greater_than_equal", message, &json!(-1e-300), &json!({"ge": 0}));
    assert_eq!(violation(&share, "-1e-300"), below);

    let positive = json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9_007_199_254_740_993_i64});
    assert_eq!(read::<f64>(&schema(&positive), "1e-300"), Ok(1e-300));
    // The number is above zero, the double is not.
    assert_eq!(violation(&positive, "1e-400")["ctx"], json!({"gt": 0}));
    assert_eq!(violation(&positive, "0")["type"], "greater_than");
    assert_eq!(violation(&positive, "9007199254740993")["ctx"], json!({"lt": 9_007_199_254_740_993_i64}));
}

#[test]
fn booleans_are_true_and_false_alone() {
    let boolean = schema(&json!({"type": "boolean"}));
    assert_eq!([read::<bool>(&boolean, "true"), read(&boolean, " false")], [Ok(true), Ok(false)]);
    for text in ["\"true\"", "0", "1", "null", "[]", "{}"] {
        let input = serde_json::from_str(text).unwrap();
        let refused = entry("bool_type", "Input should be a valid boolean", &input, &json!(null));
        assert_eq!(violation(&json!({"type": "boolean"}), text), refused, "{text}");
    }
}

#[test]
fn the_length_of_a_string_counts_code_points() {
    let name = json!({"type": "string", "minLength": 1, "maxLength": 3});
    for (text, expected) in [(r#""a""#, "a"), (r#""\u00e9\ud83d\ude00x""#, "é😀x"), ("\"ääß\"", "ääß")] {
        assert_eq!(read::<String>(&schema(&name), text).as_deref(), Ok(expected), "{text}");
    }
    let message = "String should have at least 1 character";
    let short = entry("string_too_short", message, &json!(""), &json!({"min_length": 1}));
    assert_eq!(violation(&name, r#""""#), short);
    let message = "String should have at most 3 characters";
    let long = entry("string_too_long", message, &json!("äbcd"), &json!({"max_length": 3}));
    assert_eq!(violation(&name, r#""äbcd""#), long);
    for text in ["1", "null", "true", "[]", r#"{"a":"b"}"#] {
        let input = serde_json::from_str(text).unwrap();
        let refused = entry("string_type", "Input should be a valid string", &input, &json!(null));
        assert_eq!(violation(&name, text), refused, "{text}");
    }
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    let half = entry("string_unicode", message, &json!("nothing"), &json!(null));
    assert_eq!(violation(&name, r#""\ud800""#), half);
}

#[test]
fn a_pattern_is_searched_for() {
    let pattern = json!({"type": "string", "pattern": "b[0-9]$"});
    assert_eq!(read::<String>(&schema(&pattern), r#""ab1""#).as_deref(), Ok("ab1"));
    let message = "String should match pattern 'b[0-9]$'";
    let context = json!({"pattern": "b[0-9]$"});
    let refused = entry("string_pattern_mismatch", message, &json!("b1c"), &context);
    assert_eq!(violation(&pattern, r#""b1c""#), refused);
}

#[test]
fn an_enum_is_one_of_its_values() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Draw {
        Sample,
        EachPeriod,
    }
    let draw = json!({"type": "string", "enum": ["sample", "each_period", "never"]});
    assert_eq!(read(&schema(&draw), r#""sample""#), Ok(Draw::Sample));
    assert_eq!(read(&schema(&draw), r#""each\u005fperiod""#), Ok(Draw::EachPeriod));
    let expected = "'sample', 'each_period' or 'never'";
    for text in [r#""Sample""#, "1", "null"] {
        let input = serde_json::from_str(text).unwrap();
        let refused = entry("enum", &format!("Input should be {expected}"), &input, &json!({"expected": expected}));
        assert_eq!(violation(&draw, text), refused, "{text}");
    }
    let constant = json!({"const": "x"});
    assert_eq!(read::<String>(&schema(&constant), r#""x""#).as_deref(), Ok("x"));
    let refused = entry("literal_error", "Input should be 'x'", &json!("y"), &json!({"expected": "'x'"}));
    assert_eq!(violation(&constant, r#""y""#), refused);
}

#[test]
fn null_is_read_where_the_schema_says_so() {
    for nullable in
        [json!({"type": ["integer", "null"], "format": "int32"}), json!({"type": "string", "nullable": true})]
    {
        assert_eq!(read::<Option<Value>>(&schema(&nullable), "null"), Ok(None), "{nullable}");
        assert_eq!(places(&schema(&nullable), "[]").len(), 1, "{nullable}");
    }
    let of = json!({"type": "object", "properties": {"n": {"type": ["integer", "null"], "format": "int32"}}});
    assert_eq!(read::<Value>(&schema(&of), r#"{"n":null}"#), Ok(json!({"n": null})));
    assert_eq!(read::<Value>(&schema(&of), r#"{"n":1}"#), Ok(json!({"n": 1})));
}

#[test]
fn lists_are_read_in_order_at_every_level() {
    let pairs = list();
    for text in ["[]", "[[1,2]]", "[[1,2],[3,4],[9,9]]"] {
        assert_eq!(read::<Value>(&pairs, text).unwrap().to_string(), text);
    }
    assert_eq!(read(&pairs, " [ [ 1 , 2.0 ] ] "), Ok(vec![(1, 2)]));
}

fn list() -> sim_schema::Schema {
    let number = json!({"type": "integer", "minimum": 1, "maximum": 9});
    let pair = json!({"type": "array", "items": number, "minItems": 2, "maxItems": 2});
    schema(&json!({"type": "array", "items": pair, "maxItems": 300}))
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
        assert_eq!(places(&list(), text), expected, "{text}");
    }
    let refused = entry("list_type", "Input should be a valid list", &json!({}), &json!(null));
    assert_eq!(violation(&json!({"type": "array", "items": {"type": "boolean"}}), "{}"), refused);
}

#[test]
fn a_list_of_a_wrong_length_is_counted_and_not_quoted() {
    let of = json!({"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 2});
    let message = "List should have at least 1 item after validation, not 0";
    let context = json!({"min_length": 1, "actual_length": 0});
    assert_eq!(violation(&of, "[]"), entry("too_short", message, &json!("nothing"), &context));
    let message = "List should have at most 2 items after validation, not 3";
    let context = json!({"max_length": 2, "actual_length": 3});
    assert_eq!(violation(&of, "[true,true,true]"), entry("too_long", message, &json!("nothing"), &context));
}

#[test]
fn one_answer_lists_up_to_100_violations() {
    for (pairs, expected) in [(49, 98), (50, 100), (51, 100), (300, 100)] {
        let text = format!("[{}]", vec!["[0,0]"; pairs].join(","));
        assert_eq!(places(&list(), &text).len(), expected, "{pairs} pairs");
    }
}
