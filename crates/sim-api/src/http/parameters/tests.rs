use serde_json::{Value, json};

use super::Parameters;

fn parameter(place: &str, name: &str) -> Value {
    json!({
        "name": name, "in": place, "required": place == "path", "description": "A number.", "example": 5,
        "schema": {"type": "integer", "format": "int32", "minimum": -9, "maximum": 999},
    })
}

fn compiled(parameters: &[Value]) -> Parameters {
    Parameters::compile("/{n}", &json!({}), &json!({ "parameters": parameters })).unwrap()
}

fn refusal(parameter: &Value) -> String {
    Parameters::compile("/{n}", &json!({}), &json!({ "parameters": [parameter] }))
        .map_or_else(|reason| reason, |_| "none".to_owned())
}

/// What is wrong with a segment `n` of a path and with a query.
fn violations(parameters: &Parameters, segment: &str, query: &str) -> Value {
    let address = format!("/{segment}?{query}").parse().unwrap();
    let errors = parameters.read(&address).err().unwrap_or_default();
    json!(errors.iter().map(|error| json!([error.kind, error.loc, error.input])).collect::<Vec<_>>())
}

/// What is wrong with a text as the value of a parameter of the query.
fn of_query(text: &str) -> Value {
    violations(&compiled(&[parameter("query", "q")]), "", &format!("q={text}"))[0].clone()
}

#[test]
fn what_is_enforced_compiles() {
    for operation in [json!({}), json!({"parameters": []})] {
        assert!(Parameters::compile("/", &json!({}), &operation).unwrap().0.is_empty(), "{operation}");
    }
    let header = json!({"name": "If-None-Match", "in": "header", "schema": {"type": "string", "pattern": "x"}});
    let compiled = compiled(&[parameter("path", "n"), header, parameter("query", "q")]);
    let names: Vec<_> = compiled.0.iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["n", "q"]);
}

