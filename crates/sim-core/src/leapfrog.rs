//! Iterates of an affine map in bulk: lanes that leapfrog each other.
//!
//! Iterating a map is a chain in which every link waits for the one before.
//! Here [`LANES`] neighbours stand side by side, and all take `LANES` steps at
//! once by the `LANES`-th power of the map. They do not wait for each other, so
//! the compiler moves them with vector instructions.

use crate::affine::Affine;

/// Enough lanes to keep the multipliers busy: 16 registers of SSE, 8 of AVX2
/// or 4 of AVX-512, whose multiplication takes up to 10 cycles. A power of
/// two, because the lanes are placed by doubling.
const LANES: usize = 64;

/// Placing the lanes costs about as much as this many single steps.
const SHORT: usize = 24;

/// The size of a cache line. A store that straddles two of them costs double.
const LINE: usize = 64;

/// Writes `map(x)`, `map(map(x))`, … without the bits that are not in `mask`.
pub(crate) fn leapfrog(map: Affine, x: u32, mask: u32, states: &mut [u32]) {
    let to_line = states.as_ptr().align_offset(LINE);
    let walked = if states.len() <= SHORT { states.len() } else { to_line.min(states.len()) };
    let (head, rest) = states.split_at_mut(walked);
    let x = walk(map, x, mask, head);
    if !rest.is_empty() {
        leap(map, x, mask, rest);
    }
}

/// Takes one step after the other. Returns the last result.
fn walk(map: Affine, mut x: u32, mask: u32, states: &mut [u32]) -> u32 {
    for state in states {
        x = map.apply(x);
        *state = x & mask;
    }
    x
}

// SSE2, which every x86-64 has, cannot multiply 32-bit lanes; SSE4.1 can. On other
// architectures the baseline has what is needed, or there is nothing to choose.
// The direct dispatcher, because the other one transmutes function pointers.
#[cfg_attr(
    feature = "runtime-dispatch",
    multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")
)]
fn leap(map: Affine, x: u32, mask: u32, states: &mut [u32]) {
    let (mut lanes, map) = place(map, x);
    let (chunks, rest) = states.as_chunks_mut::<LANES>();
    for chunk in chunks {
        for (state, lane) in chunk.iter_mut().zip(&mut lanes) {
            *state = *lane & mask;
            *lane = map.apply(*lane);
        }
    }
    for (state, lane) in rest.iter_mut().zip(lanes) {
        *state = lane & mask;
    }
}

/// The first `LANES` iterates, and the map that moves each to its next place.
///
/// The first 2n iterates are the first n, and the n-th power of the map of each.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
fn place(map: Affine, x: u32) -> ([u32; LANES], Affine) {
    let mut lanes = [map.apply(x); LANES];
    let (mut placed, mut power) = (1, map);
    while placed < LANES {
        let (before, after) = lanes.split_at_mut(placed);
        for (next, lane) in after.iter_mut().zip(before) {
            *next = power.apply(*lane);
        }
        (placed, power) = (2 * placed, power.then(power));
    }
    (lanes, power)
}

#[cfg(test)]
mod tests {
    use super::{LANES, leapfrog, place, walk};
    use crate::affine::Affine;

    const MAP: Affine = Affine { multiplier: 0xDEAD_BEEF, increment: 0x0BAD_CAFE };

    #[test]
    fn lanes_are_the_first_iterates_and_their_map_is_a_power() {
        let mut iterates = [0; LANES];
        let last = walk(MAP, 42, u32::MAX, &mut iterates);
        let (lanes, map) = place(MAP, 42);
        assert_eq!(lanes, iterates);
        assert_eq!(last, iterates[LANES - 1]);
        assert_eq!(map, MAP.power(LANES as u64));
    }

    // Whatever the length and wherever in a cache line the slice begins.
    #[test]
    fn leaping_equals_walking() {
        let mut walked = [0; 3 * LANES + 2];
        walk(MAP, 42, 0x7FFF_FFFF, &mut walked);
        for start in 0..=17 {
            for length in 0..=walked.len() {
                let mut leapt = [0; 4 * LANES];
                leapfrog(MAP, 42, 0x7FFF_FFFF, &mut leapt[start..start + length]);
                assert_eq!(leapt[start..start + length], walked[..length], "start {start}, length {length}");
            }
        }
    }

    #[test]
    fn nothing_is_written_outside_the_slice() {
        let mut states = [7; 4 * LANES];
        leapfrog(MAP, 42, 0, &mut states[3..3 * LANES]);
        assert!(states[..3].iter().chain(&states[3 * LANES..]).all(|&state| state == 7));
    }
}
