//! Distributions as they are published: a union of named objects, told apart by `kind`.
//!
//! poem-openapi's `Union` publishes two types for each kind and a `type` beside `oneOf`, which many client generators
//! read wrongly. So [`Distribution`] describes itself, and each kind carries its `kind` as its first field.

mod bounded;
mod whole;

use std::borrow::Cow;

use poem_openapi::{
    Object,
    registry::{MetaDiscriminatorObject, MetaSchema, MetaSchemaRef, Registry},
    types::{ParseError, ParseFromJSON, ParseResult, ToJSON, Type},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sim_model::distribution as model;

pub(super) use bounded::LognormalBetween;
use bounded::{
    Beta, Cauchy, Empirical, Exponential, Gamma, Logistic, Lognormal, LognormalLog, Mixture, Normal, NormalBetween,
    Pareto, Pert, StudentT, Triangular, Uniform, Weibull,
};
use whole::{Bernoulli, Binomial, Constant, Discrete, Geometric, NegativeBinomial, Poisson};

/// Bounds for the values that are drawn. The distribution between them keeps its form, and nothing is drawn outside.
#[derive(Debug, Clone, PartialEq, Object, Deserialize)]
#[oai(skip_serializing_if_is_none, deny_unknown_fields)]
pub(crate) struct Truncate {
    /// No value is below it. Absent: no lower bound.
    pub(crate) min: Option<f64>,
    /// No value is above it. Absent: no upper bound.
    pub(crate) max: Option<f64>,
}

impl From<Truncate> for model::Truncate {
    fn from(Truncate { min, max }: Truncate) -> Self {
        Self { min, max }
    }
}

/// A parameter as the model's own types have it.
trait IntoParameter<T> {
    fn into_parameter(self) -> T;
}

impl IntoParameter<f64> for f64 {
    fn into_parameter(self) -> f64 {
        self
    }
}

impl IntoParameter<u64> for i64 {
    fn into_parameter(self) -> u64 {
        // The schema lets no negative number through.
        self.unsigned_abs()
    }
}

impl IntoParameter<Vec<f64>> for Vec<f64> {
    fn into_parameter(self) -> Vec<f64> {
        self
    }
}

impl IntoParameter<Vec<model::Distribution>> for Vec<Distribution> {
    fn into_parameter(self) -> Vec<model::Distribution> {
        self.into_iter().map(Into::into).collect()
    }
}

/// A type with one value, which is published as a string that has one permitted value.
macro_rules! tag {
    ($tag:ident $name:literal) => {
        #[doc = concat!("The tag `", $name, "`.")]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub(crate) struct $tag;

        impl Type for $tag {
            const IS_REQUIRED: bool = true;

            type RawValueType = Self;
            type RawElementValueType = Self;

            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }

            fn schema_ref() -> MetaSchemaRef {
                MetaSchemaRef::Inline(Box::new(MetaSchema {
                    enum_items: vec![json!($name)],
                    default: Some(json!($name)),
                    ..MetaSchema::new("string")
                }))
            }

            fn as_raw_value(&self) -> Option<&Self> {
                Some(self)
            }

            fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
                Box::new(self.as_raw_value().into_iter())
            }
        }

        impl ToJSON for $tag {
            fn to_json(&self) -> Option<Value> {
                Some(json!($name))
            }
        }

        impl ParseFromJSON for $tag {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                match value {
                    Some(Value::String(name)) if name == $name => Ok(Self),
                    value => Err(ParseError::expected_type(value.unwrap_or_default())),
                }
            }
        }
    };
}

