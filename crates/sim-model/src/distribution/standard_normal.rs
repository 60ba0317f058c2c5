//! The normal distribution with mean 0 and standard deviation 1.
//!
//! The quantile is algorithm AS 241, routine PPND16 (M. J. Wichura, "The
//! percentage points of the normal distribution", Applied Statistics 37, 1988,
//! pages 477 to 484), with its published coefficients; its relative error is
//! about 1 part in 10^16. The cumulative function is `erfc`.

#![expect(clippy::excessive_precision, reason = "all the digits that are published")]

use std::f64::consts::FRAC_1_SQRT_2;

use multiversion::multiversion;

use super::law::Probability;
use crate::real;

/// Where the central formula ends, as a distance from one half.
const CENTRAL: f64 = 0.425;
const CENTRAL_SQUARED: f64 = 0.180_625;
/// Where the middle formula ends, as `sqrt(-ln(probability))`: 1.4e-11.
const FAR: f64 = 5.0;

const A: [f64; 8] = [
    3.387_132_872_796_366_608,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const B: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561e3,
];
const C: [f64; 8] = [
    1.423_437_110_749_683_577_34,
    4.630_337_846_156_545_295_9,
    5.769_497_221_460_691_405_5,
    3.647_848_324_763_204_605_04,
    1.270_458_252_452_368_382_58,
    2.417_807_251_774_506_117_7e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_4e-4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87,
    1.676_384_830_183_803_849_4,
    6.897_673_349_851_000_045_5e-1,
    1.481_039_764_274_800_745_9e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946e-4,
    1.050_750_071_644_416_843_24e-9,
];
const E: [f64; 8] = [
    6.657_904_643_501_103_777_2,
    5.463_784_911_164_114_369_9,
    1.784_826_539_917_291_335_8,
    2.965_605_718_285_048_912_3e-1,
    2.653_218_952_657_612_309_3e-2,
    1.242_660_947_388_078_438_6e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const F: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_9e-1,
    1.369_298_809_227_358_053_1e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591e-4,
    1.846_318_317_510_054_681_8e-5,
    1.421_511_758_316_445_888_7e-7,
    2.044_263_103_389_939_785_64e-15,
];

/// A polynomial, its constant first.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn polynomial(c: &[f64; 8], x: f64) -> f64 {
    ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
}

/// The quantile at `0.5 + distance`, for distances up to [`CENTRAL`].
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn central(distance: f64) -> f64 {
    let r = CENTRAL_SQUARED - distance * distance;
    distance * polynomial(&A, r) / polynomial(&B, r)
}

/// The size of the quantile at a probability `exp(-r²)`, for `r` up to [`FAR`].
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn middle(r: f64) -> f64 {
    polynomial(&C, r - 1.6) / polynomial(&D, r - 1.6)
}

/// The size of the quantile at a probability `exp(-r²)`, for `r` from [`FAR`] on.
fn far(r: f64) -> f64 {
    polynomial(&E, r - FAR) / polynomial(&F, r - FAR)
}

fn root_of_ln(probability: f64) -> f64 {
    (-real::ln(probability)).sqrt()
}

/// The quantile of a probability that is neither 0 nor 1.
pub(super) fn quantile(probability: Probability) -> f64 {
    let distance = probability.distance_from_half();
    if distance.abs() <= CENTRAL {
        return central(distance);
    }
    let r = root_of_ln(probability.lower.min(probability.upper));
    let size = if r <= FAR { middle(r) } else { far(r) };
    if distance < 0.0 { -size } else { size }
}

/// The probability of values at or below `z`, and of those above.
pub(super) fn cdf(z: f64) -> Probability {
    let x = z * FRAC_1_SQRT_2;
    Probability { lower: 0.5 * real::erfc(-x), upper: 0.5 * real::erfc(x) }
}

const BLOCK: usize = 512;

/// Turns uniforms into quantiles in place, with the bits that [`quantile`] gives.
///
/// The central formula runs over all of a block, which vectorises; the 15 in 100
/// values that need another one are gathered first and scattered afterwards.
pub(super) fn quantiles(uniforms: &mut [f64]) {
    let (mut places, mut tails) = ([0_usize; BLOCK], [0.0; BLOCK]);
    let (mut roots, mut sizes) = ([0.0; BLOCK], [0.0; BLOCK]);
    for block in uniforms.chunks_mut(BLOCK) {
        let mut count = 0;
        for (place, &uniform) in block.iter().enumerate() {
            places[count] = place;
            tails[count] = uniform;
            count += usize::from((uniform - 0.5).abs() > CENTRAL);
        }
        all_central(block);
        let (places, tails) = (&places[..count], &tails[..count]);
        let (roots, sizes) = (&mut roots[..count], &mut sizes[..count]);
        for (root, &uniform) in roots.iter_mut().zip(tails) {
            *root = root_of_ln(uniform.min(1.0 - uniform));
        }
        all_middle(roots, sizes);
        for (((&place, &uniform), &root), &size) in places.iter().zip(tails).zip(&*roots).zip(&*sizes) {
            let size = if root <= FAR { size } else { far(root) };
            block[place] = if uniform < 0.5 { -size } else { size };
        }
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn all_central(uniforms: &mut [f64]) {
    for value in uniforms {
        *value = central(*value - 0.5);
    }
}

#[multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn all_middle(roots: &[f64], sizes: &mut [f64]) {
    for (size, root) in sizes.iter_mut().zip(roots) {
        *size = middle(*root);
    }
}
