//! Properties of the generator, seen through its public interface.

use std::iter::FusedIterator;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, prop_assert_ne, proptest};
use sim_core::Lcg31;

const SEEDS: [i64; 7] = [0, 1, 42, -1, 0x7FFF_FFFF, i64::MIN, i64::MAX];

/// Miri runs some hundred times slower.
const MAX_STEPS: u64 = if cfg!(miri) { 60 } else { 3_000 };
const CASES: u32 = if cfg!(miri) { 8 } else { 1_024 };

fn after(seed: i64, steps: u64) -> Lcg31 {
    let mut generator = Lcg31::new(seed);
    generator.advance(steps);
    generator
}

#[test]
fn advance_equals_repeated_steps() {
    for seed in SEEDS {
        let mut stepped = Lcg31::new(seed);
        for n in 0..=MAX_STEPS {
            assert_eq!(after(seed, n), stepped, "seed {seed}, {n} steps");
            stepped.step();
        }
    }
}

#[test]
fn a_period_returns_to_the_start_and_half_a_period_does_not() {
    for seed in SEEDS {
        let start = Lcg31::new(seed);
        assert_eq!(after(seed, Lcg31::PERIOD), start, "seed {seed}");

        let mut halfway = after(seed, Lcg31::PERIOD / 2);
        assert_ne!(halfway, start, "seed {seed}");
        halfway.advance(Lcg31::PERIOD / 2);
        assert_eq!(halfway, start, "seed {seed}");
    }
}

#[test]
fn iterator_yields_the_state_after_each_step() {
    for seed in SEEDS {
        let mut stepped = Lcg31::new(seed);
        for state in Lcg31::new(seed).take(100) {
            assert_eq!(state, stepped.step(), "seed {seed}");
        }
    }
}

#[test]
fn iterator_says_that_it_is_endless() {
    fn size_hint_of_fused(iterator: &impl FusedIterator) -> (usize, Option<usize>) {
        iterator.size_hint()
    }
    assert_eq!(size_hint_of_fused(&Lcg31::new(42)), (usize::MAX, None));
}

#[test]
fn nth_equals_one_step_more_than_n() {
    for seed in SEEDS {
        let mut stepped = Lcg31::new(seed);
        for n in 0..100 {
            stepped.step();
            let mut skipped = Lcg31::new(seed);
            assert_eq!(skipped.nth(n), Some(stepped.state()), "seed {seed}, n {n}");
            assert_eq!(skipped, stepped, "seed {seed}, n {n}");
        }
    }
}

// One more than the greatest `usize` is a multiple of the period wherever
// `usize` has 31 bits or more.
#[test]
fn nth_does_not_overflow() {
    assert_eq!(Lcg31::new(42).nth(usize::MAX), Some(42));
}

#[test]
fn generator_works_in_constants() {
    const GENERATOR: Lcg31 = {
        let mut generator = Lcg31::new(42);
        generator.advance(999);
        generator.step();
        generator
    };
    const STATE: u32 = GENERATOR.state();
    assert_eq!(STATE, 1_363_713_826);
}

proptest! {
    // Without a file of earlier failures: Miri bars the file system, and what a
    // failure prints is enough to make a test of it.
    #![proptest_config(ProptestConfig {
        cases: CASES,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn step_follows_the_recurrence(seed: i64) {
        let mut generator = Lcg31::new(seed);
        let before = u64::from(generator.state());
        let expected = (1_103_515_245 * before + 12_345) % (1 << 31);
        prop_assert_eq!(u64::from(generator.step()), expected);
    }

    #[test]
    fn state_begins_as_the_seed_modulo_two_to_the_31(seed: i64) {
        prop_assert_eq!(i64::from(Lcg31::new(seed).state()), seed.rem_euclid(1 << 31));
    }

    #[test]
    fn seeds_equal_modulo_two_to_the_31_give_equal_streams(seed: i64, multiple: i64) {
        let congruent = seed.wrapping_add(multiple << 31);
        prop_assert!(Lcg31::new(seed).take(10).eq(Lcg31::new(congruent).take(10)));
    }

    // Sums may wrap because 2^64 is a multiple of the period.
    #[test]
    fn advance_is_additive(seed: i64, first: u64, second: u64) {
        let mut generator = after(seed, first);
        generator.advance(second);
        prop_assert_eq!(generator, after(seed, first.wrapping_add(second)));
    }

    #[test]
    fn advance_by_the_negated_delta_goes_back(seed: i64, delta: u64) {
        let mut generator = after(seed, delta);
        generator.advance(delta.wrapping_neg());
        prop_assert_eq!(generator, Lcg31::new(seed));
    }

    // The crate's documentation warns of it.
    #[test]
    fn bit_k_repeats_every_two_to_the_k_plus_1_steps(seed: i64, k in 0..31_u32) {
        let bit_after = |steps| after(seed, steps).state() >> k & 1;
        prop_assert_ne!(bit_after(1 << k), bit_after(0));
        prop_assert_eq!(bit_after(1 << (k + 1)), bit_after(0));
    }
}
