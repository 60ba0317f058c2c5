//! The parameters of an operation's address, held against their published schemas before the operation is called.
//!
//! poem-openapi stops at the first that is wrong and calls those of the path `param0`, `param1`; here all violations come
//! at once, each in its place. A handler then takes what was read by [`PathParameter`] and [`QueryParameter`].

use std::{borrow::Cow, iter};

use poem::{Request, RequestBody, http::Uri};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{
    error::response::ErrorDetail,
    http::{
        address,
        input::{Input, unprepared},
    },
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
    /// The segment of the path that it is.
    Path(usize),
    Query,
}

/// The values of the parameters that a request was sent with, and the defaults of the others.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values(Vec<(MetaParamIn, &'static str, Value)>);

impl Values {
    /// A value; null stands for one that was not sent and has no default.
    fn read<T: DeserializeOwned>(&self, place: MetaParamIn, name: &str) -> poem::Result<T> {
        let value = self.0.iter().find(|(of, named, _)| *of == place && *named == name);
        T::deserialize(value.map_or(&Value::Null, |(.., value)| value)).map_err(|_| unprepared(name))
    }
}

impl Parameters {
    /// Compiles the parameters of a published operation. Those in headers are the operation's own to read.
    pub(crate) fn compile(path: &str, operation: &Value) -> Result<Self, String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters
            .filter_map(|parameter| Parameter::compile(path, parameter).transpose())
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Reads the parameters of an address.
    ///
    /// # Errors
    ///
    /// Every violation.
    pub(crate) fn read(&self, address: &Uri) -> Result<Values, Vec<ErrorDetail>> {
        if self.0.is_empty() {
            return Ok(Values::default());
        }
        let violations = Violations::default();
        let query: Vec<_> = form_urlencoded::parse(address.query().unwrap_or_default().as_bytes()).collect();
        let mut values = Vec::with_capacity(self.0.len());
        for parameter in &self.0 {
            let value = match parameter.place {
                Place::Path(segment) => {
                    let segment = address.path().split('/').nth(segment).map(address::decoded);
                    parameter.read(segment.into_iter(), &violations)
                }
                Place::Query => {
                    let sent = query.iter().filter(|(name, _)| *name == parameter.name);
                    parameter.read(sent.map(|(_, value)| Cow::Borrowed(value.as_ref())), &violations)
                }
            };
            values.extend(value.map(|value| (parameter.place.published(), parameter.name, value)));
        }
        violations.unless_any(Values(values))
    }

    /// The answer to an example of a request in which one parameter is wrong: the first number that can be too small is,
    /// or else the first parameter that refuses a letter is one.
    pub(crate) fn example_violations(&self) -> Vec<ErrorDetail> {
        let below =
            self.0.iter().filter_map(|parameter| Some((parameter, parameter.minimum.checked_sub(1)?.to_string())));
        let letter = self.0.iter().map(|parameter| (parameter, "x".to_owned()));
        let violations = below.chain(letter).map(|(parameter, text)| {
            let violations = Violations::default();
            parameter.read(iter::once(Cow::Owned(text)), &violations);
            violations.unless_any(()).err().unwrap_or_default()
        });
        violations.into_iter().find(|violations| !violations.is_empty()).unwrap_or_default()
    }
}

impl Place {
    fn published(self) -> MetaParamIn {
        match self {
            Self::Path(_) => MetaParamIn::Path,
            Self::Query => MetaParamIn::Query,
        }
    }
}

impl Parameter {
    fn compile(path: &str, parameter: &Value) -> Result<Option<Self>, String> {
        let name = parameter["name"].as_str().ok_or("a parameter has no name")?;
        let place = match parameter["in"].as_str() {
            Some("path") => {
                let segment = path.split('/').position(|segment| address::parameter(segment) == Some(name));
                Place::Path(segment.ok_or_else(|| format!("{name} is no segment of the path"))?)
            }
            Some("query") => Place::Query,
            Some("header") => return Ok(None),
            other => return Err(format!("a parameter in {other:?} is published but not enforced")),
        };
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
            // Leaked once for each parameter of the contract, which lives as long as the process.
            name: name.to_owned().leak(),
            place,
            required: parameter["required"] == true,
            default,
            minimum: bound("minimum")?,
            maximum: bound("maximum")?,
        }))
    }

    /// The value that was sent, or else the default.
    fn read<'a>(&self, mut sent: impl Iterator<Item = Cow<'a, str>>, violations: &Violations) -> Option<Value> {
        let root = Path::Root(match self.place {
            Place::Path(_) => "path",
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
            return self.default.map(Value::from);
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
        let value = value.map_err(|mismatch| violations.push(|| mismatch.describe(&json!(text).to_string(), &path)));
        value.ok().map(Value::from)
    }
}

/// Whether a text is a decimal integer.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Among the parameters of a handler: one in the path.
///
/// poem-openapi's own `Path` reads what only poem's router can write.
#[derive(Debug)]
pub(crate) struct PathParameter<T>(pub(crate) T);

/// Among the parameters of a handler: one in the query. `T` is an `Option` where it may be absent and has no default.
#[derive(Debug)]
pub(crate) struct QueryParameter<T>(pub(crate) T);

macro_rules! extract {
    ($name:ident, $place:expr) => {
        impl<'a, T: Type + DeserializeOwned> ApiExtractor<'a> for $name<T> {
            const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::Parameter];
            const PARAM_IS_REQUIRED: bool = T::IS_REQUIRED;

            type ParamType = T;
            type ParamRawType = T::RawValueType;

            fn register(registry: &mut Registry) {
                T::register(registry);
            }

            fn param_in() -> Option<MetaParamIn> {
                Some($place)
            }

            fn param_schema_ref() -> Option<MetaSchemaRef> {
                Some(T::schema_ref())
            }

            async fn from_request(
                request: &'a Request,
                _: &mut RequestBody,
                options: ExtractParamOptions<T>,
            ) -> poem::Result<Self> {
                Input::of(request)?.parameters.read($place, options.name).map(Self)
            }
        }
    };
}

extract!(PathParameter, MetaParamIn::Path);
extract!(QueryParameter, MetaParamIn::Query);

#[cfg(test)]
mod tests;
