//! Judges a body by the published schemas: a walk over its tree, with a small function for each type.

use std::{collections::BTreeMap, str::Bytes, sync::LazyLock};

use serde_bytes::{ByteBuf, Bytes as Name};
use serde_json::{Value, json, value::RawValue};
use sim_api::{OpenApiVersion, document};

use crate::service::Violation;

/// How deep a body may nest, as docs/errors.md says.
const MAX_DEPTH: usize = 128;
/// How many violations an answer lists, as docs/errors.md says.
const MAX_VIOLATIONS: usize = 100;

static CONTRACT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(&document(OpenApiVersion::V3_1)).expect("the contract is JSON"));

/// The fields of an object. If a name is repeated, the last one counts. Names are bytes, because they need not be valid
/// text.
type Fields<'a> = BTreeMap<ByteBuf, &'a RawValue>;

/// A body as JSON, if it is JSON.
#[must_use]
pub fn parse(body: &[u8]) -> Option<&RawValue> {
    let text = std::str::from_utf8(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)).ok()?;
    let value = serde_json::from_str(text).ok()?;
    (depth(text) <= MAX_DEPTH).then_some(value)
}

/// How deep a JSON text nests.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest, mut bytes) = (0_usize, 0, text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth -= 1,
            b'"' => skip_string(&mut bytes),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn skip_string(bytes: &mut Bytes<'_>) {
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => return,
            b'\\' => drop(bytes.next()),
            _ => {}
        }
    }
}

/// The violations of a published schema in a body, in the order of the answer.
#[must_use]
pub fn violations(schema: &str, body: &RawValue) -> Vec<Violation> {
    let mut found = vec![];
    walk(&CONTRACT["components"]["schemas"][schema], body, &[json!("body")], &mut found);
    found.truncate(MAX_VIOLATIONS);
    found
}

/// The value of a field of an object.
#[must_use]
pub fn field<'a>(object: &'a RawValue, name: &str) -> Option<&'a RawValue> {
    fields(object)?.remove(Name::new(name.as_bytes()))
}

/// The elements of an array.
#[must_use]
pub fn elements(value: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(value.get()).ok()
}

/// The integer that a number stands for, exactly. `None` if it has a fractional part or more than 30 digits.
#[must_use]
pub fn integer(number: &str) -> Option<i128> {
    let (sign, number) = number.strip_prefix('-').map_or((1, number), |number| (-1, number));
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let zeros = digits.len() - significant.len();
    let significant = significant.trim_start_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    // An exponent that is no 64-bit integer leaves no integer of 30 digits either.
    let exponent: i64 = exponent.parse().ok()?;
    let places = i128::from(exponent) + i128::try_from(zeros).ok()? - i128::try_from(fraction.len()).ok()?;
    let places = usize::try_from(places).ok().filter(|places| significant.len() + places <= 30)?;
    format!("{significant}{}", "0".repeat(places)).parse::<i128>().ok().map(|magnitude| sign * magnitude)
}

/// Whether a number has a fractional part.
fn has_fraction(number: &str) -> bool {
    let number = number.trim_start_matches('-');
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let zeros = digits.len() - digits.trim_end_matches('0').len();
    let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') { i64::MIN } else { i64::MAX });
    let (zeros, places) = (i128::try_from(zeros).unwrap_or(0), i128::try_from(fraction.len()).unwrap_or(0));
    digits.bytes().any(|digit| digit != b'0') && i128::from(exponent) + zeros < places
}

fn fields(object: &RawValue) -> Option<Fields<'_>> {
    serde_json::from_str(object.get()).ok()
}

fn walk(schema: &Value, value: &RawValue, place: &[Value], found: &mut Vec<Violation>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.rsplit('/').next().expect("a reference ends with a name");
        return walk(&CONTRACT["components"]["schemas"][name], value, place, found);
    }
    match schema["type"].as_str() {
        Some("object") => object(schema, value, place, found),
        Some("array") => array(schema, value, place, found),
        Some("integer") => {
            let kind = wrong_integer(schema, value.get());
            found.extend(kind.map(|kind| (kind.to_owned(), place.to_vec())));
        }
        other => panic!("a body of type {other:?}"),
    }
}

fn object(schema: &Value, value: &RawValue, place: &[Value], found: &mut Vec<Violation>) {
    let Some(fields) = fields(value) else {
        return found.push(("model_attributes_type".to_owned(), place.to_vec()));
    };
    let required = schema["required"].as_array().expect("the contract says what is required");
    for (name, schema) in schema["properties"].as_object().expect("an object has properties") {
        let place = [place, &[json!(name)]].concat();
        match fields.get(Name::new(name.as_bytes())) {
            Some(value) => walk(schema, value, &place, found),
            None if required.contains(&json!(name)) => found.push(("missing".to_owned(), place)),
            None => {}
        }
    }
}

fn array(schema: &Value, value: &RawValue, place: &[Value], found: &mut Vec<Violation>) {
    let Some(elements) = elements(value) else {
        return found.push(("list_type".to_owned(), place.to_vec()));
    };
    let limit = |keyword: &str| usize::try_from(schema[keyword].as_u64().expect("a list is bounded")).expect("small");
    for (index, element) in elements.iter().take(limit("maxItems")).enumerate() {
        walk(&schema["items"], element, &[place, &[json!(index)]].concat(), found);
    }
    if elements.len() < limit("minItems") {
        found.push(("too_short".to_owned(), place.to_vec()));
    } else if elements.len() > limit("maxItems") {
        found.push(("too_long".to_owned(), place.to_vec()));
    }
}

fn wrong_integer(schema: &Value, text: &str) -> Option<&'static str> {
    if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
        return Some("int_type");
    }
    let double: f64 = text.parse().expect("a number of JSON is one of Rust");
    let bound = |keyword: &str| i128::from(schema[keyword].as_i64().expect("an integer is bounded"));
    match integer(text) {
        Some(number) if number < bound("minimum") => Some("greater_than_equal"),
        Some(number) if number > bound("maximum") => Some("less_than_equal"),
        Some(_) => None,
        None if text.contains(['.', 'e', 'E']) && double.is_infinite() => Some("finite_number"),
        None if has_fraction(text) => Some("int_from_float"),
        // Longer than any bound.
        None if text.starts_with('-') => Some("greater_than_equal"),
        None => Some("less_than_equal"),
    }
}
