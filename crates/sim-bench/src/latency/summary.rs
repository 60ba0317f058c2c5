//! From what the turns found to the report's figures.

use hdrhistogram::Histogram;

use super::dispatch::Record;
use super::rates::Rate;
use super::report::{RateReport, ServerReport, Turn};
use crate::report::Verdict;
use crate::rounds::{Counted, Round};
use crate::statistics::{Quartiles, median};

/// Share of a latency's 99th percentile from which on the client's own lateness makes it meaningless.
const LATENESS_LIMIT: f64 = 0.5;

impl Turn {
    /// The figures of a record.
    #[expect(clippy::cast_precision_loss, reason = "times up to a minute in nanoseconds and counts below 2^32")]
    pub(super) fn of(record: &Record) -> Self {
        let us = |histogram: &Histogram<u64>, quantile| histogram.value_at_quantile(quantile) as f64 / 1e3;
        Self {
            p50_us: us(&record.latency, 0.5),
            p99_us: us(&record.latency, 0.99),
            p999_us: us(&record.latency, 0.999),
            max_us: us(&record.latency, 1.0),
            late_p99_us: us(&record.lateness, 0.99),
            queued: f64::from(record.queued) / record.latency.len() as f64,
        }
    }
}

impl RateReport {
    /// Sums the rounds at a rate up. The turns of each, `names` and `rates` are in the same order, in which `baseline`
    /// is the server that the others are compared with.
    pub(super) fn of(rate: Rate, names: &[String], rates: &[f64], rounds: &[Round<Turn>], baseline: usize) -> Self {
        let counted = Counted::of(rounds);
        let server = |(index, (name, rate)): (usize, (&String, &f64))| ServerReport {
            server: name.clone(),
            requests_per_second: *rate,
            median: median_turn(&counted.rounds, index),
            p99_ratio: p99_ratio(&counted.rounds, index, baseline),
            p99_us_by_round: rounds.iter().map(|round| round.turns[index].p99_us).collect(),
        };
        let servers: Vec<_> = names.iter().zip(rates).enumerate().map(server).collect();
        Self {
            rate,
            verdict: if servers[baseline].client_late() { Verdict::Inconclusive } else { counted.verdict },
            rounds: rounds.len(),
            disturbed: counted.disturbed,
            foreign: rounds.iter().map(|round| round.foreign).collect(),
            servers,
        }
    }
}

impl ServerReport {
    /// Whether the client's own lateness is too large a part of the 99th percentile.
    pub(super) fn client_late(&self) -> bool {
        self.median.late_p99_us > LATENESS_LIMIT * self.median.p99_us
    }
}

fn median_turn(rounds: &[&Round<Turn>], index: usize) -> Turn {
    let of = |figure: fn(&Turn) -> f64| median(rounds.iter().map(|round| figure(&round.turns[index])));
    Turn {
        p50_us: of(|turn| turn.p50_us),
        p99_us: of(|turn| turn.p99_us),
        p999_us: of(|turn| turn.p999_us),
        max_us: of(|turn| turn.max_us),
        late_p99_us: of(|turn| turn.late_p99_us),
        queued: of(|turn| turn.queued),
    }
}

fn p99_ratio(rounds: &[&Round<Turn>], index: usize, baseline: usize) -> Quartiles {
    Quartiles::of(rounds.iter().map(|round| round.turns[index].p99_us / round.turns[baseline].p99_us))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(p99_us: f64, late_p99_us: f64) -> Turn {
        Turn { p50_us: 1.0, p99_us, p999_us: 90.0, max_us: 99.0, late_p99_us, queued: 0.0 }
    }

    /// The baseline has 10 µs.
    fn round(p99_us: f64, late_us: f64, foreign: f64) -> Round<Turn> {
        Round { turns: vec![turn(10.0, late_us), turn(p99_us, late_us)], foreign }
    }

    fn report(rounds: &[Round<Turn>]) -> RateReport {
        let names = ["baseline", "other"].map(str::to_owned);
        RateReport::of(Rate::HalfOfOwn, &names, &[2000.0, 1000.0], rounds, 0)
    }

    #[test]
    fn percentiles_are_medians_and_ratios_are_taken_within_the_rounds_that_count() {
        let report =
            report(&[round(12.0, 1.0, 0.0), round(20.0, 1.0, 0.0), round(900.0, 1.0, 0.5), round(16.0, 1.0, 0.0)]);
        let other = &report.servers[1];
        assert!((other.median.p99_us - 16.0).abs() < 1e-9);
        assert!((other.p99_ratio.median - 1.6).abs() < 1e-9);
        assert_eq!(other.p99_us_by_round, [12.0, 20.0, 900.0, 16.0]);
        assert_eq!((report.disturbed, report.verdict), (1, Verdict::Conclusive));
    }

    #[test]
    fn a_client_that_is_late_concludes_nothing_if_it_is_so_with_the_baseline() {
        let late = report(&[round(30.0, 6.0, 0.0)]);
        assert_eq!(late.servers.iter().map(ServerReport::client_late).collect::<Vec<_>>(), [true, false]);
        assert_eq!(late.verdict, Verdict::Inconclusive);
    }

    #[test]
    fn the_figures_of_a_turn_are_those_of_its_record() {
        let histogram = |us: &[u64]| {
            let mut histogram = Histogram::new(3).expect("a histogram");
            for us in us {
                histogram.record(us * 1000).expect("in range");
            }
            histogram
        };
        let latency: Vec<u64> = (1..=2000).collect();
        let record = Record { latency: histogram(&latency), lateness: histogram(&[1, 2, 3]), queued: 500 };
        let turn = Turn::of(&record);
        for (figure, expected) in
            [(turn.p50_us, 1000.0), (turn.p99_us, 1980.0), (turn.p999_us, 1998.0), (turn.max_us, 2000.0)]
        {
            assert!((figure / expected - 1.0_f64).abs() < 2e-3, "{figure} instead of {expected}");
        }
        assert!((turn.late_p99_us - 3.0).abs() < 0.01 && (turn.queued - 0.25).abs() < 1e-9);
    }
}
