//! The regularised incomplete gamma functions and their inverse.
//!
//! For a shape a, P(a, x) is the probability of values up to x, and Q = 1 - P. By size:
//! - a above 1000: the integral of the tail, by a Gauss-Legendre rule;
//! - a below 1 and x up to 1.5: the power series, once for P and once for Q, so that
//!   neither is the difference of two numbers that are close (Gautschi, "A
//!   computational procedure for incomplete gamma functions", ACM TOMS 5, 1979);
//! - x below a + 1: the series of positive terms, DLMF 8.11.4;
//! - else: Legendre's continued fraction, DLMF 8.9.2, by the modified method of Lentz.

use std::f64::consts::PI;

use super::gamma_function::{ln_gamma1p, stirling_error};
use super::ln1pmx::ln1pmx;
use super::solve::{Slope, solve};
use super::starts::Starts;
use super::tail_integral::tail_integral;
use crate::distribution::law::Probability;
use crate::distribution::standard_normal;
use crate::real;

/// Shapes from here on have tails that are nearly normal.
const LARGE: f64 = 1000.0;
/// Shapes from here on have a prefactor by Stirling's formula.
const MIDDLE: f64 = 16.0;
/// Only against a loop that does not end; the shapes that come here need fewer terms.
const MOST_TERMS: u32 = 5000;

/// Gamma functions of one shape.
#[derive(Clone, Copy, Debug)]
pub(in crate::distribution) struct IncompleteGamma {
    shape: f64,
    /// `ln Γ(1 + shape)`, or the error of Stirling's formula for shapes from [`MIDDLE`] on.
    constant: f64,
}

impl IncompleteGamma {
    pub(in crate::distribution) fn new(shape: f64) -> Self {
        let constant = if shape < MIDDLE { ln_gamma1p(shape) } else { stirling_error(shape) };
        Self { shape, constant }
    }

    /// `x^a e^-x / Γ(1 + a)`.
    pub(in crate::distribution) fn prefactor(&self, x: f64) -> f64 {
        let a = self.shape;
        if a < MIDDLE {
            real::exp(a * real::ln(x) - x - self.constant)
        } else {
            let growth = (x - a) / a;
            // Far from the mean, 1 + growth would forget the digits of x.
            let bend = if growth.abs() < 0.5 { ln1pmx(growth) } else { real::ln(x / a) - growth };
            let exponent = a * bend - self.constant;
            real::exp(exponent) / (2.0 * PI * a).sqrt()
        }
    }

    /// P and Q at `x`, which is above 0.
    pub(in crate::distribution) fn at(&self, x: f64) -> Probability {
        self.with_prefactor(x, self.prefactor(x))
    }

    fn with_prefactor(&self, x: f64, prefactor: f64) -> Probability {
        let a = self.shape;
        if x == f64::INFINITY {
            Probability::ONE
        } else if a < 1.0 && x <= 1.5 {
            self.small(x)
        } else if a > LARGE {
            self.large(x, prefactor)
        } else if x < a + 1.0 {
            Probability::of((prefactor * series(a, x)).min(1.0))
        } else {
            Probability::above(a * prefactor * fraction(a, x))
        }
    }

    fn small(&self, x: f64) -> Probability {
        let a = self.shape;
        // P = x^a / Γ(1 + a) * (1 + a Σ (-x)^n / (n! (a + n))), n from 1.
        let (mut n, mut power, mut sum) = (0.0, 1.0, 0.0);
        loop {
            n += 1.0;
            power *= -x / n;
            let term = power / (a + n);
            sum += term;
            if term.abs() <= 1e-18 * sum.abs() {
                break;
            }
        }
        let exponent = a * real::ln(x) - self.constant;
        let (lower, part) = (real::exp(exponent), a * sum);
        Probability { lower: lower + lower * part, upper: -real::expm1(exponent) - lower * part }
    }

    fn large(&self, x: f64, prefactor: f64) -> Probability {
        let curvature = self.shape - 1.0;
        // With t = x (1 ± s), the density at t is that at x times exp(-slope s - rest(s)).
        if x < self.shape {
            let integral = tail_integral(curvature - x, curvature, |s| -curvature * ln1pmx(-s));
            Probability::of(self.shape * prefactor * integral)
        } else {
            let integral = tail_integral(x - curvature, curvature, |s| -curvature * ln1pmx(s));
            Probability::above(self.shape * prefactor * integral)
        }
    }

    /// The `x` with this probability below it.
    pub(in crate::distribution) fn quantile(&self, wanted: Probability) -> f64 {
        self.quantile_from(self.start(wanted), wanted)
    }

    /// First guesses for many quantiles.
    pub(in crate::distribution) fn starts(&self) -> Option<Starts> {
        Starts::new(|wanted| self.quantile(wanted), |x| self.shape * self.prefactor(x))
    }

    /// The `x` with this probability below it, with a first guess.
    pub(in crate::distribution) fn quantile_from(&self, start: f64, wanted: Probability) -> f64 {
        let a = self.shape;
        solve(start, wanted, |x| {
            let prefactor = self.prefactor(x);
            Slope { reached: self.with_prefactor(x, prefactor), density: a * prefactor, bend: a - x }
        })
    }

    /// A first guess at the quantile.
    pub(in crate::distribution) fn start(&self, wanted: Probability) -> f64 {
        let a = self.shape;
        // P is at most x^a / Γ(1 + a), and close to it for small x.
        let ln_gamma = if a < MIDDLE { self.constant } else { ln_gamma1p(a) };
        let ln_wanted = if wanted.lower < 0.5 { real::ln(wanted.lower) } else { real::log1p(-wanted.upper) };
        let least = real::exp((ln_wanted + ln_gamma) / a);
        if a < 1.0 && least < 0.5 {
            return least * (1.0 + least / (1.0 + a));
        }
        if a < 0.6 {
            // Q is about x^(a - 1) e^-x / Γ(a) for large x.
            let x = -(real::ln(wanted.upper) - real::ln(a) + ln_gamma);
            return if x > 2.0 { x - (1.0 - a) * real::ln(x) } else { least.min(1.0) };
        }
        // Wilson and Hilferty, "The distribution of chi-square", PNAS 17, 1931.
        let root = 1.0 - 1.0 / (9.0 * a) + standard_normal::quantile(wanted) / (3.0 * a.sqrt());
        (a * root * root * root).max(least)
    }
}

/// `1 + x / (a + 1) + x² / ((a + 1) (a + 2)) + …`.
fn series(a: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut denominator) = (1.0, 1.0, a);
    for _ in 0..MOST_TERMS {
        denominator += 1.0;
        term *= x / denominator;
        sum += term;
        if term <= 1e-17 * sum {
            break;
        }
    }
    sum
}

/// `1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - …)))`.
fn fraction(a: f64, x: f64) -> f64 {
    let mut partial = x + 1.0 - a;
    let (mut upper, mut lower) = (f64::INFINITY, 1.0 / partial);
    let (mut value, mut n) = (lower, 0.0);
    for _ in 0..MOST_TERMS {
        n += 1.0;
        let numerator = n * (a - n);
        partial += 2.0;
        lower = 1.0 / (numerator * lower + partial);
        upper = numerator / upper + partial;
        let factor = upper * lower;
        value *= factor;
        if (factor - 1.0).abs() <= 2e-16 {
            break;
        }
    }
    value
}
