//! Philox4x32-10: a bijection of 128-bit blocks that a 64-bit key chooses.

mod draws;

pub use draws::Draws;

// All constants are those of Salmon, Moraes, Dror and Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3" (SC'11), and of
// its library Random123.
const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
// The golden ratio and √3 − 1, as fractions of 2^32.
const KEY_STEPS: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: u32 = 10;

/// The counter-based generator Philox4x32 with 10 rounds.
///
/// A key and a counter give four random words; there is no state. The source is Salmon, Moraes, Dror and Shaw, "Parallel
/// Random Numbers: As Easy as 1, 2, 3" (SC'11), who found no failure in `TestU01`'s `BigCrush`. It is not a cipher: do not use
/// it where somebody gains by guessing.
///
/// [`Draws`] lays counters out so that each sample of a simulation has its own words.
///
/// ```
/// use sim_core::Philox4x32;
///
/// // The first vector that its authors publish.
/// let words = Philox4x32::new([0, 0]).block([0, 0, 0, 0]);
/// assert_eq!(words, [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Philox4x32 {
    key: [u32; 2],
}

impl Philox4x32 {
    /// The generator of a key. Every key is valid.
    #[must_use]
    pub const fn new(key: [u32; 2]) -> Self {
        Self { key }
    }

    /// The four words of a counter.
    #[must_use]
    pub const fn block(self, counter: [u32; 4]) -> [u32; 4] {
        let (mut words, mut key) = (counter, self.key);
        let mut round = 0;
        while round < ROUNDS {
            let (low_0, high_0) = multiply(words[0], MULTIPLIERS[0]);
            let (low_1, high_1) = multiply(words[2], MULTIPLIERS[1]);
            words = [high_1 ^ words[1] ^ key[0], low_1, high_0 ^ words[3] ^ key[1], low_0];
            key = next_key(key);
            round += 1;
        }
        words
    }
}

/// The low and the high half of a product.
#[expect(clippy::cast_possible_truncation, reason = "the halves of 64 bits are 32 bits each")]
const fn multiply(word: u32, multiplier: u32) -> (u32, u32) {
    let product = word as u64 * multiplier as u64;
    (product as u32, (product >> 32) as u32)
}

#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
const fn next_key(key: [u32; 2]) -> [u32; 2] {
    [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])]
}
