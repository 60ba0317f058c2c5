//! The crate through its public interface.

mod compile;
mod hostile;
mod kinds;
mod laws;
mod objects;
mod parameters;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sim_schema::Schema;

/// A schema without components.
fn schema(schema: &Value) -> Schema {
    Schema::compile(&json!({}), schema).expect("the schema is enforced")
}

/// The value that was read, or the violations as they are serialised.
fn read<T: DeserializeOwned>(schema: &Schema, text: &str) -> Result<T, Value> {
    schema.read(text.as_bytes(), "body").map_err(|violations| json!(violations))
}

/// The kinds and locations of the violations.
fn places(schema: &Schema, text: &str) -> Vec<Value> {
    let violations = schema.read::<serde::de::IgnoredAny>(text.as_bytes(), "body").err().unwrap_or_default();
    violations.iter().map(|violation| json!([violation.kind, violation.loc])).collect()
}
