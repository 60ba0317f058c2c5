use super::*;

/// Arguments for each comparison, beside the special ones.
const DRAWS: u32 = 20_000;

/// Zeros, ones, infinities, NaN, the smallest and the largest numbers.
const SPECIAL: [f64; 18] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    2.0,
    3.0,
    -2.0,
    -3.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::MIN_POSITIVE,
    5e-324,
    f64::MAX,
    f64::MIN,
    f64::EPSILON,
    1.0 - f64::EPSILON / 2.0,
];

/// `SplitMix64` (Steele, Lea and Flood 2014): numbers that do not depend on this crate.
struct Arguments(u64);

impl Arguments {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Any double in every other call, and one between `from` and `to` in the rest.
    fn between(&mut self, from: f64, to: f64) -> f64 {
        let bits = self.bits();
        if bits & 1 == 0 {
            return f64::from_bits(self.bits());
        }
        let share = f64::from(u32::try_from(bits >> 32).expect("32 bits")) / f64::from(u32::MAX);
        let fine = f64::from(u32::try_from(self.bits() >> 32).expect("32 bits")) / f64::from(u32::MAX);
        from + (to - from) * (share + fine * 2e-10).min(1.0)
    }
}

fn same(ours: f64, theirs: f64) -> bool {
    ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan()
}

fn compare(name: &str, (from, to): (f64, f64), ours: fn(f64) -> f64, theirs: fn(f64) -> f64) {
    let mut arguments = Arguments(1);
    let drawn = (0..DRAWS).map(|_| arguments.between(from, to));
    for x in SPECIAL.into_iter().chain(drawn) {
        assert!(same(ours(x), theirs(x)), "{name}({x:e}) is {:e} and should be {:e}", ours(x), theirs(x));
    }
}

fn compare_two(name: &str, (from, to): (f64, f64), ours: fn(f64, f64) -> f64, theirs: fn(f64, f64) -> f64) {
    let mut arguments = Arguments(2);
    let special = SPECIAL.into_iter().flat_map(|x| SPECIAL.into_iter().map(move |y| (x, y)));
    let drawn = (0..DRAWS).map(|_| (arguments.between(from, to), arguments.between(from, to)));
    for (x, y) in special.chain(drawn) {
        // The C standard has pow(1, NaN) = pow(NaN, 0) = 1; here NaN is never lost.
        let wanted = if x.is_nan() || y.is_nan() { f64::NAN } else { theirs(x, y) };
        let got = ours(x, y);
        assert!(same(got, wanted), "{name}({x:e}, {y:e}) is {got:e} and should be {wanted:e}");
    }
}

#[test]
fn exponentials_are_correctly_rounded() {
    compare("exp", (-745.0, 710.0), exp, core_math::exp);
    compare("exp", (-1.0, 1.0), exp, core_math::exp);
    compare("expm1", (-40.0, 710.0), expm1, core_math::expm1);
    compare("expm1", (-1.0, 1.0), expm1, core_math::expm1);
}

#[test]
fn logarithms_are_correctly_rounded() {
    compare("ln", (0.0, 2.0), ln, core_math::log);
    compare("log1p", (-1.0, 2.0), log1p, core_math::log1p);
    compare("log10", (0.0, 2.0), log10, core_math::log10);
}

#[test]
fn powers_and_roots_are_correctly_rounded() {
    compare_two("pow", (0.0, 20.0), pow, core_math::pow);
    compare_two("pow", (0.9, 1.1), pow, core_math::pow);
    compare("cbrt", (-10.0, 10.0), cbrt, core_math::cbrt);
}

#[test]
fn trigonometric_functions_are_correctly_rounded() {
    for range in [(-7.0, 7.0), (-1e6, 1e6)] {
        compare("sin", range, sin, core_math::sin);
        compare("cos", range, cos, core_math::cos);
        compare("tan", range, tan, core_math::tan);
        compare_two("atan2", range, atan2, core_math::atan2);
    }
}

#[test]
fn error_functions_are_correctly_rounded() {
    compare("erf", (-6.0, 6.0), erf, core_math::erf);
    compare("erfc", (-6.0, 28.0), erfc, core_math::erfc);
}
