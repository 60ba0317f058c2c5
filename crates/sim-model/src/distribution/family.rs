//! Distributions as functions of numbers, for formulas.

use super::law::{Kind, Law, Probability};
use super::parameter::{Bound, Check};
use super::{
    Bernoulli, Beta, Binomial, Cauchy, Exponential, Gamma, Geometric, Logistic, Lognormal, LognormalBetween,
    LognormalLog, NegativeBinomial, Normal, NormalBetween, Pareto, Pert, Poisson, StudentT, Triangular, Uniform,
    Weibull,
};

/// A parameter of a family.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name, as on the wire.
    pub name: &'static str,
    /// What it is if it is not given; None if it has to be.
    pub default: Option<f64>,
}

/// A kind of distribution whose parameters are numbers.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The name of the kind: `normal` makes `normal_cdf` and `normal_quantile`.
    pub name: &'static str,
    /// The parameters, in the order in which the functions take them.
    pub parameters: &'static [Parameter],
    /// The probability of values at or below the first argument.
    ///
    /// The second has all parameters. NaN if one is not allowed, or missing, or if
    /// the argument is NaN.
    pub cdf: fn(f64, &[f64]) -> f64,
    /// The smallest value at or below which the distribution stays with the probability
    /// that the first argument is; at 0 and 1 the ends of the support.
    ///
    /// The second has all parameters. NaN if one is not allowed, or missing, or if
    /// the probability is not from 0 to 1.
    pub quantile: fn(f64, &[f64]) -> f64,
}

fn cdf(kind: &impl Kind, x: f64) -> f64 {
    match kind.law(&mut Check::quiet()) {
        Some(law) if !x.is_nan() => law.cdf(x).lower,
        _ => f64::NAN,
    }
}

fn quantile(kind: &impl Kind, probability: f64) -> f64 {
    let Some(law) = kind.law(&mut Check::quiet()) else {
        return f64::NAN;
    };
    if probability > 0.0 && probability < 1.0 {
        law.quantile(Probability::of(probability))
    } else if probability == 0.0 {
        law.support().0
    } else if probability == 1.0 {
        law.support().1
    } else {
        f64::NAN
    }
}

/// [`Binomial`] with a number of trials that a formula computed.
struct Trials {
    trials: f64,
    probability: f64,
}

impl Kind for Trials {
    type Law = <Binomial as Kind>::Law;

    fn law(&self, check: &mut Check) -> Option<Self::Law> {
        let bounds = [Bound::AtLeast(0.0), Bound::AtMost(super::binomial::MOST)];
        if !check.number("trials", self.trials, &bounds) || self.trials.fract() != 0.0 {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, from 0 to 1e12")]
        let trials = self.trials as u64;
        Binomial { trials, probability: self.probability }.law(check)
    }
}

/// `families! { "name" Kind { field, other = default } + rest; … }`: `rest` are fields that are no parameters.
macro_rules! families {
    ($($name:literal $kind:ident { $($field:ident $(= $default:expr)?),* } $(+ $rest:ident)?;)*) => {
        /// Every kind whose parameters are numbers, in the order of their names.
        pub const FAMILIES: &[Family] = &[$(
            Family {
                name: $name,
                parameters: &[$(Parameter { name: stringify!($field), default: families!(@default $($default)?) }),*],
                cdf: |x, parameters| match *parameters {
                    [$($field),*] => cdf(&$kind { $($field,)* $($rest: None)? }, x),
                    _ => f64::NAN,
                },
                quantile: |probability, parameters| match *parameters {
                    [$($field),*] => quantile(&$kind { $($field,)* $($rest: None)? }, probability),
                    _ => f64::NAN,
                },
            },
        )*];
    };
    (@default) => { None };
    (@default $default:expr) => { Some($default) };
}

families! {
    "bernoulli" Bernoulli { probability };
    "beta" Beta { alpha, beta, min = 0.0, max = 1.0 } + truncate;
    "binomial" Trials { trials, probability };
    "cauchy" Cauchy { location, scale } + truncate;
    "exponential" Exponential { mean } + truncate;
    "gamma" Gamma { shape, scale } + truncate;
    "geometric" Geometric { probability };
    "logistic" Logistic { location, scale } + truncate;
    "lognormal" Lognormal { mean, sd } + truncate;
    "lognormal_between" LognormalBetween { low, high, confidence = super::normal::CONFIDENCE } + truncate;
    "lognormal_log" LognormalLog { mu, sigma } + truncate;
    "negative_binomial" NegativeBinomial { successes, probability };
    "normal" Normal { mean, sd } + truncate;
    "normal_between" NormalBetween { low, high, confidence = super::normal::CONFIDENCE } + truncate;
    "pareto" Pareto { minimum, shape } + truncate;
    "pert" Pert { min, mode, max, shape = super::pert::SHAPE } + truncate;
    "poisson" Poisson { mean };
    "student_t" StudentT { degrees, location = 0.0, scale = 1.0 } + truncate;
    "triangular" Triangular { min, mode, max } + truncate;
    "uniform" Uniform { min, max } + truncate;
    "weibull" Weibull { shape, scale } + truncate;
}
