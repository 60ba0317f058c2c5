//! The parameters of an operation's address, held against their published schemas before the operation is called.
//!
//! poem-openapi stops at the first that is wrong and calls those of the path `param0`, `param1`; here all violations come
//! at once, each in its place.

use std::{borrow::Cow, iter};

use poem::Request;
use serde_json::{Value, json};

use crate::{
    error::response::ErrorDetail,
    schema::{Path, Violations, allow_only, integer},
};

/// The parameters of one operation.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<Parameter>);

#[derive(Debug)]
struct Parameter {
    name: &'static str,
    place: Place,
    required: bool,
    default: Option<i64>,
    minimum: i64,
    maximum: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    Query,
}

impl Parameters {
    /// Compiles the parameters of a published operation. Those in headers are the operation's own to read.
    pub(crate) fn compile(operation: &Value) -> Result<Self, String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.filter_map(|parameter| Parameter::compile(parameter).transpose()).collect::<Result<_, _>>().map(Self)
    }

    /// Reads the parameters that a request was sent with; `captured` are those of its path.
    ///
    /// One that was not sent has its default, or no value where it has none.
    ///
    /// # Errors
    ///
    /// Every violation.
    pub(crate) fn read(
        &self,
        request: &Request,
        captured: &[(&str, &str)],
    ) -> Result<Vec<(&'static str, i64)>, Vec<ErrorDetail>> {
        let violations = Violations::default();
        let query: Vec<_> = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).collect();
        let mut read = Vec::with_capacity(self.0.len());
        for parameter in &self.0 {
            let value = match parameter.place {
                Place::Path => {
                    let captured = values(captured.iter().copied(), parameter.name);
                    parameter.read(captured.map(decoded), &violations)
                }
                Place::Query => {
                    let query = query.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
                    parameter.read(values(query, parameter.name).map(Cow::Borrowed), &violations)
                }
            };
            read.extend(value.map(|value| (parameter.name, value)));
        }
        violations.unless_any(read)
    }

    /// What is answered where the first parameter that can be too small is just below its minimum.
    pub(crate) fn example_violations(&self) -> Vec<ErrorDetail> {
        let violations = Violations::default();
        let below = |parameter: &&Parameter| parameter.minimum.checked_sub(1).is_some();
        if let Some(parameter) = self.0.iter().find(below) {
            parameter.read(iter::once(Cow::Owned((parameter.minimum - 1).to_string())), &violations);
        }
        violations.unless_any(()).err().unwrap_or_default()
    }
}

fn values<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, name: &str) -> impl Iterator<Item = &'a str> {
    pairs.filter(move |(named, _)| *named == name).map(|(_, value)| value)
}

fn decoded(segment: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy()
}

impl Parameter {
    fn compile(parameter: &Value) -> Result<Option<Self>, String> {
        let place = match parameter["in"].as_str() {
            Some("path") => Place::Path,
            Some("query") => Place::Query,
            Some("header") => return Ok(None),
            other => return Err(format!("a parameter in {other:?} is published but not enforced")),
        };
        let name = parameter["name"].as_str().ok_or("a parameter has no name")?;
        let schema = &parameter["schema"];
        if schema["type"] != "integer" {
            return Err(format!("the type of {name} is published but not enforced"));
        }
        allow_only(&["name", "in", "description", "required", "schema", "example"], parameter)?;
        allow_only(&["type", "format", "title", "description", "default", "minimum", "maximum"], schema)?;
        let bound = |keyword| schema[keyword].as_i64().ok_or_else(|| format!("{name} has no {keyword}"));
        let default = match &schema["default"] {
            Value::Null => None,
            default => Some(default.as_i64().ok_or_else(|| format!("the default of {name} is no integer"))?),
        };
        Ok(Some(Self {
            // Once for each parameter of the contract, for the life of the process.
            name: name.to_owned().leak(),
            place,
            required: parameter["required"] == true,
            default,
            minimum: bound("minimum")?,
            maximum: bound("maximum")?,
        }))
    }

    /// The value that was sent, or else the default.
    fn read<'a>(&self, mut sent: impl Iterator<Item = Cow<'a, str>>, violations: &Violations) -> Option<i64> {
        let root = Path::Root(match self.place {
            Place::Path => "path",
            Place::Query => "query",
        });
        let path = Path::Field(&root, self.name);
        let refuse = |kind, message: &str, input: &dyn Fn() -> String| {
            violations.push(|| ErrorDetail::new(kind, path.location(), message).with_input(&input()));
        };
        let Some(text) = sent.next() else {
            if self.required {
                refuse("missing", "Field required", &|| "null".to_owned());
            }
            return self.default;
        };
        if let Some(second) = sent.next() {
            let several: Vec<_> = [text, second].into_iter().chain(sent).collect();
            refuse("repeated", "Input should be sent once", &|| json!(several).to_string());
            return None;
        }
        if !is_integer(&text) {
            let message = "Input should be a valid integer, unable to parse string as an integer";
            refuse("int_parsing", message, &|| json!(text).to_string());
            return None;
        }
        let value = integer::read(&text, self.minimum, self.maximum);
        value.map_err(|mismatch| violations.push(|| mismatch.describe(&json!(text).to_string(), &path))).ok()
    }
}

