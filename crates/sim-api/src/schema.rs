//! A published schema, compiled once, and the walk that enforces it.
//!
//! A text is indexed first, which checks that it is JSON. Then the walk reads it by the schema, and keeps each value as the
//! text that was sent until the schema says what it is. So an error quotes its input exactly, whatever its size, and what
//! the schema does not name is left alone.

mod array;
mod compile;
mod index;
pub(crate) mod integer;
mod reader;
mod text;
mod violation;

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::response::ErrorDetail;
use array::Array;
pub(crate) use compile::allow_only;
use index::Indexed;
use reader::Reader;
pub(crate) use violation::{Path, Violations};

/// A compiled schema.
#[derive(Debug)]
pub(crate) struct Schema(Node);

/// The kinds of schema that requests use.
#[derive(Debug)]
enum Node {
    Integer { minimum: i64, maximum: i64 },
    Object(Vec<Property>),
    Array(Array),
}

#[derive(Debug)]
struct Property {
    name: &'static str,
    /// The name as JSON: what the key in a text is, unless it is escaped.
    key: String,
    node: Node,
    /// What stands for the property where it is absent; none where it is required.
    default: Option<&'static Indexed<'static>>,
}

impl Schema {
    /// Compiles a schema. `components` is what its references lead to.
    ///
    /// # Errors
    ///
    /// The schema says what the walk does not enforce.
    pub(crate) fn compile(components: &Value, schema: &Value) -> Result<Self, String> {
        Node::compile(&components["schemas"], schema).map(Self)
    }

    /// Reads a body as a value of this schema, with its defaults filled in.
    ///
    /// # Errors
    ///
    /// Every violation up to the cap, or the one error that made the body unreadable.
    pub(crate) fn read<T: DeserializeOwned>(&self, body: &[u8]) -> Result<T, Vec<ErrorDetail>> {
        self.0.read(&text::parse(body)?, "body")
    }
}

