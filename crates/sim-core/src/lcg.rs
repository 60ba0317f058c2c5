//! The generator: seeding, stepping, advancing, iterating.

mod fill;

use core::iter::FusedIterator;

use crate::affine::Affine;

// The example `rand` of the C standard (C99, section 7.20.2.2) and of
// Kernighan and Ritchie, "The C Programming Language", 2nd edition, page 46.
// Its `unsigned long` may be wider than 31 bits, but what it returns depends on
// the low 31 only.
const MULTIPLIER: u32 = 1_103_515_245;
const INCREMENT: u32 = 12_345;
const MASK: u32 = 0x7FFF_FFFF;

const STEP: Affine = Affine { multiplier: MULTIPLIER, increment: INCREMENT };

// The k-th entry is 2^k steps. Squaring would take most of the time of `advance`;
// here the compiler has done it. Bit 31 of a reduced delta is always clear: its
// entry lets the compiler see that no index is out of range.
const STRIDES: [Affine; 32] = {
    let mut strides = [STEP; 32];
    let mut k = 1;
    while k < strides.len() {
        strides[k] = STEP.power(1 << k);
        k += 1;
    }
    strides
};

/// The linear congruential generator `x → 1103515245·x + 12345 (mod 2^31)`.
///
/// See the [crate documentation](crate) for what it is fit for, and what not.
///
/// Multiplier and increment are those of the example `rand` in the C standard
/// and in Kernighan and Ritchie's "The C Programming Language". The states from
/// seed 1 are published as [OEIS A096553](https://oeis.org/A096553).
///
/// # Examples
///
/// The generator is also an endless iterator over the states that follow:
///
/// ```
/// use sim_core::Lcg31;
///
/// let states = Lcg31::new(1).take(3);
/// assert!(states.eq([1_103_527_590, 377_401_575, 662_824_084]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lcg31 {
    state: u32,
}

impl Lcg31 {
    /// The number of steps after which the sequence repeats: 2^31.
    ///
    /// Every state from 0 to 2^31 - 1 occurs once in a period. This follows
    /// from the theorem of Hull and Dobell ("Random Number Generators", SIAM
    /// Review 4, 1962): the increment is odd and the multiplier is 1 modulo 4.
    pub const PERIOD: u64 = 1 << 31;

    /// Creates a generator whose state is the low 31 bits of `seed`.
    ///
    /// Every seed is valid. A negative one counts in two's complement, so -1
    /// starts at `0x7FFF_FFFF`; seeds that are equal modulo 2^31 give equal
    /// generators.
    ///
    /// ```
    /// use sim_core::Lcg31;
    ///
    /// assert_eq!(Lcg31::new(-1).state(), 0x7FFF_FFFF);
    /// assert_eq!(Lcg31::new(1 << 31), Lcg31::new(0));
    /// ```
    #[must_use]
    pub const fn new(seed: i64) -> Self {
        Self { state: modulo_period(seed.cast_unsigned()) }
    }

    /// The current state, from 0 to 2^31 - 1.
    ///
    /// Before the first step it is the seed's low 31 bits.
    #[must_use]
    pub const fn state(&self) -> u32 {
        self.state
    }

    /// Advances by one step and returns the new state, from 0 to 2^31 - 1.
    pub const fn step(&mut self) -> u32 {
        self.state = STEP.apply(self.state) & MASK;
        self.state
    }

    /// Advances by `delta` steps, any number of them, in O(log `delta`).
    ///
    /// Steps count modulo [`PERIOD`](Self::PERIOD), so `n.wrapping_neg()` goes
    /// `n` steps back.
    ///
    /// The method is that of F. B. Brown, "Random Number Generation with
    /// Arbitrary Strides", Transactions of the American Nuclear Society 71
    /// (1994): `delta` steps are the `delta`-th power of the affine map that is
    /// one step, a product of that map's repeated squares.
    ///
    /// ```
    /// use sim_core::Lcg31;
    ///
    /// let mut generator = Lcg31::new(42);
    /// generator.advance(100_000);
    /// assert_eq!(generator.state(), 2_060_208_906);
    ///
    /// generator.advance(100_000_u64.wrapping_neg());
    /// assert_eq!(generator.state(), 42);
    /// ```
    pub const fn advance(&mut self, delta: u64) {
        self.state = steps(delta).apply(self.state) & MASK;
    }
}

/// The map that takes `delta` steps.
const fn steps(delta: u64) -> Affine {
    let mut remaining = modulo_period(delta);
    let mut map = Affine::IDENTITY;
    while remaining != 0 {
        map = map.then(STRIDES[remaining.trailing_zeros() as usize]);
        // Clears the lowest bit that is set.
        remaining &= remaining - 1;
    }
    map
}

