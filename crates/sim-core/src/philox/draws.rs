//! Draws that are addressed by sample and period.

use sha2::{Digest, Sha256};

use super::{MULTIPLIERS, Philox4x32, ROUNDS, next_key};

/// Keys of other uses of a seed and a name begin with other bytes.
const DOMAIN: &[u8] = b"sim draws 1\0";

/// Blocks side by side. Compilers vectorize 16 and not 8, which would take four times as long.
const LANES: usize = 16;
const LANES_U64: u64 = LANES as u64;

/// The uniform numbers of one name under one seed, each addressed by the number of its sample and of its period.
///
/// A draw depends on the seed, the name, the purpose, the sample and the period, and on nothing else: not on the draws
/// before it, nor on other names. Any number of threads may take any samples in any order.
///
/// `docs/numerics.md` specifies the layout, with vectors. It never changes.
///
/// ```
/// use sim_core::Draws;
///
/// let draws = Draws::new(7, "price", 0);
/// let mut uniforms = [0.0; 100];
/// draws.fill(1_000, 0, &mut uniforms);
/// assert_eq!(uniforms[5], draws.uniform(1_005, 0));
/// assert_eq!(uniforms[5], 0.8607444795172096);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Draws {
    generator: Philox4x32,
    purpose: u32,
}

impl Draws {
    /// The draws of `name` under `seed`.
    ///
    /// `purpose` tells apart streams of one name; its first stream is 0. Every seed, name and purpose is valid.
    #[must_use]
    pub fn new(seed: u64, name: &str, purpose: u32) -> Self {
        let digest = Sha256::new().chain_update(DOMAIN).chain_update(seed.to_le_bytes()).chain_update(name).finalize();
        let word =
            |start: usize| u32::from_le_bytes([digest[start], digest[start + 1], digest[start + 2], digest[start + 3]]);
        Self { generator: Philox4x32::new([word(0), word(4)]), purpose }
    }

    /// The uniform number of a sample in a period: a multiple of 2^-53 from 2^-53 to 1 - 2^-53, so never 0 or 1.
    #[must_use]
    pub const fn uniform(&self, sample: u64, period: u32) -> f64 {
        let words = self.generator.block(counter(sample / 2, period, self.purpose));
        if sample.is_multiple_of(2) {
            uniform(words[0] as u64, words[1] as u64)
        } else {
            uniform(words[2] as u64, words[3] as u64)
        }
    }

    /// Writes the uniform numbers of consecutive samples in a period: `uniforms[i]` is that of `first_sample + i`.
    ///
    /// Samples are numbered modulo 2^64. With the feature `runtime-dispatch`, the widest vectors of the processor are used;
    /// the numbers are the same with and without it.
    pub fn fill(&self, first_sample: u64, period: u32, uniforms: &mut [f64]) {
        let Some((first, rest)) = uniforms.split_first_mut() else { return };
        if first_sample.is_multiple_of(2) {
            fill_blocks(*self, first_sample / 2, period, uniforms);
        } else {
            *first = self.uniform(first_sample, period);
            fill_blocks(*self, first_sample.wrapping_add(1) / 2, period, rest);
        }
    }
}

/// Samples share a block in pairs; the block's number is half that of its samples.
#[expect(clippy::cast_possible_truncation, reason = "the halves of 64 bits are 32 bits each")]
const fn counter(block: u64, period: u32, purpose: u32) -> [u32; 4] {
    [block as u32, (block >> 32) as u32, period, purpose]
}

/// The upper 52 of 64 bits, and half a unit: (bits + 1/2) / 2^52.
///
/// Written without a conversion, which vectors of plain x86-64 do not have: the bits become those of a number from 1 to 2,
/// and the one subtraction is exact.
// A function of its own would be compiled for the baseline only.
#[inline(always)]
const fn uniform(low: u64, high: u64) -> f64 {
    const ONE: u64 = 1.0_f64.to_bits();
    let word = high << 32 | low & u32::MAX as u64;
    f64::from_bits(ONE | word >> 12) - (1.0 - f64::EPSILON / 2.0)
}

#[cfg_attr(
    feature = "runtime-dispatch",
    multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")
)]
fn fill_blocks(draws: Draws, first_block: u64, period: u32, uniforms: &mut [f64]) {
    let (chunks, rest) = uniforms.as_chunks_mut::<{ 2 * LANES }>();
    let mut block = first_block;
    for chunk in chunks {
        fill_lanes(draws, block, period, chunk);
        block = block.wrapping_add(LANES_U64);
    }
    if !rest.is_empty() {
        let mut chunk = [0.0; 2 * LANES];
        fill_lanes(draws, block, period, &mut chunk);
        rest.copy_from_slice(&chunk[..rest.len()]);
    }
}

/// Words are kept in 64 bits, which is how vectors multiply them.
// A function of its own would be compiled for the baseline only.
#[inline(always)]
fn fill_lanes(draws: Draws, first_block: u64, period: u32, uniforms: &mut [f64; 2 * LANES]) {
    const LOW: u64 = u32::MAX as u64;
    // Half of a 64-bit number has 63 bits: after the last block comes the first.
    const HIGH: u64 = LOW >> 1;
    let (mut words_0, mut words_1) = ([0; LANES], [0; LANES]);
    let (mut words_2, mut words_3) = ([u64::from(period); LANES], [u64::from(draws.purpose); LANES]);
    let mut block = first_block;
    for lane in 0..LANES {
        words_0[lane] = block & LOW;
        words_1[lane] = block >> 32 & HIGH;
        block = block.wrapping_add(1);
    }
    let mut key = draws.generator.key;
    for _ in 0..ROUNDS {
        let keys = key.map(u64::from);
        for lane in 0..LANES {
            let product_0 = (words_0[lane] & LOW) * u64::from(MULTIPLIERS[0]);
            let product_1 = (words_2[lane] & LOW) * u64::from(MULTIPLIERS[1]);
            words_0[lane] = product_1 >> 32 ^ words_1[lane] ^ keys[0];
            words_1[lane] = product_1;
            words_2[lane] = product_0 >> 32 ^ words_3[lane] ^ keys[1];
            words_3[lane] = product_0;
        }
        key = next_key(key);
    }
    for lane in 0..LANES {
        uniforms[2 * lane] = uniform(words_0[lane], words_1[lane]);
        uniforms[2 * lane + 1] = uniform(words_2[lane], words_3[lane]);
    }
}