impl Node {
    /// Reads a JSON value that is the whole of a part of the request.
    fn read<T: DeserializeOwned>(&self, json: &Indexed, part: &'static str) -> Result<T, Vec<ErrorDetail>> {
        let violations = Violations::default();
        let path = Path::Root(part);
        let value =
            T::deserialize(Reader { node: self, value: Some(json.root()), path: &path, violations: &violations });
        violations.unless_any(())?;
        // Every value fits its schema, so this fails only where the Rust type holds less than that; a test rules it
        // out for every type, and a caller still gets an answer.
        value.map_err(|error| vec![ErrorDetail::new("value_error", vec![part.into()], error.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Schema;
    use crate::{operations::contract, simulations::create::SimulateRequest};

    fn schema() -> Schema {
        let components = &contract()["components"];
        Schema::compile(components, &components["schemas"]["SimulateRequest"]).unwrap()
    }

    fn check(body: &str) -> Result<(i64, i32), Value> {
        let read = schema().read::<SimulateRequest>(body.as_bytes());
        read.map(|request| (request.seed, request.steps)).map_err(|errors| json!(errors))
    }

    #[test]
    fn valid_bodies_are_read() {
        for (body, seed, steps) in [
            (r#"{"seed":42,"steps":1000}"#, 42, 1000),
            (r#"{"steps":1000,"seed":42}"#, 42, 1000),
            (r#"{"seed":42}"#, 42, 10),
            (" {\r\n\t\"seed\" : 42 , \"steps\" : 1 } \n", 42, 1),
            ("\u{FEFF}{\"seed\":42}", 42, 10),
            (r#"{"\u0073eed":42,"ste\u0070s":7}"#, 42, 7),
            (r#"{"seed":-9223372036854775808,"steps":100000}"#, i64::MIN, 100_000),
            (r#"{"seed":9223372036854775807,"steps":1}"#, i64::MAX, 1),
        ] {
            assert_eq!(check(body), Ok((seed, steps)), "{body}");
        }
    }

    #[test]
    fn of_a_repeated_key_the_last_wins() {
        for (body, seed, steps) in [
            (r#"{"seed":1,"seed":2}"#, 2, 10),
            (r#"{"seed":"x","steps":0,"seed":2,"steps":5}"#, 2, 5),
            (r#"{"seed":1,"\u0073eed":2}"#, 2, 10),
        ] {
            assert_eq!(check(body), Ok((seed, steps)), "{body}");
        }
        assert!(check(r#"{"seed":1,"seed":null}"#).is_err());
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
            assert_eq!(check(&format!(r#"{{{field},"seed":42}}"#)), Ok((42, 10)), "{field} before");
            assert_eq!(check(&format!(r#"{{"seed":42,{field}}}"#)), Ok((42, 10)), "{field} after");
        }
    }

    #[test]
    fn every_violation_is_listed() {
        let missing = |input: Value| {
            let message = "Field required";
            json!({"type": "missing", "loc": ["body", "seed"], "msg": message, "input": input})
        };
        let not_an_integer = |name, input: Value| {
            let message = "Input should be a valid integer";
            json!({"type": "int_type", "loc": ["body", name], "msg": message, "input": input})
        };
        let fraction = |name, input: Value| {
            let message = "Input should be a valid integer, got a number with a fractional part";
            json!({"type": "int_from_float", "loc": ["body", name], "msg": message, "input": input})
        };
        let least = |name, ge: i64, input: Value| {
            let message = format!("Input should be greater than or equal to {ge}");
            json!({"type": "greater_than_equal", "loc": ["body", name], "msg": message, "input": input, "ctx": {"ge": ge}})
        };
        let greatest = |name, le: i64, input: Value| {
            let message = format!("Input should be less than or equal to {le}");
            json!({"type": "less_than_equal", "loc": ["body", name], "msg": message, "input": input, "ctx": {"le": le}})
        };
        let not_an_object = |input: Value| {
            let message = "Input should be a valid dictionary or object to extract fields from";
            json!({"type": "model_attributes_type", "loc": ["body"], "msg": message, "input": input})
        };
        for (body, expected) in [
            ("{}", json!([missing(json!({}))])),
            (r#"{"seed":null}"#, json!([not_an_integer("seed", json!(null))])),
            (r#"{"seed":1,"steps":null}"#, json!([not_an_integer("steps", json!(null))])),
            (
                r#"{"seed":"42","steps":true}"#,
                json!([not_an_integer("seed", json!("42")), not_an_integer("steps", json!(true))]),
            ),
            (
                r#"{"seed":[1],"steps":{"a":1}}"#,
                json!([not_an_integer("seed", json!([1])), not_an_integer("steps", json!({"a": 1}))]),
            ),
            (r#"{"steps":1.5}"#, json!([missing(json!({"steps": 1.5})), fraction("steps", json!(1.5))])),
            (r#"{"steps":0}"#, json!([missing(json!({"steps": 0})), least("steps", 1, json!(0))])),
            (
                r#"{"seed":0.5,"steps":100001}"#,
                json!([fraction("seed", json!(0.5)), greatest("steps", 100_000, json!(100_001))]),
            ),
            (r#"{"seed":18446744073709551615}"#, json!([greatest("seed", i64::MAX, json!(u64::MAX))])),
            ("[]", json!([not_an_object(json!([]))])),
            (" \"{}\" ", json!([not_an_object(json!("{}"))])),
            ("null", json!([not_an_object(json!(null))])),
            ("true", json!([not_an_object(json!(true))])),
            ("42", json!([not_an_object(json!(42))])),
        ] {
            assert_eq!(check(body), Err(expected), "{body}");
        }
    }

    #[test]
    fn an_error_quotes_its_input_as_it_was_sent() {
        let digits = "9".repeat(10_000);
        for input in [
            digits.as_str(),
            "-1e300",
            "-123456789012345678901234567890",
            "1.10",
            "1e400",
            "0.1E-0",
            r#""\u0041\/\ud800""#,
            "[ 1,\n2 ]",
            r#"{"b":1, "a":2, "b":3}"#,
        ] {
            let body = format!("{{\"seed\" : {input} , \"steps\":1}}");
            let errors = schema().read::<SimulateRequest>(body.as_bytes()).unwrap_err();
            let text = serde_json::to_string(&errors).unwrap();
            assert!(text.contains(&format!("\"input\":{input}")), "{text}");
        }
    }

    #[test]
    fn a_field_that_is_missing_is_shown_the_whole_object() {
        let errors = schema().read::<SimulateRequest>(b"\n { \"Seed\": 1e0 } ").unwrap_err();
        let text = serde_json::to_string(&errors).unwrap();
        assert!(text.contains(r#""input":{ "Seed": 1e0 }"#), "{text}");
    }
}
