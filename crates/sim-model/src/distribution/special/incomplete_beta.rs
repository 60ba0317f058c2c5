//! The regularised incomplete beta function and its inverse.
//!
//! For shapes a and b, I is the probability of values up to x; J = 1 - I. With y = 1 - x
//! beside x, both ends are alike: J(a, b, x) = I(b, a, y). By size:
//! - a and b above 1000: the integral of the tail, by a Gauss-Legendre rule;
//! - a below 1, x up to 0.7 and b x up to 1.5: the power series, DLMF 8.17.7 and 15.2.1,
//!   once for I and once for J, so that neither is the difference of two numbers that
//!   are close;
//! - else, up to the mean: the continued fraction of DiDonato and Morris ("Significant
//!   digit computation of the incomplete beta function ratios", ACM TOMS 18, 1992),
//!   by the modified method of Lentz.

use std::f64::consts::PI;

use super::gamma_function::{ln_gamma_ratio, ln_gamma1p, stirling_error};
use super::ln1pmx::ln1pmx;
use super::solve::{Slope, solve};
use super::starts::Starts;
use super::tail_integral::tail_integral;
use crate::distribution::law::Probability;
use crate::distribution::standard_normal;
use crate::real;

/// Shapes that are both from here on have tails that are nearly normal.
const LARGE: f64 = 1000.0;
/// Only against a loop that does not end; the shapes that come here need fewer terms.
const MOST_TERMS: u32 = 20_000;

/// A number between 0 and 1, and what is missing to 1.
#[derive(Clone, Copy, Debug)]
pub(in crate::distribution) struct Share {
    pub(in crate::distribution) x: f64,
    pub(in crate::distribution) y: f64,
}

impl Share {
    fn from_odds(odds: f64) -> Self {
        let y = 1.0 / (1.0 + odds);
        Self { x: if odds < f64::INFINITY { odds * y } else { 1.0 }, y }
    }

    fn swapped(self) -> Self {
        Self { x: self.y, y: self.x }
    }

    fn ln_x(self) -> f64 {
        if self.x <= 0.5 { real::ln(self.x) } else { real::log1p(-self.y) }
    }
}

/// Beta functions of one pair of shapes.
#[derive(Clone, Copy, Debug)]
pub(in crate::distribution) struct IncompleteBeta {
    a: f64,
    b: f64,
    /// `-ln(a B(a, b))`, and `-ln(b B(a, b))`.
    ln_a: f64,
    ln_b: f64,
    /// The errors of Stirling's formula: of a + b, less those of a and of b.
    stirling: f64,
}

impl IncompleteBeta {
    pub(in crate::distribution) fn new(a: f64, b: f64) -> Self {
        // 1 / (a B) = Γ(1 + a + b) / (Γ(1 + a) Γ(1 + b)) * b / (a + b).
        let ln = if a < b { ln_gamma_ratio(b, a) - ln_gamma1p(a) } else { ln_gamma_ratio(a, b) - ln_gamma1p(b) };
        let stirling =
            if a < 1.0 || b < 1.0 { 0.0 } else { stirling_error(a + b) - stirling_error(a) - stirling_error(b) };
        Self { a, b, ln_a: ln - real::log1p(a / b), ln_b: ln - real::log1p(b / a), stirling }
    }

    fn swapped(&self) -> Self {
        Self { a: self.b, b: self.a, ln_a: self.ln_b, ln_b: self.ln_a, stirling: self.stirling }
    }

    /// `a y - b x`: positive below the mean.
    fn distance(&self, share: Share) -> f64 {
        self.a * share.y - self.b * share.x
    }

    /// `x^a y^b / B(a, b)`.
    fn prefactor(&self, share: Share) -> f64 {
        let (a, b) = (self.a, self.b);
        if a < 1.0 || b < 1.0 {
            return a * real::exp(a * share.ln_x() + b * share.swapped().ln_x() + self.ln_a);
        }
        let distance = self.distance(share);
        // ln(x / mean) and ln(y / (1 - mean)), less their linear parts, which cancel.
        let bend = |share: f64, of: f64, growth: f64| {
            // Far from the mean, 1 + growth would forget the digits of the share.
            if growth.abs() < 0.5 { ln1pmx(growth) } else { real::ln(share * ((a + b) / of)) - growth }
        };
        let exponent = a * bend(share.x, a, -distance / a) + b * bend(share.y, b, distance / b) + self.stirling;
        (a / (2.0 * PI * (a / b + 1.0))).sqrt() * real::exp(exponent)
    }

    /// I and J.
    pub(in crate::distribution) fn at(&self, share: Share) -> Probability {
        self.with_prefactor(share, self.prefactor(share))
    }