const fn modulo_period(x: u64) -> u32 {
    (x % Lcg31::PERIOD) as u32
}

/// The states that follow, beginning after one step; it never ends.
///
/// `nth` costs O(log `n`), and so do `skip` and `step_by`, which build on it.
///
/// The generator is `Copy`: an adapter that takes it by value moves a copy
/// forward and leaves the original where it was. Use
/// [`by_ref`](Iterator::by_ref) to move the generator itself.
///
/// ```
/// use sim_core::Lcg31;
///
/// let mut generator = Lcg31::new(1);
/// assert_eq!(generator.by_ref().take(2).last(), Some(377_401_575));
/// assert_eq!(generator.state(), 377_401_575);
/// ```
#[expect(
    clippy::copy_iterator,
    reason = "a generator is its state, and a plain value is worth more than a guard against copies"
)]
impl Iterator for Lcg31 {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        Some(self.step())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (usize::MAX, None)
    }

    fn nth(&mut self, n: usize) -> Option<u32> {
        self.advance(n as u64);
        self.next()
    }
}

impl FusedIterator for Lcg31 {}

#[cfg(test)]
mod tests {
    use super::{Affine, INCREMENT, Lcg31, MASK, MULTIPLIER, STEP};

    #[test]
    fn states_from_seed_1_are_the_published_ones() {
        // The first 20 terms of https://oeis.org/A096553, whose first term is
        // the seed.
        const A096553: [u32; 20] = [
            1,
            1_103_527_590,
            377_401_575,
            662_824_084,
            1_147_902_781,
            2_035_015_474,
            368_800_899,
            1_508_029_952,
            486_256_185,
            1_062_517_886,
            267_834_847,
            180_171_308,
            836_760_821,
            595_337_866,
            790_425_851,
            2_111_915_288,
            1_149_758_321,
            1_644_289_366,
            1_388_290_519,
            1_647_418_052,
        ];
        let mut generator = Lcg31::new(1);
        assert_eq!(generator.state(), A096553[0]);
        for (n, term) in A096553.into_iter().enumerate().skip(1) {
            assert_eq!(generator.step(), term, "after {n} steps");
        }
    }

    #[test]
    fn recorded_answers_are_reproduced() {
        // Seed, steps and final state, as answered by the service that this
        // generator replaces. It stepped one at a time.
        const RECORDED: [(i64, u64, u32); 17] = [
            (42, 10, 1_535_244_752),
            (42, 1_000, 1_363_713_826),
            (42, 100_000, 2_060_208_906),
            (0, 2, 1_406_932_606),
            (0, 55_185, 1_938_310_697),
            (1, 99_999, 305_250_248),
            (-1, 1, 1_043_980_748),
            (-1, 1_000, 1_316_967_959),
            (-272_112_916, 99_999, 817_409_279),
            (2_147_483_647, 100_000, 1_703_693_151),
            (2_147_483_648, 85_030, 772_713_450),
            (-2_147_483_648, 198, 1_638_674_634),
            (4_294_967_296, 100_000, 1_961_691_616),
            (-9_007_199_254_740_992, 88_910, 2_047_560_354),
            (-8_332_644_676_416_592_816, 99_999, 367_597_427),
            (i64::MIN, 99_999, 418_196_451),
            (i64::MAX, 100_000, 1_703_693_151),
        ];
        for (seed, steps, state) in RECORDED {
            let mut generator = Lcg31::new(seed);
            generator.advance(steps);
            assert_eq!(generator.state(), state, "seed {seed}, {steps} steps");
        }
    }

    #[test]
    fn constants_satisfy_hull_and_dobell() {
        assert_eq!(INCREMENT % 2, 1);
        assert_eq!(MULTIPLIER % 4, 1);
    }

    // `advance` reduces its argument by the period and so cannot bear witness to
    // it; the unreduced powers of the step can.
    //
    // The 2^31-th power is the identity, hence the length of the cycle through
    // any state divides 2^31. The 2^30-th power moves every state, hence the
    // length does not divide 2^30. The one such number is 2^31 itself.
    #[test]
    fn period_is_exactly_two_to_the_31() {
        let power = |exponent| {
            let map = STEP.power(exponent);
            Affine { multiplier: map.multiplier & MASK, increment: map.increment & MASK }
        };
        let add = |increment| Affine { multiplier: 1, increment };
        assert_eq!(Lcg31::PERIOD, 1 << 31);
        assert_eq!(power(1 << 31), add(0));
        assert_eq!(power(1 << 30), add(1 << 30));
    }
}