/// Writes the union, the tag of each kind, and the way to the model's own types.
///
/// `bounded` kinds are continuous and take `truncate`; `whole` kinds do not.
macro_rules! kinds {
    (
        bounded { $($bounded:ident $bounded_tag:ident $bounded_name:literal ($($bounded_field:ident),*))* }
        whole { $($whole:ident $whole_tag:ident $whole_name:literal ($($whole_field:ident),*))* }
    ) => {
        /// What an input may be, and how likely: a kind and its parameters.
        #[derive(Debug, Clone, PartialEq, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub(crate) enum Distribution {
            $($bounded($bounded),)*
            $($whole($whole),)*
        }

        impl Distribution {
            fn variants() -> Vec<(&'static str, MetaSchemaRef)> {
                vec![$(($bounded_name, $bounded::schema_ref()),)* $(($whole_name, $whole::schema_ref()),)*]
            }

            fn register_variants(registry: &mut Registry) {
                $($bounded::register(registry);)*
                $($whole::register(registry);)*
            }
        }

        impl From<Distribution> for model::Distribution {
            fn from(distribution: Distribution) -> Self {
                match distribution {
                    $(Distribution::$bounded($bounded { $($bounded_field,)* truncate, .. }) => {
                        Self::$bounded(model::$bounded {
                            $($bounded_field: $bounded_field.into_parameter(),)*
                            truncate: truncate.map(Into::into),
                        })
                    })*
                    $(Distribution::$whole($whole { $($whole_field,)* .. }) => {
                        Self::$whole(model::$whole { $($whole_field: $whole_field.into_parameter(),)* })
                    })*
                }
            }
        }

        impl ToJSON for Distribution {
            fn to_json(&self) -> Option<Value> {
                match self {
                    $(Self::$bounded(kind) => kind.to_json(),)*
                    $(Self::$whole(kind) => kind.to_json(),)*
                }
            }
        }

        impl ParseFromJSON for Distribution {
            fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
                Self::deserialize(value.unwrap_or_default()).map_err(ParseError::custom)
            }
        }

        $(tag!($bounded_tag $bounded_name);)*
        $(tag!($whole_tag $whole_name);)*
    };
}

kinds! {
    bounded {
        Uniform UniformKind "uniform" (min, max)
        Triangular TriangularKind "triangular" (min, mode, max)
        Pert PertKind "pert" (min, mode, max, shape)
        Normal NormalKind "normal" (mean, sd)
        NormalBetween NormalBetweenKind "normal_between" (low, high, confidence)
        Lognormal LognormalKind "lognormal" (mean, sd)
        LognormalLog LognormalLogKind "lognormal_log" (mu, sigma)
        LognormalBetween LognormalBetweenKind "lognormal_between" (low, high, confidence)
        Exponential ExponentialKind "exponential" (mean)
        Gamma GammaKind "gamma" (shape, scale)
        Beta BetaKind "beta" (alpha, beta, min, max)
        Weibull WeibullKind "weibull" (shape, scale)
        StudentT StudentTKind "student_t" (degrees, location, scale)
        Logistic LogisticKind "logistic" (location, scale)
        Cauchy CauchyKind "cauchy" (location, scale)
        Pareto ParetoKind "pareto" (minimum, shape)
        Empirical EmpiricalKind "empirical" (data)
        Mixture MixtureKind "mixture" (components, weights)
    }
    whole {
        Constant ConstantKind "constant" (value)
        Bernoulli BernoulliKind "bernoulli" (probability)
        Binomial BinomialKind "binomial" (trials, probability)
        Poisson PoissonKind "poisson" (mean)
        Geometric GeometricKind "geometric" (probability)
        NegativeBinomial NegativeBinomialKind "negative_binomial" (successes, probability)
        Discrete DiscreteKind "discrete" (values, weights)
    }
}

impl Type for Distribution {
    const IS_REQUIRED: bool = true;

    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Distribution")
    }

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Reference(Self::name().into_owned())
    }

    fn register(registry: &mut Registry) {
        registry.create_schema::<Self, _>(Self::name().into_owned(), |registry| {
            Self::register_variants(registry);
            let variants = Self::variants();
            let mapping = variants.iter().map(|(kind, schema)| {
                let name = match schema {
                    MetaSchemaRef::Reference(name) => name.as_str(),
                    MetaSchemaRef::Inline(_) => kind,
                };
                ((*kind).to_owned(), format!("#/components/schemas/{name}"))
            });
            MetaSchema {
                description: Some("What an input may be, and how likely: a kind and its parameters."),
                discriminator: Some(MetaDiscriminatorObject { property_name: "kind", mapping: mapping.collect() }),
                one_of: variants.iter().map(|(_, schema)| schema.clone()).collect(),
                ..MetaSchema::ANY
            }
        });
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(self.as_raw_value().into_iter())
    }
}
