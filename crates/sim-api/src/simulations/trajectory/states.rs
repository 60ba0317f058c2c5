//! The states of a window, computed in parts.

use sim_core::Lcg31;

/// A window of the sequence from a seed: the states after `start`, `start + stride`, … steps, `count` of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(super) seed: i64,
    pub(super) start: i32,
    pub(super) stride: i64,
    pub(super) count: i32,
}

/// The remaining states of a window.
#[derive(Debug)]
pub(super) struct States {
    generator: Lcg31,
    /// The number of steps before the first remaining state.
    pub(super) step: u64,
    pub(super) stride: u64,
    pub(super) left: usize,
}

impl Window {
    /// The states of the window, from the first.
    pub(super) fn states(self) -> States {
        let mut generator = Lcg31::new(self.seed);
        let (step, stride) = (u64::from(self.start.unsigned_abs()), self.stride.unsigned_abs());
        generator.advance(step);
        States { generator, step, stride, left: self.count.unsigned_abs() as usize }
    }

    /// The length of the window as binary numbers, in bytes.
    pub(super) fn bytes(self) -> u64 {
        4 * u64::from(self.count.unsigned_abs())
    }

    /// The number of steps from the seed to the value at a place in the window.
    pub(super) fn steps_to(self, place: u64) -> u64 {
        u64::from(self.start.unsigned_abs()) + self.stride.unsigned_abs() * place
    }
}

impl States {
    /// Skips `skipped` states, in constant time.
    pub(super) fn skip(mut self, skipped: u64) -> Self {
        let steps = skipped.wrapping_mul(self.stride);
        self.generator.advance(steps);
        self.step += steps;
        self.left = self.left.saturating_sub(usize::try_from(skipped).unwrap_or(usize::MAX));
        self
    }

    /// Writes the next states into `room`, and returns how many.
    pub(super) fn fill(&mut self, room: &mut [u32]) -> usize {
        let taken = room.len().min(self.left);
        // The generator stands at the first of them, which `fill_strided` leaves out.
        if let Some((first, rest)) = room[..taken].split_first_mut() {
            *first = self.generator.state();
            self.generator.fill_strided(self.stride, rest);
            self.generator.advance(self.stride);
            self.step += self.stride * taken as u64;
            self.left -= taken;
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(window: Window) -> Vec<u32> {
        (0..window.count)
            .map(|index| {
                let mut generator = Lcg31::new(window.seed);
                generator.advance(window.start.unsigned_abs().into());
                (0..index).for_each(|_| generator.advance(window.stride.unsigned_abs()));
                generator.state()
            })
            .collect()
    }

    fn in_pieces(mut states: States, piece: usize) -> Vec<u32> {
        let mut all = vec![];
        let mut room = vec![0; piece];
        while states.left > 0 {
            let taken = states.fill(&mut room);
            all.extend_from_slice(&room[..taken]);
        }
        all
    }

    #[test]
    fn the_states_are_those_after_start_and_every_stride() {
        for (start, stride) in [(0, 1), (7, 3), (i32::MAX, i64::from(i32::MAX)), (1, 1 << 30)] {
            let window = Window { seed: -42, start, stride, count: 200 };
            let expected = naive(window);
            for piece in [1, 7, 64, 199, 200, 1000] {
                assert_eq!(in_pieces(window.states(), piece), expected, "{window:?} by {piece}");
            }
            for skipped in [0, 1, 63, 199, 200] {
                assert_eq!(
                    in_pieces(window.states().skip(skipped), 64),
                    expected[usize::try_from(skipped).unwrap()..],
                    "{window:?} from {skipped}"
                );
            }
        }
    }

    #[test]
    fn the_step_is_that_of_the_next_state() {
        let mut states = Window { seed: 1, start: 5, stride: 10, count: 100 }.states();
        assert_eq!(states.step, 5);
        states.fill(&mut [0; 3]);
        assert_eq!(states.step, 35);
        assert_eq!(states.skip(2).step, 55);
    }
}
