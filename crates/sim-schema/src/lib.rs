//! A JSON schema compiled, and the walk that enforces it.
//!
//! [`Schema::compile`] refuses a schema that says anything the walk does not enforce, so a published schema cannot promise
//! what nobody holds. [`Schema::read`] then reads a JSON text as a typed value: it fills in the defaults, or it lists every
//! [`Violation`], in FastAPI's words. [`TextSchema`] does both for a value that is sent as plain text, such as a segment of
//! a path.
//!
//! ```
//! use serde::Deserialize;
//! use serde_json::json;
//! use sim_schema::Schema;
//!
//! #[derive(Deserialize)]
//! struct Order {
//!     item: String,
//!     count: i32,
//! }
//!
//! let components = json!({"schemas": {"Count": {"type": "integer", "format": "int32", "minimum": 1}}});
//! let schema = json!({
//!     "type": "object",
//!     "required": ["item"],
//!     "properties": {
//!         "item": {"type": "string", "maxLength": 9},
//!         "count": {"$ref": "#/components/schemas/Count", "default": 1},
//!     },
//! });
//! let schema = Schema::compile(&components, &schema)?;
//!
//! let order: Order = schema.read(br#"{"item":"piano"}"#, "body").unwrap();
//! assert_eq!((order.item.as_str(), order.count), ("piano", 1));
//!
//! let violations = schema.read::<Order>(br#"{"count":0}"#, "body").err().unwrap();
//! assert_eq!(
//!     serde_json::to_string(&violations).unwrap(),
//!     concat!(
//!         r#"[{"type":"missing","loc":["body","item"],"msg":"Field required","input":{"count":0}},"#,
//!         r#"{"type":"greater_than_equal","loc":["body","count"],"#,
//!         r#""msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}}]"#,
//!     )
//! );
//! # Ok::<(), sim_schema::CompileError>(())
//! ```
//!
//! # What a schema may say
//!
//! | kind | keywords |
//! |---|---|
//! | integer | `format` (`int32`, `int64`), `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` |
//! | number | `format` (`double`) and the same bounds |
//! | boolean | none |
//! | string | `minLength`, `maxLength`, `pattern`; or `enum`; or `const` |
//! | array | `items`, `minItems`, `maxItems` |
//! | object | `properties`, `required`, `additionalProperties` (a boolean) |
//! | map: an object without `properties` | `additionalProperties` (a schema), `propertyNames`, `minProperties`, `maxProperties` |
//! | tagged union | `oneOf` of named objects, `discriminator` with `propertyName` and `mapping` |
//!
//! Any of them may be a `$ref` to `#/components/schemas/…`, or an `allOf` of one such reference. References may be
//! recursive. Null is read where the schema says `"type": [… , "null"]` or `nullable`. Annotations and `x-` extensions are
//! allowed everywhere; of these only the `default` of a property has an effect.
//!
//! # What a text may be
//!
//! - Of a repeated key the last value counts. An object ignores unknown fields unless it says
//!   `"additionalProperties": false`.
//! - Numbers are read as decimal text: `42.0` and `1e3` are integers, `9007199254740993.0` is that integer, and a bound is
//!   held exactly. A number is read as the nearest double, which has to be within the bounds too.
//! - Arrays and objects nest up to 128 levels.
//! - Any violation can be read by any JSON reader: see [`Violation::input`].

mod compile;
mod decimal;
mod echo;
mod kinds;
mod level;
mod path;
mod text;
mod value;
mod violation;
mod walk;

use serde::de::DeserializeOwned;
use serde_json::{Value, value::RawValue};

pub use compile::CompileError;
pub use violation::{Context, Location, Violation};

use compile::Compiler;
use kinds::{Node, NodeId};
use path::Path;
use walk::Walk;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    /// The nodes refer to each other by their indexes, so that they may refer in circles.
    nodes: Vec<Node>,
    root: NodeId,
    default: Option<Box<RawValue>>,
}

impl Schema {
    /// Compiles a schema. `components` is the object that `#/components/` refers to.
    ///
    /// # Errors
    ///
    /// The schema says something that is not enforced, refers to a schema that does not exist, or has a default that
    /// breaks it.
    pub fn compile(components: &Value, schema: &Value) -> Result<Self, CompileError> {
        Compiler::new(components).compile(schema)
    }

    /// Reads a JSON text. `part` is the first item of [`Violation::loc`], such as `body`.
    ///
    /// `serde::de::IgnoredAny` as `T` only checks the text.
    ///
    /// # Errors
    ///
    /// All violations, up to 100, or the one that made the text unreadable: `missing` where it is empty, `json_invalid`
    /// with the offset in bytes where it is not JSON. `value_error` where `T` holds less than its schema says.
    pub fn read<T: DeserializeOwned>(&self, text: &[u8], part: &'static str) -> Result<T, Vec<Violation>> {
        let value = text::parse(text, part).map_err(|violation| vec![*violation])?;
        let mut walk = Walk::new(&self.nodes, text.len());
        let read = walk.read(self.root, value, &Path::Root(part));
        walk.finish(read, || vec![part.into()])
    }

    /// The default that the schema itself states.
    #[must_use]
    pub fn default<T: DeserializeOwned>(&self) -> Option<T> {
        let default = self.default.as_ref()?;
        self.read(default.get().as_bytes(), "default").ok()
    }
}

/// A compiled schema of a value that is sent as plain text: a segment of a path, a value of a query, a header.
///
/// Such a value is an integer, a number, a boolean or a string.
#[derive(Debug)]
pub struct TextSchema(Schema);

impl TextSchema {
    /// Compiles a schema. `components` is the object that `#/components/` refers to.
    ///
    /// # Errors
    ///
    /// As for [`Schema::compile`], and where the schema is of an array, an object, a map or a union.
    pub fn compile(components: &Value, schema: &Value) -> Result<Self, CompileError> {
        let schema = Schema::compile(components, schema)?;
        if schema.nodes[schema.root].is_of_text() {
            Ok(Self(schema))
        } else {
            Err(CompileError::new("#", "only an integer, a number, a boolean or a string is read from text"))
        }
    }

    /// Reads a text, such as the value of `name` in the `query`. Both are the [`Violation::loc`].
    ///
    /// An integer is decimal digits with or without a `-`. A number is one of JSON. A boolean is `true` or `false`.
    ///
    /// # Errors
    ///
    /// The one violation.
    pub fn read<T: DeserializeOwned>(&self, text: &str, part: &'static str, name: &str) -> Result<T, Vec<Violation>> {
        let mut walk = Walk::new(&self.0.nodes, text.len());
        let root = Path::Root(part);
        let path = Path::Field(&root, name);
        let read = walk.read_text(self.0.root, text, &path);
        walk.finish(read, || path.location())
    }

    /// The default that the schema itself states.
    #[must_use]
    pub fn default<T: DeserializeOwned>(&self) -> Option<T> {
        self.0.default()
    }
}
