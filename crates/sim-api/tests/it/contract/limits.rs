//! Every bound and every default is what the contract says, as seen from outside.

use serde_json::{Value, json};
use sim_api::{OpenApiVersion::V3_1, Readiness};

use crate::{
    contract::openapi::{Operation, document, integer, operations, position},
    service::{Call, JSON, text},
};

/// Calls an operation with a parameter given another text than its example; `None` leaves it out.
fn with_parameter(operation: &Operation, parameter: &Value, text: Option<&Value>) -> Call {
    let value = |sent: &Value| if sent == parameter { text.cloned() } else { Some(sent["example"].clone()) };
    Call::new(operation.method, operation.address(|sent| value(sent).map(|value| value.to_string())))
}

fn with_body(operation: &Operation, body: &Value) -> Call {
    Call::new(operation.method, operation.example_address()).with_body(JSON, body.to_string())
}

/// Whether a call is answered, and not refused as breaking the schema.
fn is_answered(call: Call) -> bool {
    let response = call.respond(&Readiness::default());
    let status = response.status();
    assert!([200, 422].contains(&status.as_u16()), "{status}");
    // A run may fit the schema and cost more than the service allows.
    status == 200 || text(response).contains(r#""type":"model_too_costly""#)
}

#[test]
fn a_parameter_may_reach_its_bounds_and_not_exceed_them() {
    let document = document(V3_1);
    for operation in operations(&document) {
        for parameter in operation.address_parameters() {
            for (bound, is_allowed) in bounds(&parameter["schema"]) {
                let call = with_parameter(&operation, parameter, Some(&bound));
                assert_eq!(is_answered(call), is_allowed, "{} {} {bound}", operation.id(), parameter["name"]);
            }
        }
    }
}

#[test]
fn a_parameter_of_the_query_that_is_left_out_has_its_default() {
    let document = document(V3_1);
    for operation in operations(&document) {
        for parameter in operation.address_parameters().filter(|parameter| parameter["in"] == "query") {
            let default = &parameter["schema"]["default"];
            let [absent, present] = [None, Some(default)]
                .map(|text| with_parameter(&operation, parameter, text).send(&Readiness::default()));
            assert_eq!((absent.status, &absent), (200, &present), "{} {}", operation.id(), parameter["name"]);
        }
    }
}

#[test]
fn a_body_may_reach_every_bound_and_not_exceed_it() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let Some(body) = operation.request_body() else { continue };
        for (variant, is_allowed) in variants(&document, &body["schema"], &body["example"]) {
            let call = with_body(&operation, &variant);
            assert_eq!(is_answered(call), is_allowed, "{} {variant:.200}", operation.id());
        }
    }
}

#[test]
fn a_field_that_is_left_out_has_its_default() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let Some(body) = operation.request_body() else { continue };
        for pair in defaults(&document, &body["schema"], &body["example"]) {
            let [absent, present] = pair.map(|body| with_body(&operation, &body).send(&Readiness::default()));
            assert_eq!((absent.status, &absent), (200, &present), "{}", operation.id());
        }
    }
}

/// The bounds of an integer, which are allowed, and the integers beyond, as far as they have 64 bits, which are not.
fn bounds(schema: &Value) -> Vec<(Value, bool)> {
    let (minimum, maximum) = (integer(schema, "minimum"), integer(schema, "maximum"));
    let reached = [minimum, maximum].map(|number| (json!(number), true));
    let exceeded = [minimum.checked_sub(1), maximum.checked_add(1)].into_iter().flatten();
    reached.into_iter().chain(exceeded.map(|number| (json!(number), false))).collect()
}

fn resolved<'d>(document: &'d Value, schema: &'d Value) -> &'d Value {
    let target = |reference: &str| document.pointer(reference.strip_prefix('#')?);
    schema["$ref"].as_str().map_or(schema, |reference| target(reference).expect("a reference leads to a schema"))
}

