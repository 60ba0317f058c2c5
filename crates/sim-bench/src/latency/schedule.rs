//! When requests are to be sent, decided before the first one is.

use std::iter;
use std::time::Duration;

use clap::ValueEnum;
use serde::Serialize;

/// How requests are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Arrivals {
    /// Evenly
    Constant,
    /// As those of many users who do not know of each other
    Poisson,
}

impl Arrivals {
    /// Name in the report.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Poisson => "Poisson",
        }
    }

    /// The times at which requests are due, at `rate` requests a second until `length` has passed, in ascending order.
    /// The same `seed` gives the same times.
    pub(super) fn schedule(self, rate: f64, length: Duration, seed: u64) -> Vec<Duration> {
        match self {
            Self::Constant => until(length, (0_u32..).map(|index| f64::from(index) / rate)),
            Self::Poisson => {
                let mut random = fastrand::Rng::with_seed(seed);
                let mut seconds = 0.0;
                let next = || {
                    // The logarithm of a figure above 0 and up to 1: the gap is finite, and exponentially distributed.
                    seconds -= (1.0 - random.f64()).ln() / rate;
                    Some(seconds)
                };
                until(length, iter::from_fn(next))
            }
        }
    }
}

fn until(length: Duration, seconds: impl Iterator<Item = f64>) -> Vec<Duration> {
    seconds.take_while(|seconds| *seconds < length.as_secs_f64()).map(Duration::from_secs_f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn constant_arrivals_are_evenly_spaced_from_zero_until_the_end() {
        let schedule = Arrivals::Constant.schedule(200.0, SECOND / 40, 0);
        assert_eq!(schedule, [0, 5, 10, 15, 20].map(Duration::from_millis));
    }

    #[test]
    fn constant_arrivals_do_not_drift_where_the_spacing_is_no_whole_number_of_nanoseconds() {
        let schedule = Arrivals::Constant.schedule(30_000.0, SECOND, 0);
        assert_eq!(schedule.len(), 30_000);
        assert_eq!(schedule[15_000], SECOND / 2);
    }

    #[test]
    fn poisson_arrivals_ascend_at_the_rate_with_exponential_gaps() {
        let schedule = Arrivals::Poisson.schedule(100_000.0, SECOND, 7);
        assert!(schedule.is_sorted() && schedule.last().is_some_and(|last| *last < SECOND));
        assert!((99_000..101_000).contains(&schedule.len()), "{}", schedule.len());
        let above_mean = schedule.windows(2).filter(|pair| pair[1] > pair[0] + SECOND / 100_000).count();
        let share = f64::from(u32::try_from(above_mean).expect("few")) / 100_000.0;
        assert!((share - (-1.0_f64).exp()).abs() < 0.01, "{share}");
    }

    #[test]
    fn poisson_arrivals_are_repeated_by_their_seed_and_differ_by_it() {
        let schedule = |seed| Arrivals::Poisson.schedule(1000.0, SECOND, seed);
        assert_eq!(schedule(1), schedule(1));
        assert_ne!(schedule(1), schedule(2));
    }
}