/// Whether a text is a decimal integer.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use poem::Request;
    use serde_json::{Value, json};

    use super::Parameters;

    fn parameter(place: &str, name: &str) -> Value {
        json!({
            "name": name, "in": place, "required": place == "path", "description": "A number.", "example": 5,
            "schema": {"type": "integer", "format": "int32", "minimum": -9, "maximum": 999},
        })
    }

    fn compiled(parameters: &[Value]) -> Parameters {
        Parameters::compile(&json!({ "parameters": parameters })).unwrap()
    }

    fn refusal(parameter: &Value) -> String {
        Parameters::compile(&json!({ "parameters": [parameter] })).map_or_else(|reason| reason, |_| "none".to_owned())
    }

    /// What is wrong with a segment `n` of a path and with a query.
    fn violations(parameters: &Parameters, segment: &str, query: &str) -> Value {
        let request = Request::builder().uri_str(format!("/{segment}?{query}")).finish();
        let errors = parameters.read(&request, &[("n", segment)]).err().unwrap_or_default();
        json!(errors.iter().map(|error| json!([error.kind, error.loc, error.input])).collect::<Vec<_>>())
    }

    /// What is wrong with a text as the value of a parameter of the query.
    fn of_query(text: &str) -> Value {
        violations(&compiled(&[parameter("query", "q")]), "", &format!("q={text}"))[0].clone()
    }

    #[test]
    fn what_is_enforced_compiles() {
        for operation in [json!({}), json!({"parameters": []})] {
            assert!(Parameters::compile(&operation).unwrap().0.is_empty(), "{operation}");
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
            (changed("/in", json!("cookie")), r#"a parameter in Some("cookie") is published but not enforced"#),
            (changed("/in", json!(null)), "a parameter in None is published but not enforced"),
            (changed("/name", json!(null)), "a parameter has no name"),
            (changed("/schema/type", json!("string")), "the type of q is published but not enforced"),
            (changed("/schema/type", json!(["integer", "null"])), "the type of q is published but not enforced"),
            (changed("/schema", json!({"$ref": "#/x"})), "the type of q is published but not enforced"),
            (changed("/schema/minimum", json!(null)), "q has no minimum"),
            (changed("/schema/maximum", json!(1.5)), "q has no maximum"),
            (changed("/schema/maximum", json!(u64::MAX)), "q has no maximum"),
            (changed("/schema/default", json!("1")), "the default of q is no integer"),
            (changed("/schema/multipleOf", json!(2)), "multipleOf is published but not enforced"),
            (changed("/schema/exclusiveMinimum", json!(2)), "exclusiveMinimum is published but not enforced"),
            (changed("/schema/enum", json!([2])), "enum is published but not enforced"),
            (changed("/allowEmptyValue", json!(true)), "allowEmptyValue is published but not enforced"),
            (changed("/explode", json!(false)), "explode is published but not enforced"),
            (changed("/style", json!("label")), "style is published but not enforced"),
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
            let request = Request::builder().uri_str(format!("/?{query}")).finish();
            json!(parameters.read(&request, &[]).unwrap_err()[0])
        };
        let message = "Input should be greater than or equal to -9";
        let below = json!({"type": "greater_than_equal", "loc": ["query", "q"], "msg": message, "input": "-10", "ctx": {"ge": -9}});
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
            let request = Request::builder().uri_str(format!("/-05?{query}")).finish();
            parameters.read(&request, &[("n", "-05")]).unwrap()
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
    fn the_example_is_just_below_the_first_minimum_that_can_be_passed() {
        let mut unbounded = parameter("path", "n");
        unbounded["schema"]["minimum"] = json!(i64::MIN);
        let example = compiled(&[unbounded.clone(), parameter("query", "q")]).example_violations();
        let found = json!([example[0].kind, example[0].loc, example[0].input]);
        assert_eq!((example.len(), found), (1, json!(["greater_than_equal", ["query", "q"], "-10"])));
        assert!(compiled(&[unbounded]).example_violations().is_empty());
    }
}