/// The schema of a field of an object, or of an entry of a map.
fn field_schema<'d>(schema: &'d Value, name: &str) -> &'d Value {
    schema["properties"].get(name).unwrap_or(&schema["additionalProperties"])
}

/// The schema of a value of a union: the member that its tag names.
fn member<'d>(document: &'d Value, schema: &'d Value, value: &Value) -> &'d Value {
    let Some(property) = schema["discriminator"]["propertyName"].as_str() else { return schema };
    let tag = value[property].as_str().expect("a member has its tag");
    let reference = schema["discriminator"]["mapping"][tag].as_str().expect("the tag is mapped");
    document.pointer(&reference[1..]).expect("a reference leads to a schema")
}

/// The bounds of a number, and numbers beyond them.
fn number_bounds(schema: &Value) -> Vec<(Value, bool)> {
    let bound = |keyword: &str| schema[keyword].as_f64();
    let exceeded = [bound("minimum").map(|least| least - 1.0), bound("maximum").map(|most| most + 1.0)];
    let excluded = [bound("exclusiveMinimum"), bound("exclusiveMaximum")];
    exceeded.into_iter().chain(excluded).flatten().map(|number| (json!(number), false)).collect()
}

/// A valid value with each of its bounds reached, which is allowed, and exceeded, which is not.
fn variants(document: &Value, schema: &Value, value: &Value) -> Vec<(Value, bool)> {
    let schema = member(document, resolved(document, schema), value);
    match value {
        Value::Object(fields) => {
            let of_field = |(name, field): (&String, &Value)| {
                let variants = variants(document, field_schema(schema, name), field);
                variants
                    .into_iter()
                    .map(|(field, is_allowed)| (changed(value, name, field), is_allowed))
                    .collect::<Vec<_>>()
            };
            fields.iter().flat_map(of_field).collect()
        }
        Value::Array(items) => {
            let least = schema.get("minItems").map_or(0, position);
            let most = position(&schema["maxItems"]);
            let of_length = |length: usize| items.iter().cycle().take(length).cloned().collect::<Value>();
            let reached = [least, most].map(|length| (of_length(length), true));
            let exceeded = [least.checked_sub(1), most.checked_add(1)].into_iter().flatten();
            let exceeded = exceeded.map(|length| (of_length(length), false));
            let of_item = variants(document, &schema["items"], &items[0]).into_iter();
            let of_item = of_item.map(|(item, is_allowed)| (json!([item]), is_allowed));
            reached.into_iter().chain(exceeded).chain(of_item).collect()
        }
        _ if schema["type"] == "integer" => bounds(schema),
        _ => number_bounds(schema),
    }
}

/// A valid value without each of the fields that have a default, and with that default.
fn defaults(document: &Value, schema: &Value, value: &Value) -> Vec<[Value; 2]> {
    let schema = member(document, resolved(document, schema), value);
    match value {
        Value::Object(fields) => {
            let of_field = |(name, field): (&String, &Value)| {
                // A tag is required, and its default is for clients.
                let is_required = schema["required"].as_array().is_some_and(|names| names.contains(&json!(name)));
                let schema = field_schema(schema, name);
                let others = fields.iter().filter(|(other, _)| *other != name);
                let absent = || others.map(|(other, field)| (other.clone(), field.clone())).collect::<Value>();
                let default = schema.get("default").filter(|_| !is_required);
                let here = default.map(|default| [absent(), changed(value, name, default.clone())]);
                let within = defaults(document, schema, field).into_iter();
                let within = within.map(|pair| pair.map(|field| changed(value, name, field)));
                here.into_iter().chain(within).collect::<Vec<_>>()
            };
            fields.iter().flat_map(of_field).collect()
        }
        Value::Array(items) => {
            let of_item = defaults(document, &schema["items"], &items[0]).into_iter();
            of_item.map(|pair| pair.map(|item| json!([item]))).collect()
        }
        _ => vec![],
    }
}

/// An object with another value of one of its fields.
fn changed(object: &Value, name: &str, field: Value) -> Value {
    let mut object = object.clone();
    object[name] = field;
    object
}
