//! The gamma function, its logarithm and the error of Stirling's formula.

#![expect(clippy::excessive_precision, reason = "all the digits that are published")]

use crate::real;

/// ½ ln 2π.
const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_741_78;

/// From here on Stirling's series is exact to a double with the terms below.
const STIRLING: f64 = 16.0;

/// Stirling's series: Bernoulli numbers B(2k) / (2k (2k - 1)), for k from 1.
const SERIES: [f64; 7] =
    [1.0 / 12.0, -1.0 / 360.0, 1.0 / 1260.0, -1.0 / 1680.0, 1.0 / 1188.0, -691.0 / 360_360.0, 1.0 / 156.0];

/// `ln Γ(x + 1) - ((x + ½) ln x - x + ½ ln 2π)` for `x` from [`STIRLING`] on.
fn stirling_series(x: f64) -> f64 {
    let (inverse, square) = (1.0 / x, 1.0 / (x * x));
    SERIES.iter().rev().fold(0.0, |sum, term| sum * square + term) * inverse
}

/// Γ(x) for `x` above 0.
pub(in crate::distribution) fn gamma(x: f64) -> f64 {
    real::exp(ln_gamma1p(x)) / x
}

/// (ζ(k) - 1) / k for k from 2: the coefficients of Abramowitz and Stegun 6.1.33.
const ZETA: [f64; 26] = [
    0.322_467_033_424_113_218_236,
    0.067_352_301_053_198_095_133_2,
    0.020_580_808_427_784_547_879,
    7.385_551_028_673_985_266_27e-3,
    2.890_510_330_741_523_285_75e-3,
    1.192_753_911_703_260_977_11e-3,
    5.096_695_247_430_424_223_36e-4,
    2.231_547_584_535_793_797_61e-4,
    9.945_751_278_180_853_371_46e-5,
    4.492_623_673_813_314_170_02e-5,
    2.050_721_277_567_069_155_32e-5,
    9.439_488_275_268_395_903_99e-6,
    4.374_866_789_907_487_804_18e-6,
    2.039_215_753_801_366_236_78e-6,
    9.551_412_130_407_419_832_86e-7,
    4.492_469_198_764_566_043_29e-7,
    2.120_718_480_555_466_586_92e-7,
    1.004_322_482_396_809_960_87e-7,
    4.769_810_169_363_980_565_76e-8,
    2.271_109_460_894_316_491_03e-8,
    1.083_865_921_489_695_409_11e-8,
    5.183_475_041_970_046_655_12e-9,
    2.483_674_543_802_478_317_19e-9,
    1.192_140_140_586_091_207_44e-9,
    5.731_367_241_678_862_013_33e-10,
    2.759_522_885_124_233_145_18e-10,
];

/// 1 minus Euler's constant.
const ONE_MINUS_EULER: f64 = 0.422_784_335_098_467_139_39;

/// `ln Γ(1 + x)` for `x` from 0 on, with a relative error of some 1e-16 near 0 too.
pub(super) fn ln_gamma1p(x: f64) -> f64 {
    if x >= STIRLING {
        return (x + 0.5) * real::ln(x) - x + HALF_LN_TWO_PI + stirling_series(x);
    }
    // Γ(1 + x) = x (x - 1) … (x - n + 1) Γ(1 + x - n), with x - n from -½ to ½.
    let (mut product, mut rest) = (1.0, x);
    while rest > 0.5 {
        product *= rest;
        rest -= 1.0;
    }
    let sum = ZETA.iter().rev().fold(0.0, |sum, term| term - sum * rest) * (rest * rest);
    let ln = sum + rest * ONE_MINUS_EULER - real::log1p(rest);
    if product == 1.0 { ln } else { ln + real::ln(product) }
}
