//! Distributions of inputs.
//!
//! A [`Distribution`] is plain data: a kind and its parameters. [`prepare`](Distribution::prepare)
//! checks them all and gives a [`Sampler`], which turns a uniform between 0 and 1 into a
//! value by the inverse of the cumulative function. Nothing is ever rejected or redrawn,
//! so one uniform is one value.
//!
//! Every value is made of `+ - * / sqrt` and correctly rounded functions by a fixed rule. Equal parameters and an equal
//! uniform give equal bits on every machine.
//!
//! ```
//! use sim_model::distribution::{Distribution, Normal};
//!
//! let height = Distribution::Normal(Normal { mean: 170.0, sd: 10.0, truncate: None });
//! let sampler = height.prepare().unwrap();
//! assert_eq!(sampler.quantile(0.5), 170.0);
//!
//! let wrong = Distribution::Normal(Normal { mean: 170.0, sd: -10.0, truncate: None });
//! let errors = wrong.prepare().unwrap_err();
//! assert_eq!(errors[0].to_string(), "sd: sd should be greater than 0; it is -10");
//! ```
//!
//! To add a kind, write its file, and name it in the list of kinds below and, if its
//! parameters are numbers, in [`FAMILIES`].

#![expect(clippy::float_cmp, reason = "where doubles are compared, the same bits are meant")]

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use law::{Kind, Law, Probability};
use parameter::Check;
use truncate::TruncatedLaw;

mod bernoulli;
mod beta;
mod binomial;
mod cauchy;
mod constant;
mod counts;
mod discrete;
mod empirical;
mod exponential;
mod family;
mod gamma;
mod geometric;
mod law;
mod logistic;
mod lognormal;
mod mixture;
mod negative_binomial;
mod normal;
mod parameter;
mod pareto;
mod pert;
mod poisson;
mod special;
mod standard_normal;
mod student_t;
mod triangular;
mod truncate;
mod uniform;
mod weibull;

pub use bernoulli::Bernoulli;
pub use beta::Beta;
pub use binomial::Binomial;
pub use cauchy::Cauchy;
pub use constant::Constant;
pub use discrete::Discrete;
pub use empirical::Empirical;
pub use exponential::Exponential;
pub use family::{FAMILIES, Family, Parameter};
pub use gamma::Gamma;
pub use geometric::Geometric;
pub use logistic::Logistic;
pub use lognormal::{Lognormal, LognormalBetween, LognormalLog};
pub use mixture::{MAX_COMPONENTS, MAX_DEPTH, Mixture};
pub use negative_binomial::NegativeBinomial;
pub use normal::{Normal, NormalBetween};
pub use parameter::{ParameterError, PathItem};
pub use pareto::Pareto;
pub use pert::Pert;
pub use poisson::Poisson;
pub use student_t::StudentT;
pub use triangular::Triangular;
pub use truncate::Truncate;
pub use uniform::Uniform;
pub use weibull::Weibull;

/// The most values, weights or observations that a distribution may have.
pub const MAX_LENGTH: usize = 10_000;

/// Writes the enum and what depends on the kind. `whole` kinds cannot be truncated.
macro_rules! kinds {
    (
        continuous: $($kind:ident $name:literal $doc:literal,)*;
        whole: $($whole:ident $whole_name:literal $whole_doc:literal,)*
    ) => {
        /// A distribution: what an input may be, and how likely.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", rename_all = "snake_case")]
        pub enum Distribution {
            $(#[doc = $doc] $kind($kind),)*
            $(#[doc = $whole_doc] $whole($whole),)*
        }

        impl Distribution {
            /// The name of the kind on the wire: `normal`, `lognormal_between`, ….
            #[must_use]
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => $name,)*
                    $(Self::$whole(_) => $whole_name,)*
                }
            }

            fn law(&self, check: &mut Check) -> Option<Box<dyn Law>> {
                match self {
                    $(Self::$kind(kind) => truncated(kind, kind.truncate.as_ref(), check),)*
                    $(Self::$whole(kind) => kind.law(check).map(|law| Box::new(law) as Box<dyn Law>),)*
                }
            }
        }
    };
}