#[test]
fn what_is_not_enforced_is_refused() {
    let changed = |pointer: &str, value: Value| {
        let mut parameter = parameter("query", "q");
        let (holder, key) = pointer.rsplit_once('/').unwrap();
        parameter.pointer_mut(holder).unwrap()[key] = value;
        parameter
    };
    for (parameter, reason) in [
        (changed("/in", json!("cookie")), r#"parameter q is in Some("cookie"), which is not enforced"#),
        (changed("/in", json!(null)), "parameter q is in None, which is not enforced"),
        (changed("/in", json!("path")), "parameter q is no segment of the path"),
        (changed("/name", json!(null)), "a parameter has no name"),
        (changed("/schema/multipleOf", json!(2)), "parameter q: #: `multipleOf` is not enforced here"),
        (changed("/allowEmptyValue", json!(true)), "parameter q: allowEmptyValue is not enforced"),
        (changed("/explode", json!(false)), "parameter q: explode is not enforced"),
        (changed("/style", json!("label")), "parameter q: style is not enforced"),
    ] {
        assert_eq!(refusal(&parameter), reason, "{parameter}");
    }
}

#[test]
fn decimal_integers_within_bounds_are_accepted() {
    for text in ["0", "-0", "7", "007", "-09", "-9", "999", "%37", "%2D9", "00000000000000000000000000999"] {
        assert_eq!(of_query(text), json!(null), "{text}");
        assert_eq!(violations(&compiled(&[parameter("path", "n")]), text, ""), json!([]), "{text}");
    }
}

#[test]
fn what_is_no_decimal_integer_is_refused_and_quoted_as_text() {
    for (text, quoted) in [
        ("", ""),
        ("+1", " 1"),
        ("%2B1", "+1"),
        ("%201", " 1"),
        ("1%20", "1 "),
        ("1%0A", "1\n"),
        ("1.0", "1.0"),
        ("1e2", "1e2"),
        ("0x1", "0x1"),
        ("1_0", "1_0"),
        ("1,2", "1,2"),
        ("-", "-"),
        ("--1", "--1"),
        ("1-", "1-"),
        ("null", "null"),
        ("%221%22", "\"1\""),
        ("%D9%A1", "\u{661}"),
        ("%EF%BC%91", "\u{ff11}"),
        ("%FF", "\u{fffd}"),
        ("1%FF", "1\u{fffd}"),
        ("%00", "\0"),
        ("%", "%"),
        ("%3", "%3"),
        ("%zz", "%zz"),
        ("%2531", "%31"),
    ] {
        assert_eq!(of_query(text), json!(["int_parsing", ["query", "q"], quoted]), "{text}");
    }
    // A plus is a space in a query alone.
    for (text, quoted) in [("+1", "+1"), ("%2B1", "+1"), ("%201", " 1"), ("%FF1", "\u{fffd}1"), ("1%2F2", "1/2")] {
        let expected = json!([["int_parsing", ["path", "n"], quoted]]);
        assert_eq!(violations(&compiled(&[parameter("path", "n")]), text, ""), expected, "{text}");
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
        assert_eq!(of_query(text), json!([kind, ["query", "q"], text]), "{text}");
    }
}

#[test]
fn a_violation_says_what_is_allowed() {
    let parameters = compiled(&[parameter("query", "q")]);
    let error = |query: &str| {
        let address = format!("/?{query}").parse().unwrap();
        json!(parameters.read(&address).unwrap_err()[0])
    };
    let message = "Input should be greater than or equal to -9";
    let below =
        json!({"type": "greater_than_equal", "loc": ["query", "q"], "msg": message, "input": "-10", "ctx": {"ge": -9}});
    assert_eq!(error("q=-10"), below);
    let message = "Input should be a valid integer, unable to parse string as an integer";
    assert_eq!(error("q=x"), json!({"type": "int_parsing", "loc": ["query", "q"], "msg": message, "input": "x"}));
    let repeated =
        json!({"type": "repeated", "loc": ["query", "q"], "msg": "Input should be sent once", "input": ["1", "2"]});
    assert_eq!(error("q=1&q=2"), repeated);
}

#[test]
fn a_parameter_is_missing_only_where_it_is_required() {
    let mut required = parameter("query", "q");
    required["required"] = json!(true);
    let missing = json!([["missing", ["query", "q"], null]]);
    for query in ["", "Q=1", "q%00=1", "x=q=1"] {
        assert_eq!(violations(&compiled(&[required.clone()]), "", query), missing, "{query}");
        assert_eq!(violations(&compiled(&[parameter("query", "q")]), "", query), json!([]), "{query}");
    }
}

#[test]
fn a_value_is_the_one_sent_or_else_the_default() {
    let mut defaulted = parameter("query", "d");
    defaulted["schema"]["default"] = json!(7);
    let parameters = compiled(&[parameter("path", "n"), defaulted, parameter("query", "q")]);
    let read = |query: &str| {
        let address = format!("/-05?{query}").parse().unwrap();
        let values = parameters.read(&address).unwrap();
        values.0.into_iter().map(|(_, name, value)| (name, value.as_i64().unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(read(""), [("n", -5), ("d", 7)]);
    assert_eq!(read("q=999&d=%38"), [("n", -5), ("d", 8), ("q", 999)]);
}

#[test]
fn a_repeated_parameter_is_refused_even_where_its_values_are_the_same() {
    let parameters = compiled(&[parameter("query", "q")]);
    for (query, quoted) in [("q=1&q=1", json!(["1", "1"])), ("q=1&x=2&%71=y&q", json!(["1", "y", ""]))] {
        assert_eq!(violations(&parameters, "", query), json!([["repeated", ["query", "q"], quoted]]), "{query}");
    }
}

#[test]
fn a_parameter_is_read_in_its_own_place() {
    let both = compiled(&[parameter("path", "n"), parameter("query", "n")]);
    assert_eq!(violations(&both, "1", "n=2"), json!([]));
    assert_eq!(violations(&both, "x", "n=2"), json!([["int_parsing", ["path", "n"], "x"]]));
    assert_eq!(violations(&both, "1", "n=x"), json!([["int_parsing", ["query", "n"], "x"]]));
}

#[test]
fn every_violation_is_listed_in_the_order_of_the_contract() {
    let all = compiled(&[parameter("path", "n"), parameter("query", "b"), parameter("query", "a")]);
    let expected = json!([
        ["int_parsing", ["path", "n"], "x"],
        ["less_than_equal", ["query", "b"], "1000"],
        ["int_parsing", ["query", "a"], ""],
    ]);
    assert_eq!(violations(&all, "x", "a=&b=1000"), expected);
}

#[test]
fn the_example_is_just_below_the_first_minimum_that_can_be_passed_or_else_a_letter() {
    let mut unbounded = parameter("path", "n");
    unbounded["schema"]["minimum"] = json!(i64::MIN);
    let example = compiled(&[unbounded.clone(), parameter("query", "q")]).example_violations();
    let found = json!([example[0].kind, example[0].loc, example[0].input]);
    assert_eq!((example.len(), found), (1, json!(["greater_than_equal", ["query", "q"], "-10"])));
    let example = compiled(&[unbounded]).example_violations();
    assert_eq!(json!([example[0].kind, example[0].loc, example[0].input]), json!(["int_parsing", ["path", "n"], "x"]));
}
