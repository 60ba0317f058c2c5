//! The generator, computed one step at a time.

/// The state after some steps.
#[must_use]
pub fn state(seed: i64, steps: i64) -> i64 {
    states(seed).nth(usize::try_from(steps).expect("steps are counted upwards")).expect("there is always another")
}

/// The states from a seed on.
pub fn states(seed: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(seed.rem_euclid(1 << 31)), |state| Some((1_103_515_245 * state + 12_345) % (1 << 31)))
}
