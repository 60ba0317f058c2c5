//! The gamma function and what is left of it beside Stirling's formula.

#![expect(clippy::excessive_precision, reason = "all the digits that are published")]

use crate::real;

/// ½ ln 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_741_78;

/// From here on Stirling's series is exact to a double with the terms below.
const STIRLING: f64 = 16.0;

/// Stirling's series: Bernoulli numbers B(2k) / (2k (2k - 1)), for k from 1.
const SERIES: [f64; 7] =
    [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];

fn stirling_series(x: f64) -> f64 {
    let (inverse, square) = (1.0 / x, 1.0 / (x * x));
    SERIES.iter().rev().fold(0.0, |sum, term| sum * square + term) * inverse
}

/// `stirling_series(x + y) - stirling_series(x)`, accurate for small `y` too.
fn stirling_difference(x: f64, y: f64) -> f64 {
    // With u = 1 / (x + y), v = 1 / x and a polynomial p: u p(u²) - v p(v²) is
    // (u - v) (p(v²) + u (u + v) (p(u²) - p(v²)) / (u² - v²)); Horner's scheme gives that quotient.
    let (u, v) = (1.0 / (x + y), 1.0 / x);
    let (mut at_v, mut quotient) = (0.0, 0.0);
    for term in SERIES.iter().rev() {
        quotient = quotient * (u * u) + at_v;
        at_v = at_v * (v * v) + term;
    }
    -y * u * v * (at_v + u * (u + v) * quotient)
}

/// How far `ln Γ(x + 1)` is above `(x + ½) ln x - x + ½ ln 2π`, for `x` above 0.
pub(super) fn stirling_error(x: f64) -> f64 {
    if x >= STIRLING { stirling_series(x) } else { ln_gamma1p(x) - ((x + 0.5) * real::ln(x) - x + HALF_LN_TWO_PI) }
}

/// `ln (Γ(1 + x + y) / Γ(1 + x))` for `x` and `y` from 0 on; its error is small
/// beside `y`, however small that is.
pub(super) fn ln_gamma_ratio(mut x: f64, y: f64) -> f64 {
    // Γ(1 + x) = Γ(2 + x) / (1 + x), until Stirling's series holds.
    let mut sum = 0.0;
    while x < STIRLING {
        x += 1.0;
        sum += real::log1p(y / x);
    }
    let both = x + y;
    (x + 0.5) * real::log1p(y / x) + y * real::ln(both) - y + stirling_difference(x, y) - sum
}

/// `ln Γ(1 + x)` for `x` from 0 on; its error is small beside `x`.
pub(super) fn ln_gamma1p(x: f64) -> f64 {
    ln_gamma_ratio(0.0, x)
}

/// Γ(x) for `x` above 0.
pub(in crate::distribution) fn gamma(x: f64) -> f64 {
    real::exp(ln_gamma1p(x)) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gamma_function_agrees_with_core_math() {
        for step in 1..3_000 {
            let x = f64::from(step) * 0.02;
            let (ours, theirs) = (ln_gamma1p(x), core_math::lgamma(x + 1.0));
            assert!((ours - theirs).abs() <= 2e-15 * (2.0 + theirs.abs()), "{x}: {ours} and {theirs}");
        }
    }

    #[test]
    fn the_gamma_function_is_accurate_near_one() {
        // ln Γ(1 + x) = -γ x + π² x² / 12 - …
        for x in [1e-3, 1e-6, 1e-12, 1e-200] {
            let series = x
                * (-0.577_215_664_901_532_86
                    + x * (0.822_467_033_424_113_2
                        - x * (0.400_685_634_386_531_4
                            - x * (0.270_580_808_427_784_55 - 0.207_385_551_028_673_99 * x))));
            assert!((ln_gamma1p(x) / series - 1.0).abs() < 1e-14, "{x}: {} and {series}", ln_gamma1p(x));
        }
    }
}
