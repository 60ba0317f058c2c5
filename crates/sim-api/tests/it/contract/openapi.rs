//! The contract as data.

use jsonschema::Validator;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use sim_api::OpenApiVersion;

pub(crate) const VERSIONS: [OpenApiVersion; 2] = [OpenApiVersion::V3_1, OpenApiVersion::V3_0];

/// What is escaped in an address: all but what RFC 3986 calls unreserved.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(crate) fn document(version: OpenApiVersion) -> Value {
    serde_json::from_str(&sim_api::document(version)).expect("the contract is JSON")
}

pub(crate) struct Operation<'d> {
    pub(crate) path: &'d str,
    pub(crate) method: &'d str,
    pub(crate) value: &'d Value,
}

impl<'d> Operation<'d> {
    pub(crate) fn id(&self) -> &'d str {
        self.value["operationId"].as_str().expect("an operation has an id")
    }

    /// The request body of the operation, if it has one.
    pub(crate) fn request_body(&self) -> Option<&'d Value> {
        self.value["requestBody"]["content"].get("application/json")
    }

    /// The parameters of the operation, in the order of the contract.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'d Value> + use<'d> {
        self.value["parameters"].as_array().into_iter().flatten()
    }

    /// The parameters that its address holds: those of the path and of the query.
    pub(crate) fn address_parameters(&self) -> impl Iterator<Item = &'d Value> + use<'d> {
        self.parameters().filter(|parameter| parameter["in"] != "header")
    }

    /// The address with the text that each parameter is given; without a parameter of the query that is given none.
    pub(crate) fn address(&self, mut text: impl FnMut(&Value) -> Option<String>) -> String {
        let (mut path, mut query) = (self.path.to_owned(), vec![]);
        for parameter in self.address_parameters() {
            let name = parameter["name"].as_str().expect("a parameter has a name");
            let Some(text) = text(parameter) else { continue };
            let text = utf8_percent_encode(&text, ESCAPED);
            if parameter["in"] == "path" {
                path = path.replace(&format!("{{{name}}}"), &text.to_string());
            } else {
                query.push(format!("{name}={text}"));
            }
        }
        if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) }
    }

    /// The address with the example of each parameter.
    pub(crate) fn example_address(&self) -> String {
        self.address(|parameter| Some(parameter["example"].to_string()))
    }

    pub(crate) fn documents(&self, status: &str) -> bool {
        self.value["responses"].get(status).is_some()
    }

    pub(crate) fn responses(&self) -> impl Iterator<Item = (&'d str, &'d Value)> {
        members(&self.value["responses"])
    }

    /// The JSON body that the operation answers with a status.
    pub(crate) fn answer(&self, status: &str) -> &'d Value {
        &self.value["responses"][status]["content"]["application/json"]
    }
}

pub(crate) fn operations(document: &Value) -> Vec<Operation<'_>> {
    let of_path = |(path, methods)| members(methods).map(move |(method, value)| Operation { path, method, value });
    let operations: Vec<_> = members(&document["paths"]).flat_map(of_path).collect();
    assert!(!operations.is_empty(), "the contract has no operations");
    operations
}

/// The members of an object; empty if the value is not an object.
pub(crate) fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}

/// Every object of the document with the JSON pointer to it, but for those of examples and defaults, whose members are
/// not the contract's own words.
pub(crate) fn objects(document: &Value) -> Vec<(String, &Map<String, Value>)> {
    let mut found = vec![];
    let mut open = vec![(String::new(), document)];
    while let Some((place, value)) = open.pop() {
        match value {
            Value::Object(object) => {
                let data = |name: &str| ["example", "examples", "default"].contains(&name);
                let inner = object.iter().filter(|(name, _)| !data(name));
                open.extend(inner.map(|(name, member)| (format!("{place}/{}", name.replace('/', "~1")), member)));
                found.push((place, object));
            }
            Value::Array(items) => {
                open.extend(items.iter().enumerate().map(|(index, item)| (format!("{place}/{index}"), item)));
            }
            _ => {}
        }
    }
    found
}

/// Every schema of the document, whole or part of another, with the JSON pointer to it.
pub(crate) fn schemas(document: &Value) -> Vec<(String, &Map<String, Value>)> {
    let is_schema = |place: &str| {
        let mut names = place.rsplit('/');
        let (last, holder) = (names.next().unwrap_or_default(), names.next().unwrap_or_default());
        let holders = ["schemas", "properties", "allOf", "anyOf", "oneOf", "$defs"];
        ["schema", "items", "not", "additionalProperties"].contains(&last) || holders.contains(&holder)
    };
    objects(document).into_iter().filter(|(place, _)| is_schema(place)).collect()
}

/// What a schema says of an integer.
///
/// # Panics
///
/// If the schema does not have the keyword, or has no integer for it.
pub(crate) fn integer(schema: &Value, keyword: &str) -> i64 {
    schema[keyword].as_i64().expect("an integer of the contract has 64-bit bounds")
}

/// A length or an index, as a number of the contract.
///
/// # Panics
///
/// If the number is not a length or an index.
pub(crate) fn position(number: &Value) -> usize {
    let position = number.as_u64().and_then(|number| usize::try_from(number).ok());
    position.expect("a length of the contract is a number")
}

/// A judge of the values that a schema of the 3.1 document accepts.
pub(crate) fn validator(document: &Value, schema: &Value) -> Validator {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    jsonschema::draft202012::new(&schema).expect("a published schema is JSON Schema")
}

/// The schema that the document publishes under a name.
pub(crate) fn published(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}
