//! Kernels that do the same, timed in turns.

use std::time::{Duration, Instant};

use crate::statistics::{Quartiles, median};

/// Something to time.
pub(super) struct Kernel {
    name: &'static str,
    call: Box<dyn FnMut()>,
}

impl Kernel {
    /// Names what a call of `call` does.
    pub(super) fn new(name: &'static str, call: impl FnMut() + 'static) -> Self {
        Self { name, call: Box::new(call) }
    }

    fn time(&mut self, calls: u32) -> Duration {
        let start = Instant::now();
        for _ in 0..calls {
            (self.call)();
        }
        start.elapsed()
    }

    /// How many calls last as long as `slice`.
    fn calls_in(&mut self, slice: Duration) -> u32 {
        let mut calls = 1;
        while self.time(calls) < slice {
            calls *= 2;
        }
        calls
    }
}

/// Kernels to compare; the first is the baseline.
pub(super) struct Group {
    /// What they do.
    pub(super) title: String,
    /// What is counted.
    pub(super) unit: &'static str,
    /// How many of it a call does.
    pub(super) units: u32,
    /// The kernels.
    pub(super) kernels: Vec<Kernel>,
}

/// What was found of one kernel.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    /// Its name.
    pub(super) name: &'static str,
    /// Time for a unit, the median of the rounds.
    pub(super) nanoseconds: f64,
    /// The baseline's time divided by its own.
    pub(super) speedup: Quartiles,
}

impl Group {
    /// Gives each kernel a slice in every round.
    pub(super) fn measure(mut self, rounds: usize, slice: Duration) -> Vec<Figures> {
        let calls: Vec<u32> = self.kernels.iter_mut().map(|kernel| kernel.calls_in(slice)).collect();
        let rounds: Vec<Vec<f64>> = (0..rounds).map(|number| self.round(&calls, number)).collect();
        let figures = |(index, kernel): (usize, &Kernel)| Figures {
            name: kernel.name,
            nanoseconds: median(rounds.iter().map(|round| round[index])),
            speedup: Quartiles::of(rounds.iter().map(|round| round[0] / round[index])),
        };
        self.kernels.iter().enumerate().map(figures).collect()
    }

    /// The time that each took for a unit; `number` rotates the order of turns.
    fn round(&mut self, calls: &[u32], number: usize) -> Vec<f64> {
        let count = self.kernels.len();
        let mut times = vec![0.0; count];
        for turn in 0..count {
            let index = (number + turn) % count;
            let time = self.kernels[index].time(calls[index]);
            times[index] = time.as_secs_f64() * 1e9 / f64::from(calls[index]) / f64::from(self.units);
        }
        times
    }
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;

    use super::*;

    #[test]
    fn a_kernel_that_takes_a_third_of_the_time_is_three_times_faster() {
        let sleeper = |name, milliseconds| Kernel::new(name, move || sleep(Duration::from_millis(milliseconds)));
        let kernels = vec![sleeper("slow", 12), sleeper("fast", 4)];
        let group = Group { title: "sleep".to_owned(), unit: "call", units: 1, kernels };
        let figures = group.measure(3, Duration::from_millis(1));
        assert_eq!(figures.iter().map(|figures| figures.name).collect::<Vec<_>>(), ["slow", "fast"]);
        assert!(figures[0].nanoseconds > 12e6, "{figures:?}");
        assert!((1.5..6.0).contains(&figures[1].speedup.median), "{figures:?}");
    }
}
