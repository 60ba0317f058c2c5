//! The parameters in the path and the query of an operation, checked against their published schemas before it is
//! called.
//!
//! poem-openapi stops at the first violation and calls path parameters `param0`, `param1`. Here all violations are
//! collected, with their names. A handler then takes what was read by [`PathParameter`] and [`QueryParameter`].

use std::{borrow::Cow, iter};

use poem::{Request, RequestBody, http::Uri};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaParamIn, MetaSchemaRef, Registry},
    types::Type,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sim_schema::TextSchema;

use crate::{
    error::response::ErrorDetail,
    http::{
        address,
        input::{Input, unprepared},
    },
};

/// The parameters of one operation.
#[derive(Debug)]
pub(crate) struct Parameters(Vec<Parameter>);

#[derive(Debug)]
struct Parameter {
    name: &'static str,
    place: Place,
    required: bool,
    schema: TextSchema,
    default: Option<Value>,
    /// The example of a 422 is an integer just below it.
    minimum: Option<i64>,
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
    /// Compiles the parameters of a published operation, except headers, which the operation reads itself.
    ///
    /// # Errors
    ///
    /// The contract says something of a parameter that is not enforced.
    pub(crate) fn compile(path: &str, components: &Value, operation: &Value) -> Result<Self, String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let parameters = parameters.filter(|parameter| parameter["in"] != "header");
        parameters.map(|parameter| Parameter::compile(path, components, parameter)).collect::<Result<_, _>>().map(Self)
    }

    /// Reads the parameters of an address.
    ///
    /// # Errors
    ///
    /// Every violation.
    pub(crate) fn read(&self, address: &Uri) -> Result<Values, Vec<ErrorDetail>> {
        let mut read = Values(Vec::with_capacity(self.0.len()));
        let mut violations = vec![];
        for parameter in &self.0 {
            let value = match parameter.place {
                Place::Path(segment) => {
                    let segment = address.path().split('/').nth(segment).map(address::decoded);
                    parameter.read(segment.into_iter())
                }
                Place::Query => {
                    let query = form_urlencoded::parse(address.query().unwrap_or_default().as_bytes());
                    parameter.read(query.filter(|(name, _)| *name == parameter.name).map(|(_, value)| value))
                }
            };
            match value {
                Ok(value) => {
                    let value = value.map(|value| (parameter.place.published(), parameter.name, value));
                    read.0.extend(value);
                }
                Err(details) => violations.extend(details),
            }
        }
        if violations.is_empty() { Ok(read) } else { Err(violations) }
    }

    /// The answer to a request in which one parameter is wrong: the first number that can be too small is, or else the
    /// first parameter that refuses a letter is one.
    pub(crate) fn example_violations(&self) -> Vec<ErrorDetail> {
        let below = |parameter: &Parameter| parameter.minimum?.checked_sub(1).map(|number| number.to_string());
        let below = self.0.iter().filter_map(|parameter| Some((parameter, below(parameter)?)));
        let letter = self.0.iter().map(|parameter| (parameter, "x".to_owned()));
        let mut wrong = below.chain(letter);
        wrong.find_map(|(parameter, text)| parameter.read(iter::once(Cow::Owned(text))).err()).unwrap_or_default()
    }
}

impl Place {
    fn published(self) -> MetaParamIn {
        match self {
            Self::Path(_) => MetaParamIn::Path,
            Self::Query => MetaParamIn::Query,
        }
    }

    /// The first item of the place of a violation.
    fn part(self) -> &'static str {
        match self {
            Self::Path(_) => "path",
            Self::Query => "query",
        }
    }
}

impl Parameter {
    fn compile(path: &str, components: &Value, parameter: &Value) -> Result<Self, String> {
        const KNOWN: [&str; 6] = ["name", "in", "description", "required", "schema", "example"];
        let name = parameter["name"].as_str().ok_or("a parameter has no name")?;
        let place = match parameter["in"].as_str() {
            Some("path") => {
                let segment = path.split('/').position(|segment| address::parameter(segment) == Some(name));
                Place::Path(segment.ok_or_else(|| format!("parameter {name} is no segment of the path"))?)
            }
            Some("query") => Place::Query,
            other => return Err(format!("parameter {name} is in {other:?}, which is not enforced")),
        };
        let mut keywords = parameter.as_object().into_iter().flat_map(|parameter| parameter.keys());
        if let Some(keyword) = keywords.find(|keyword| !KNOWN.contains(&keyword.as_str())) {
            return Err(format!("parameter {name}: {keyword} is not enforced"));
        }
        let schema = TextSchema::compile(components, &parameter["schema"]);
        let schema = schema.map_err(|error| format!("parameter {name}: {error}"))?;
        Ok(Self {
            // Leaked once for each parameter of the contract, which lives as long as the process.
            name: name.to_owned().leak(),
            place,
            required: parameter["required"] == true,
            default: schema.default(),
            schema,
            minimum: parameter["schema"]["minimum"].as_i64(),
        })
    }

    /// The value that was sent, or else the default.
    fn read<'a>(&self, mut sent: impl Iterator<Item = Cow<'a, str>>) -> Result<Option<Value>, Vec<ErrorDetail>> {
        let refuse = |kind, message: &str, input: &Value| {
            let location = vec![self.place.part().into(), self.name.into()];
            Err(vec![ErrorDetail::new(kind, location, message).with_input(&input.to_string())])
        };
        let Some(text) = sent.next() else {
            if self.required {
                return refuse("missing", "Field required", &Value::Null);
            }
            return Ok(self.default.clone());
        };
        if let Some(second) = sent.next() {
            let several: Vec<_> = [text, second].into_iter().chain(sent).collect();
            return refuse("repeated", "Input should be sent once", &json!(several));
        }
        let value = self.schema.read(&text, self.place.part(), self.name);
        value.map(Some).map_err(|violations| violations.into_iter().map(ErrorDetail::from).collect())
    }
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
