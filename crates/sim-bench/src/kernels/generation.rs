//! Making states.

use std::hint::black_box;

use sim_core::Lcg31;

use super::measure::{Group, Kernel};

/// The groups of kernels that make states.
pub(super) fn groups() -> Vec<Group> {
    vec![slice("16 KiB", 4_096), slice("256 KiB", 65_536)]
}

fn slice(size: &str, length: u32) -> Group {
    let kernels = vec![
        filling("one chain of steps", length, chain),
        filling("loop of step", length, |states| {
            let mut generator = Lcg31::new(black_box(42));
            states.fill_with(|| generator.step());
        }),
        filling("fill", length, |states| Lcg31::new(black_box(42)).fill(states)),
        filling("fill_strided", length, |states| Lcg31::new(black_box(42)).fill_strided(black_box(123_456), states)),
        filling("memset", length, |states| states.fill(0)),
        copying(length),
    ];
    Group { title: format!("{size} of states"), unit: "state", units: length, kernels }
}

/// What the recurrence takes where the compiler does not know its constants: it merges several steps otherwise.
fn chain(states: &mut [u32]) {
    let (multiplier, increment): (u32, u32) = black_box((1_103_515_245, 12_345));
    let mut state = black_box(42_u32);
    for place in states {
        state = state.wrapping_mul(multiplier).wrapping_add(increment) & 0x7FFF_FFFF;
        *place = state;
    }
}

fn filling(name: &'static str, length: u32, fill: impl Fn(&mut [u32]) + 'static) -> Kernel {
    let mut states = vec![1; length as usize];
    Kernel::new(name, move || fill(black_box(&mut states)))
}

fn copying(length: u32) -> Kernel {
    let source = vec![1; length as usize];
    filling("memcpy", length, move |states| states.copy_from_slice(black_box(&source)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_makes_the_states() {
        let mut states = [0; 100];
        chain(&mut states);
        assert!(Lcg31::new(42).take(100).eq(states));
    }
}
