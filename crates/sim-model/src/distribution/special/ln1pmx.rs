//! `ln(1 + x) - x` without cancellation.

use crate::real;

/// 1 / (2n + 3): with r = x / (2 + x), ln(1 + x) - x = r (2 r² (1/3 + r²/5 + r⁴/7 + …) - x).
const SERIES: [f64; 15] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
    1.0 / 23.0,
    1.0 / 25.0,
    1.0 / 27.0,
    1.0 / 29.0,
    1.0 / 31.0,
];

/// `ln(1 + x) - x` for `x` above -1.
pub(super) fn ln1pmx(x: f64) -> f64 {
    if !(-0.4..=0.7).contains(&x) {
        return real::log1p(x) - x;
    }
    let r = x / (2.0 + x);
    let square = r * r;
    let sum = SERIES.iter().rev().fold(0.0, |sum, term| sum * square + term);
    r * (2.0 * square * sum - x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_logarithm_less_its_argument() {
        for step in -400..=700 {
            let x = f64::from(step) * 1e-3 + 1e-9;
            let (ours, difference) = (ln1pmx(x), real::log1p(x) - x);
            assert!((ours - difference).abs() <= 4e-16 * x.abs(), "{x}: {ours} and {difference}");
        }
    }

    #[test]
    fn it_is_accurate_near_zero() {
        for x in [1e-4, -1e-4, 1e-8, -1e-8_f64] {
            let series = x * x * (-0.5 + x * (1.0 / 3.0 - x * (0.25 - x * 0.2)));
            assert!((ln1pmx(x) / series - 1.0).abs() < 1e-15, "{x}");
        }
    }
}
