//! Micro benchmarks of `sim-core`, for whoever changes one of its functions: `just bench-micro`, or a part of them,
//! `just bench-micro jump`.
//!
//! Compare medians of the same run, or of two builds on a quiet machine.

use std::{fmt, hint::black_box};

use divan::{
    Bencher,
    counter::{BytesCount, ItemsCount},
};
use sim_core::Lcg31;

fn main() {
    divan::main();
}

/// One step after the other, per step.
mod chain {
    use super::{Bencher, ItemsCount, Lcg31, black_box};

    const STEPS: u32 = 100_000;

    /// The cost of the recurrence: a multiplication and an addition that wait for each other. The compiler must not
    /// know the constants, since it merges several steps into one where it does.
    #[divan::bench]
    fn opaque_constants(bencher: Bencher) {
        bencher.counter(ItemsCount::new(STEPS)).bench(|| {
            let (multiplier, increment): (u32, u32) = black_box((1_103_515_245, 12_345));
            (0..STEPS).fold(black_box(42_u32), |state, _| {
                state.wrapping_mul(multiplier).wrapping_add(increment) & 0x7FFF_FFFF
            })
        });
    }

    /// A loop with merged steps, which measures neither a step nor `advance`.
    #[divan::bench]
    fn merged_by_the_compiler(bencher: Bencher) {
        bencher.counter(ItemsCount::new(STEPS)).bench(|| {
            let mut generator = Lcg31::new(black_box(42));
            for _ in 0..STEPS {
                generator.step();
            }
            generator
        });
    }
}

/// One simulation: `new`, `advance` and `state`. Items are simulations.
mod jump {
    use super::{Bencher, ItemsCount, Lcg31, Steps, black_box};

    /// How many simulations a call runs, so that the call itself does not count.
    const SIMULATIONS: usize = 1_024;

    fn simulate(seed: i64, steps: u64) -> u32 {
        let mut generator = Lcg31::new(seed);
        generator.advance(steps);
        generator.state()
    }

    /// Simulations that do not wait for each other.
    #[divan::bench(args = Steps::ALL)]
    fn throughput(bencher: Bencher, steps: Steps) {
        let steps = steps.counts(SIMULATIONS);
        bencher.counter(ItemsCount::new(SIMULATIONS)).bench(|| {
            for &steps in &steps {
                black_box(simulate(black_box(42), black_box(steps)));
            }
        });
    }

    /// Simulations of which each begins with the result of the one before, and takes a number of steps that depends on
    /// it: the time from a request to its answer.
    #[divan::bench(args = Steps::ALL)]
    fn latency(bencher: Bencher, steps: Steps) {
        let steps = steps.counts(SIMULATIONS);
        // Always 0, which the compiler does not know.
        let none = black_box(0);
        bencher.counter(ItemsCount::new(SIMULATIONS)).bench(|| {
            steps.iter().fold(black_box(42), |state, &steps| simulate(state.into(), steps | u64::from(state & none)))
        });
    }
}

/// Many states at once, beside what memory takes.
mod slice {
    use super::{Bencher, BytesCount, Lcg31, Size, black_box};

    fn filling(bencher: Bencher, size: Size, fill: impl Fn(&mut [u32])) {
        let mut states = vec![1; size.states()];
        // The first call chooses the instruction set. divan would size its samples by it, and make them too short for the clock.
        fill(&mut states);
        bencher.counter(BytesCount::of_slice(&states)).bench_local(|| fill(black_box(&mut states)));
    }

    #[divan::bench(args = Size::ALL)]
    fn fill(bencher: Bencher, size: Size) {
        filling(bencher, size, |states| Lcg31::new(black_box(42)).fill(states));
    }

    #[divan::bench(args = Size::ALL)]
    fn fill_strided(bencher: Bencher, size: Size) {
        filling(bencher, size, |states| Lcg31::new(black_box(42)).fill_strided(black_box(123_456), states));
    }

    #[divan::bench(args = Size::ALL)]
    fn memset(bencher: Bencher, size: Size) {
        filling(bencher, size, |states| states.fill(0));
    }

    #[divan::bench(args = Size::ALL)]
    fn memcpy(bencher: Bencher, size: Size) {
        let source = vec![1; size.states()];
        filling(bencher, size, |states| states.copy_from_slice(black_box(&source)));
    }
}

/// How many steps simulations take.
#[derive(Clone, Copy, Debug)]
enum Steps {
    Each(u32),
    /// 1 to 100000, by the generator's high bits.
    Random,
}

impl Steps {
    /// `advance` composes one map for each bit that is set: 6 in 1000 and in 100000, and 16 in 65535, the most there
    /// are up to 100000.
    const ALL: [Self; 4] = [Self::Each(1_000), Self::Each(65_535), Self::Each(100_000), Self::Random];

    fn counts(self, length: usize) -> Vec<u64> {
        let random = |state: u32| (u64::from(state) * 100_000 / Lcg31::PERIOD) + 1;
        match self {
            Self::Each(steps) => vec![steps.into(); length],
            Self::Random => Lcg31::new(1).take(length).map(random).collect(),
        }
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Each(steps) => write!(formatter, "{steps} steps"),
            Self::Random => formatter.write_str("random steps"),
        }
    }
}

/// The sizes of slices: within the first-level cache, within the second, and beyond both.
#[derive(Clone, Copy, Debug)]
struct Size {
    kibibytes: usize,
}

impl Size {
    const ALL: [Self; 3] = [Self { kibibytes: 16 }, Self { kibibytes: 256 }, Self { kibibytes: 64 << 10 }];

    const fn states(self) -> usize {
        (self.kibibytes << 10) / size_of::<u32>()
    }
}

impl fmt::Display for Size {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{} KiB", self.kibibytes)
    }
}