kinds! {
    continuous:
        Uniform "uniform" "Every value between two bounds, equally likely.",
        Triangular "triangular" "A smallest, a most likely and a largest value.",
        Pert "pert" "A smallest, a most likely and a largest value, with a smooth curve.",
        Normal "normal" "A bell, by its mean and standard deviation.",
        NormalBetween "normal_between" "A bell, by an interval that holds a share of it.",
        Lognormal "lognormal" "Positive and skewed, by its mean and standard deviation.",
        LognormalLog "lognormal_log" "Positive and skewed, by the moments of its logarithm.",
        LognormalBetween "lognormal_between" "Positive and skewed, by an interval that holds a share of it.",
        Exponential "exponential" "The time until something that may happen at any moment.",
        Gamma "gamma" "Positive and skewed, by shape and scale.",
        Beta "beta" "Between two bounds, by two shapes.",
        Weibull "weibull" "Lifetimes of what ages.",
        StudentT "student_t" "A bell with heavy tails.",
        Logistic "logistic" "A bell with exponential tails.",
        Cauchy "cauchy" "A bell without a mean.",
        Pareto "pareto" "Sizes with a long tail.",
        Empirical "empirical" "Observations, and values between them.",
        Mixture "mixture" "One distribution or another.",;
    whole:
        Constant "constant" "A value that is known.",
        Bernoulli "bernoulli" "1 or 0.",
        Binomial "binomial" "Successes in so many trials.",
        Poisson "poisson" "Independent events.",
        Geometric "geometric" "Trials until the first success.",
        NegativeBinomial "negative_binomial" "Failures before so many successes.",
        Discrete "discrete" "A value out of a list.",
}

fn truncated<K: Kind>(kind: &K, truncate: Option<&Truncate>, check: &mut Check) -> Option<Box<dyn Law>> {
    // Both are checked, so that all errors are known at once.
    let bounds = truncate.map(|truncate| truncate.check(check));
    let whole: Box<dyn Law> = Box::new(kind.law(check)?);
    match bounds {
        None => Some(whole),
        Some(bounds) => Some(Box::new(TruncatedLaw::new(whole, bounds?, check)?)),
    }
}

impl Distribution {
    /// Checks the parameters and prepares what a draw needs.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the parameters, at once.
    pub fn prepare(&self) -> Result<Sampler, Vec<ParameterError>> {
        let mut check = Check::new();
        match self.law(&mut check) {
            Some(mut law) if check.passed().is_some() => {
                law.settle();
                Ok(Sampler { law: law.into() })
            }
            _ => Err(check.into_errors()),
        }
    }
}

/// A distribution whose parameters were checked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Sampler {
    law: Arc<dyn Law>,
}

impl Sampler {
    /// The value at a uniform: the smallest that the distribution stays at or below
    /// with that probability. `uniform` is strictly between 0 and 1; NaN otherwise.
    #[must_use]
    pub fn quantile(&self, uniform: f64) -> f64 {
        if uniform > 0.0 && uniform < 1.0 { self.law.quantile(Probability::of(uniform)) } else { f64::NAN }
    }

    /// Turns uniforms, each strictly between 0 and 1, into values in place: the bits
    /// that [`quantile`](Self::quantile) gives for them one by one.
    pub fn quantiles(&self, uniforms: &mut [f64]) {
        self.law.quantiles(uniforms);
    }

    /// The probability of values at or below `x`; NaN for NaN.
    #[must_use]
    pub fn cdf(&self, x: f64) -> f64 {
        if x.is_nan() { x } else { self.law.cdf(x).lower }
    }

    /// The smallest and the largest possible value, or the infinities.
    #[must_use]
    pub fn support(&self) -> (f64, f64) {
        self.law.support()
    }

    /// Whether every value is an integer.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.law.is_whole()
    }

    /// The mean; infinite if it diverges, NaN if there is none or no formula for it
    /// (truncated distributions).
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.law.mean()
    }

    /// The variance; infinite if it diverges, NaN if there is none or no formula for it
    /// (truncated distributions).
    #[must_use]
    pub fn variance(&self) -> f64 {
        self.law.variance()
    }
}

#[cfg(test)]
mod tests;
