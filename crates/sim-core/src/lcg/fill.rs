//! Whole slices of states.

use super::{Lcg31, MASK, STEP, steps};
use crate::affine::Affine;
use crate::leapfrog::leapfrog;

impl Lcg31 {
    /// Writes the states that follow, in order: `states[i]` is the state after
    /// `i + 1` steps.
    ///
    /// Afterwards the generator stands at the last element, as if it had been
    /// stepped once for each; an empty slice leaves it where it was. Filling two
    /// slices in turn therefore equals filling one of their total length.
    ///
    /// O(`states.len()`), but many times faster than stepping: the crate's
    /// section on [filling slices](crate#filling-slices) says how much.
    ///
    /// ```
    /// use sim_core::Lcg31;
    ///
    /// let mut generator = Lcg31::new(1);
    /// let mut states = [0; 3];
    /// generator.fill(&mut states);
    /// assert_eq!(states, [1_103_527_590, 377_401_575, 662_824_084]);
    /// assert_eq!(generator.step(), 1_147_902_781);
    /// ```
    pub fn fill(&mut self, states: &mut [u32]) {
        self.fill_by(STEP, states);
    }

    /// Writes every `stride`-th of the states that follow, in order: `states[i]`
    /// is the state after `(i + 1) * stride` steps.
    ///
    /// Afterwards the generator stands at the last element; an empty slice
    /// leaves it where it was. Strides count modulo [`PERIOD`](Self::PERIOD), as
    /// steps do in [`advance`](Self::advance): 0 repeats the current state, and
    /// `1_u64.wrapping_neg()` walks back.
    ///
    /// O(log `stride`) once and O(`states.len()`), as fast as
    /// [`fill`](Self::fill) whatever the stride.
    ///
    /// ```
    /// use sim_core::Lcg31;
    ///
    /// let mut generator = Lcg31::new(42);
    /// let mut states = [0; 100];
    /// generator.fill_strided(1_000, &mut states);
    /// assert_eq!(states[0], 1_363_713_826);
    /// assert_eq!(states[99], 2_060_208_906);
    /// assert_eq!(generator.state(), states[99]);
    /// ```
    pub fn fill_strided(&mut self, stride: u64, states: &mut [u32]) {
        self.fill_by(steps(stride), states);
    }

    fn fill_by(&mut self, map: Affine, states: &mut [u32]) {
        leapfrog(map, self.state, MASK, states);
        self.state = states.last().copied().unwrap_or(self.state);
    }
}
