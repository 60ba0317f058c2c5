//! The tail of a density that is nearly normal, by quadrature.

#![expect(clippy::excessive_precision, reason = "all the digits that are published")]

use crate::real;

/// The positive nodes and the weights of the Gauss-Legendre rule with 48 nodes.
const RULE: [(f64, f64); 24] = [
    (0.032_380_170_962_869_362_033_3, 0.064_737_696_812_683_922_503),
    (0.097_004_699_209_462_698_930_1, 0.064_466_164_435_950_082_206_5),
    (0.161_222_356_068_891_718_056, 0.063_924_238_584_648_186_623_9),
    (0.224_763_790_394_689_061_225, 0.063_114_192_286_254_025_657_1),
    (0.287_362_487_355_455_576_736, 0.062_039_423_159_892_663_904_2),
    (0.348_755_886_292_160_738_16, 0.060_704_439_165_893_880_053),
    (0.408_686_481_990_716_729_916, 0.059_114_839_698_395_635_746_5),
    (0.466_902_904_750_958_404_545, 0.057_277_292_100_403_215_705_2),
    (0.523_160_974_722_233_033_678, 0.055_199_503_699_984_162_868_2),
    (0.577_224_726_083_972_703_818, 0.052_890_189_485_193_667_095_5),
    (0.628_867_396_776_513_623_995, 0.050_359_035_553_854_474_957_8),
    (0.677_872_379_632_663_905_212, 0.047_616_658_492_490_474_825_9),
    (0.724_034_130_923_814_654_674, 0.044_674_560_856_694_280_419_4),
    (0.767_159_032_515_740_339_254, 0.041_545_082_943_464_749_214_1),
    (0.807_066_204_029_442_627_083, 0.038_241_351_065_830_706_317_2),
    (0.843_588_261_624_393_530_711, 0.034_777_222_564_770_438_892_5),
    (0.876_572_020_274_247_885_906, 0.031_167_227_832_798_088_902_1),
    (0.905_879_136_715_569_672_822, 0.027_426_509_708_356_948_200_1),
    (0.931_386_690_706_554_333_114, 0.023_570_760_839_324_379_140_5),
    (0.952_987_703_160_430_860_723, 0.019_616_160_457_355_527_814_5),
    (0.970_591_592_546_247_250_461, 0.015_579_315_722_943_848_728_2),
    (0.984_124_583_722_826_857_745, 0.011_477_234_579_234_539_489_6),
    (0.993_530_172_266_350_757_548, 7.327_553_901_276_262_102_38e-3),
    (0.998_771_007_252_426_118_601, 3.153_346_052_305_838_632_68e-3),
];

/// What lies beyond is less than e to the power of minus this, beside what lies before it.
const BEYOND: f64 = 50.0;

/// The integral of `exp(-slope * s - rest(s))` over positive `s`, where `rest(s)` begins with
/// `curvature * s² / 2`.
pub(super) fn tail_integral(slope: f64, curvature: f64, rest: impl Fn(f64) -> f64) -> f64 {
    // Where slope * s + curvature * s² / 2 = BEYOND.
    let root = (slope * slope + 2.0 * BEYOND * curvature).sqrt();
    let end = if slope > 0.0 { 2.0 * BEYOND / (slope + root) } else { (root - slope) / curvature };
    let half = 0.5 * end;
    let mut sum = 0.0;
    for (node, weight) in RULE {
        for s in [half * (1.0 - node), half * (1.0 + node)] {
            sum += weight * real::exp(-slope * s - rest(s));
        }
    }
    sum * half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_normal_density_is_the_error_function() {
        for slope in [0.0, 0.5, 2.0, 10.0, 30.0_f64] {
            let ours = tail_integral(slope, 1.0, |s| 0.5 * s * s);
            // Mills' ratio.
            let x = slope * std::f64::consts::FRAC_1_SQRT_2;
            let wanted = real::exp(x * x) * real::erfc(x) * (0.5 * std::f64::consts::PI).sqrt();
            assert!((ours / wanted - 1.0).abs() < 2e-13, "{slope}: {ours} and {wanted}");
        }
    }
}
