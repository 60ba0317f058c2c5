//! Properties of filling slices, seen through the public interface.

use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};
use sim_core::Lcg31;

const SEEDS: [i64; 5] = [0, 1, 42, -1, i64::MIN];

/// More than three times the number of lanes, and some beside.
const MAX_LENGTH: usize = 3 * 64 + 20;
const CASES: u32 = if cfg!(miri) { 8 } else { 1_024 };

const STRIDES: [u64; 13] = [
    0,
    1,
    2,
    3,
    64,
    1_000,
    99_999,
    Lcg31::PERIOD / 2,
    Lcg31::PERIOD - 1,
    Lcg31::PERIOD,
    Lcg31::PERIOD + 1,
    5 * Lcg31::PERIOD + 7,
    u64::MAX,
];

fn filled(generator: &mut Lcg31, stride: u64, length: usize) -> Vec<u32> {
    let mut states = vec![u32::MAX; length];
    generator.fill_strided(stride, &mut states);
    states
}

#[test]
fn fill_equals_repeated_steps_at_every_length() {
    for seed in SEEDS {
        let stepped: Vec<u32> = Lcg31::new(seed).take(MAX_LENGTH).collect();
        for length in 0..=MAX_LENGTH {
            let mut generator = Lcg31::new(seed);
            let mut states = vec![u32::MAX; length];
            generator.fill(&mut states);
            assert_eq!(states, stepped[..length], "seed {seed}, length {length}");
            let last = stepped[..length].last().copied().unwrap_or(Lcg31::new(seed).state());
            assert_eq!(generator.state(), last, "seed {seed}, length {length}");
        }
    }
}

#[test]
fn fill_strided_equals_repeated_advances_at_every_length() {
    for (seed, stride) in SEEDS.into_iter().flat_map(|seed| STRIDES.map(|stride| (seed, stride))) {
        let mut advanced = Lcg31::new(seed);
        let mut states = Vec::new();
        for length in 0..=MAX_LENGTH {
            let mut generator = Lcg31::new(seed);
            assert_eq!(filled(&mut generator, stride, length), states, "seed {seed}, stride {stride}");
            assert_eq!(generator, advanced, "seed {seed}, stride {stride}, length {length}");
            advanced.advance(stride);
            states.push(advanced.state());
        }
    }
}

// Where the slice begins in memory decides how much of it is filled lane by lane.
#[test]
fn fill_writes_its_slice_and_nothing_else_wherever_it_begins() {
    let stepped: Vec<u32> = Lcg31::new(42).take(100).collect();
    for start in 0..=40 {
        let mut states = [u32::MAX; 200];
        Lcg31::new(42).fill(&mut states[start..start + 100]);
        assert_eq!(states[start..start + 100], stepped, "start {start}");
        let mut others = states[..start].iter().chain(&states[start + 100..]);
        assert!(others.all(|&state| state == u32::MAX), "start {start}");
    }
}

#[test]
fn stride_0_repeats_the_state() {
    assert_eq!(filled(&mut Lcg31::new(42), 0, 100), [42; 100]);
}

#[test]
fn the_negated_stride_goes_back_over_the_same_states() {
    let mut generator = Lcg31::new(42);
    let mut there = filled(&mut generator, 1_000, 100);
    let back = filled(&mut generator, 1_000_u64.wrapping_neg(), 100);
    assert_eq!(generator, Lcg31::new(42));
    there.reverse();
    assert_eq!(back[..99], there[1..]);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn fill_is_fill_strided_by_one(seed: i64, length in 0..1_000_usize) {
        let mut generator = Lcg31::new(seed);
        let mut states = vec![0; length];
        generator.fill(&mut states);
        let mut strided = Lcg31::new(seed);
        prop_assert_eq!(filled(&mut strided, 1, length), states);
        prop_assert_eq!(strided, generator);
    }

    #[test]
    fn two_fills_equal_one_of_their_total_length(seed: i64, stride: u64, a in 0..300_usize, b in 0..300_usize) {
        let mut generator = Lcg31::new(seed);
        let mut states = filled(&mut generator, stride, a);
        states.extend(filled(&mut generator, stride, b));
        let mut whole = Lcg31::new(seed);
        prop_assert_eq!(states, filled(&mut whole, stride, a + b));
        prop_assert_eq!(generator, whole);
    }

    #[test]
    fn an_element_of_a_fill_is_an_advance(seed: i64, stride: u64, index in 0..300_usize) {
        let mut advanced = Lcg31::new(seed);
        advanced.advance(stride.wrapping_mul(index as u64 + 1));
        prop_assert_eq!(filled(&mut Lcg31::new(seed), stride, 300)[index], advanced.state());
    }
}
