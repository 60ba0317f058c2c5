//! Philox4x32-10 and its draws against published vectors, an independent implementation, and the specification.

use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use rand_philox::Philox;
use sim_core::{Draws, Philox4x32};

const CASES: u32 = if cfg!(miri) { 8 } else { 1_024 };

// From the file kat_vectors of Random123, the library of the generator's authors: counter, key, words.
const KNOWN_ANSWERS: [([u32; 4], [u32; 2], [u32; 4]); 3] = [
    ([0; 4], [0; 2], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
    ([u32::MAX; 4], [u32::MAX; 2], [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]),
    (
        [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
        [0xA409_3822, 0x299F_31D0],
        [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1],
    ),
];

fn filled(draws: &Draws, first_sample: u64, period: u32, length: usize) -> Vec<f64> {
    let mut uniforms = vec![f64::NAN; length];
    draws.fill(first_sample, period, &mut uniforms);
    uniforms
}

fn one_by_one(draws: &Draws, first_sample: u64, period: u32, length: u64) -> Vec<f64> {
    (0..length).map(|number| draws.uniform(first_sample.wrapping_add(number), period)).collect()
}

#[test]
fn blocks_are_the_known_answers() {
    for (counter, key, words) in KNOWN_ANSWERS {
        assert_eq!(Philox4x32::new(key).block(counter), words, "counter {counter:x?}, key {key:x?}");
    }
}

#[test]
fn draws_are_those_of_the_specification() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/numerics.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, vectors) = text.split_once("| seed | name | purpose | sample | period | key | uniform |\n").unwrap();
    let mut count = 0;
    for line in vectors.lines().skip(1).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`')).collect();
        let &[seed, name, purpose, sample, period, _key, uniform] = cells.as_slice() else { panic!("cells of {line}") };
        let draws = Draws::new(seed.parse().unwrap(), name, purpose.parse().unwrap());
        let (sample, period, expected) =
            (sample.parse().unwrap(), period.parse().unwrap(), uniform.parse::<f64>().unwrap());
        assert_eq!(draws.uniform(sample, period).to_bits(), expected.to_bits(), "{line}");
        assert_eq!(filled(&draws, sample, period, 1)[0].to_bits(), expected.to_bits(), "{line}");
        count += 1;
    }
    assert_eq!(count, 10, "vectors read");
}

#[test]
fn filling_equals_drawing_one_by_one_at_every_length() {
    let draws = Draws::new(42, "x", 0);
    for first_sample in [0, 1, 7, (1 << 33) - 17, u64::MAX - 20] {
        for length in 0..=100 {
            let expected = one_by_one(&draws, first_sample, 3, length as u64);
            assert_eq!(filled(&draws, first_sample, 3, length), expected, "first {first_sample}, length {length}");
        }
    }
}

#[test]
fn seed_name_purpose_and_period_each_change_the_draws() {
    let draws = |seed, name, purpose, period| filled(&Draws::new(seed, name, purpose), 0, period, 8);
    let all = [draws(0, "x", 0, 0), draws(1, "x", 0, 0), draws(0, "y", 0, 0), draws(0, "x", 1, 0), draws(0, "x", 0, 1)];
    let mut uniforms: Vec<u64> = all.iter().flatten().map(|uniform| uniform.to_bits()).collect();
    uniforms.sort_unstable();
    uniforms.dedup();
    assert_eq!(uniforms.len(), 40);
}

// 2^20 uniforms have a mean within 5 standard errors of 1/2, and each of 64 equal intervals holds its share of them.
#[test]
fn draws_are_uniform() {
    let uniforms = filled(&Draws::new(0, "x", 0), 0, 0, if cfg!(miri) { 1 << 10 } else { 1 << 20 });
    let count = f64::from(u32::try_from(uniforms.len()).unwrap());
    assert!((uniforms.iter().sum::<f64>() / count - 0.5).abs() < 5.0 / (12.0 * count).sqrt());
    for interval in 0..64_u8 {
        let low = f64::from(interval) / 64.0;
        let inside = uniforms.iter().filter(|&&uniform| low <= uniform && uniform < low + 1.0 / 64.0).count();
        let inside = f64::from(u32::try_from(inside).unwrap());
        let deviation = inside - count / 64.0;
        assert!(deviation.abs() < 5.0 * (count / 64.0).sqrt(), "interval {interval} holds {inside}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn blocks_equal_those_of_an_independent_implementation(key in any::<[u32; 2]>(), counter in any::<[u32; 4]>()) {
        let number = counter.iter().rev().fold(0, |number, &word| number << 32 | u128::from(word));
        let mut judge = Philox::new(key, number);
        let mut words = [0; 4];
        judge.fill_u32(&mut words);
        prop_assert_eq!(Philox4x32::new(key).block(counter), words);
    }

    #[test]
    fn draws_stay_strictly_between_0_and_1(seed in any::<u64>(), sample in any::<u64>(), period in any::<u32>()) {
        let uniform = Draws::new(seed, "x", 0).uniform(sample, period);
        prop_assert_eq!(uniform > 0.0 && uniform < 1.0, true);
    }

    #[test]
    fn a_shard_is_a_part_of_the_whole(first in any::<u64>(), period in any::<u32>(), cut in 0_usize..=200) {
        let draws = Draws::new(1, "x", 0);
        let whole = filled(&draws, first, period, 200);
        let mut parts = filled(&draws, first, period, cut);
        parts.extend(filled(&draws, first.wrapping_add(cut as u64), period, 200 - cut));
        prop_assert_eq!(parts, whole);
    }
}