    fn with_prefactor(&self, share: Share, prefactor: f64) -> Probability {
        if share.x <= 0.0 {
            return Probability::ZERO;
        }
        if share.y <= 0.0 {
            return Probability::ONE;
        }
        if self.is_small(share) {
            return self.small(share);
        }
        let (other, opposite) = (self.swapped(), share.swapped());
        if other.is_small(opposite) {
            return other.small(opposite).swapped();
        }
        if self.distance(share) >= 0.0 {
            Probability::of((prefactor * self.lower(share)).min(1.0))
        } else {
            Probability::above((prefactor * other.lower(opposite)).min(1.0))
        }
    }

    fn is_small(&self, share: Share) -> bool {
        self.a < 1.0 && share.x <= 0.7 && self.b * share.x <= 1.5
    }

    fn small(&self, share: Share) -> Probability {
        let Self { a, b, .. } = *self;
        // I = x^a / (a B) * (1 + a Σ (1 - b) (2 - b) … (n - b) x^n / (n! (a + n))), n from 1.
        let (mut n, mut power, mut sum) = (0.0, 1.0, 0.0);
        for _ in 0..MOST_TERMS {
            n += 1.0;
            power *= (n - b) / n * share.x;
            let term = power / (a + n);
            sum += term;
            if term.abs() <= 1e-18 * sum.abs() {
                break;
            }
        }
        let exponent = a * share.ln_x() + self.ln_a;
        let (lower, part) = (real::exp(exponent), a * sum);
        Probability { lower: lower + lower * part, upper: -real::expm1(exponent) - lower * part }
    }

    /// I divided by the prefactor, at or below the mean.
    fn lower(&self, share: Share) -> f64 {
        if self.a > LARGE && self.b > LARGE { self.large(share) } else { self.fraction(share) }
    }

    fn large(&self, share: Share) -> f64 {
        let (a, b) = (self.a - 1.0, self.b - 1.0);
        let ratio = share.x / share.y;
        // At x (1 - s), the density is that at x times exp(-slope s - rest(s)).
        let slope = (self.distance(share) + (share.x - share.y)) / share.y;
        tail_integral(slope, a + b * ratio * ratio, |s| -a * ln1pmx(-s) - b * ln1pmx(ratio * s)) / share.y
    }

    fn fraction(&self, share: Share) -> f64 {
        let Self { a, b, .. } = *self;
        let Share { x, y } = share;
        let distance = self.distance(share);
        let mut partial = a / (a + 1.0) * (distance + 1.0);
        let (mut upper, mut lower) = (f64::INFINITY, 1.0 / partial);
        let (mut value, mut n) = (lower, 0.0);
        for _ in 0..MOST_TERMS {
            n += 1.0;
            let odd = a + 2.0 * n - 1.0;
            let common = n * (b - n) * x / odd;
            let numerator = (a + n - 1.0) * (a + b + n - 1.0) / odd * x * common;
            partial = n + common + (a + n) / (odd + 2.0) * (distance + 1.0 + n * (1.0 + y));
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

    /// First guesses at the odds for many quantiles.
    pub(in crate::distribution) fn starts(&self) -> Option<Starts> {
        let odds = |wanted| self.odds_from(self.start(wanted), wanted);
        Starts::new(odds, |odds| self.prefactor(Share::from_odds(odds)))
    }

    /// The share with this probability below it, with a first guess at its odds.
    pub(in crate::distribution) fn quantile_from(&self, start: f64, wanted: Probability) -> Share {
        Share::from_odds(self.odds_from(start, wanted))
    }

    fn odds_from(&self, start: f64, wanted: Probability) -> f64 {
        solve(start, wanted, |odds| {
            let share = Share::from_odds(odds);
            let prefactor = self.prefactor(share);
            Slope { reached: self.with_prefactor(share, prefactor), density: prefactor, bend: self.distance(share) }
        })
    }

    /// A first guess at the odds x / y.
    pub(in crate::distribution) fn start(&self, wanted: Probability) -> f64 {
        let Self { a, b, .. } = *self;
        // I is at most x^a / (a B), and close to it for small x.
        let least = if wanted.lower <= wanted.upper {
            real::exp((real::ln(wanted.lower) - self.ln_a) / a)
        } else {
            1.0 / real::exp((real::ln(wanted.upper) - self.ln_b) / b)
        };
        if a < 1.0 || b < 1.0 {
            return least.clamp(f64::MIN_POSITIVE, f64::MAX);
        }
        // Abramowitz and Stegun 26.5.22.
        let z = -standard_normal::quantile(wanted);
        let (of_a, of_b) = (1.0 / (2.0 * a - 1.0), 1.0 / (2.0 * b - 1.0));
        let (harmonic, square) = (2.0 / (of_a + of_b), (z * z - 3.0) / 6.0);
        let w = z * (harmonic + square).max(0.0).sqrt() / harmonic
            - (of_b - of_a) * (square + 5.0 / 6.0 - 2.0 / (3.0 * harmonic));
        let normal = a / b * real::exp(-2.0 * w);
        if wanted.lower <= wanted.upper { normal.max(least) } else { normal.min(least) }
    }
}
