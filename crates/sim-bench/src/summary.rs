//! From raw measurements to the report's figures.

use std::time::Duration;

use crate::memory::Memory;
use crate::process::Modes;
use crate::report::{LoadReport, ProcessReport, ScenarioReport, Verdict};
use crate::rounds::{Round, Slice};
use crate::scenario::Scenario;
use crate::statistics::{Quartiles, median};

/// Share of the two cores' time from which on a round counts as disturbed.
pub(crate) const FOREIGN_LIMIT: f64 = 0.15;

/// Share of a core's time from which on that side counts as saturated.
pub(crate) const SATURATED: f64 = 0.9;

/// What is known of a server besides its slices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// CPU time by mode over the scenario.
    pub(crate) modes: Modes,
}

/// Sums a scenario up. `accounts` and the slices of every round are in the same order, in which
/// `baseline` is the server that the others are compared with.
///
/// Disturbed rounds are left out, unless they are most: then nothing is left out and nothing concluded.
/// Nor is anything if the baseline waited for the client, for then its share of idle time is in all ratios.
pub(crate) fn scenario(
    scenario: &Scenario,
    rounds: &[Round],
    accounts: &[Account<'_>],
    baseline: usize,
) -> ScenarioReport {
    let calm: Vec<&Round> = rounds.iter().filter(|round| round.foreign < FOREIGN_LIMIT).collect();
    let disturbed = rounds.len() - calm.len();
    let mostly_disturbed = disturbed > calm.len();
    let counted = if mostly_disturbed { rounds.iter().collect() } else { calm };
    let server = |(index, account): (usize, &Account<'_>)| LoadReport {
        cpu_us_by_round: rounds.iter().map(|round| cpu_us(&round.slices[index])).collect(),
        ..load(&counted, *account, index, baseline)
    };
    let servers: Vec<LoadReport> = accounts.iter().enumerate().map(server).collect();
    let conclusive = !mostly_disturbed && !servers[baseline].client_bound;
    ScenarioReport {
        name: scenario.name,
        verdict: if conclusive { Verdict::Conclusive } else { Verdict::Inconclusive },
        rounds: rounds.len(),
        disturbed,
        foreign: rounds.iter().map(|round| round.foreign).collect(),
        servers,
    }
}

fn load(rounds: &[&Round], account: Account<'_>, index: usize, baseline: usize) -> LoadReport {
    let of = |figure: fn(&Slice) -> f64| median(rounds.iter().map(|round| figure(&round.slices[index])));
    let ratio = |round: &&Round| cpu_us(&round.slices[index]) / cpu_us(&round.slices[baseline]);
    let client_bound = rounds.iter().filter(|round| client_bound(&round.slices[index])).count();
    LoadReport {
        server: account.name.to_owned(),
        cpu_us: of(cpu_us),
        user_us: of(cpu_us) * user_share(account.modes),
        ratio: Quartiles::of(rounds.iter().map(ratio)),
        requests_per_second: of(|slice| f64::from(slice.requests) / slice.elapsed.as_secs_f64()),
        p50_us: of(|slice| f64::from(slice.p50) / 1e3),
        p99_us: of(|slice| f64::from(slice.p99) / 1e3),
        server_busy: of(server_busy),
        client_busy: of(client_busy),
        client_bound: client_bound * 2 > rounds.len(),
        cpu_us_by_round: Vec::new(),
    }
}

/// Sums start-up and memory up.
pub(crate) fn process(name: &str, starts: &[Duration], memory: Memory) -> ProcessReport {
    let milliseconds = || starts.iter().map(|start| start.as_secs_f64() * 1e3);
    ProcessReport {
        server: name.to_owned(),
        start_ms: Quartiles::of(milliseconds()),
        start_min_ms: milliseconds().fold(f64::INFINITY, f64::min),
        idle_mib: f64::from(memory.idle_kib) / 1024.0,
        loaded_mib: f64::from(memory.loaded_kib) / 1024.0,
        log_lines_per_request: memory.log_lines_per_request,
    }
}

fn cpu_us(slice: &Slice) -> f64 {
    slice.server_cpu.as_secs_f64() * 1e6 / f64::from(slice.requests)
}

fn server_busy(slice: &Slice) -> f64 {
    slice.server_cpu.div_duration_f64(slice.elapsed)
}

fn client_busy(slice: &Slice) -> f64 {
    slice.client_cpu.div_duration_f64(slice.elapsed)
}

/// Whether the server had idle time because the client had none.
fn client_bound(slice: &Slice) -> bool {
    client_busy(slice) > SATURATED && server_busy(slice) < SATURATED
}

fn user_share(modes: Modes) -> f64 {
    modes.user.div_duration_f64(modes.user + modes.system)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::SIMULATE;

    const SECOND: Duration = Duration::from_secs(1);

    /// A slice of one second in which every request took the server this many microseconds.
    fn slice(cpu_us: u32, client_cpu: Duration) -> Slice {
        let requests = 100_000;
        let server_cpu = Duration::from_micros((requests * cpu_us).into());
        Slice { requests, elapsed: SECOND, server_cpu, client_cpu, p50: 400_000, p99: 900_000 }
    }

    /// The baseline takes 5 µs, the other `cpu_us`.
    fn round(cpu_us: u32, foreign: f64) -> Round {
        let client_cpu = SECOND / 2;
        Round { slices: vec![slice(5, client_cpu), slice(cpu_us, client_cpu)], foreign }
    }

    fn summary(rounds: &[Round]) -> ScenarioReport {
        let modes = Modes { user: SECOND, system: SECOND * 3 };
        let accounts = ["baseline", "other"].map(|name| Account { name, modes });
        scenario(&SIMULATE, rounds, &accounts, 0)
    }

    #[test]
    fn ratios_are_taken_within_rounds() {
        let summary = summary(&[round(6, 0.0), round(8, 0.0), round(7, 0.0)]);
        let other = &summary.servers[1];
        assert!((other.ratio.lower - 1.3).abs() < 1e-9);
        assert!((other.ratio.median - 1.4).abs() < 1e-9);
        assert!((other.ratio.upper - 1.5).abs() < 1e-9);
        assert!((other.cpu_us - 7.0).abs() < 1e-9);
        assert!((other.user_us - 1.75).abs() < 1e-9);
        assert_eq!(summary.verdict, Verdict::Conclusive);
    }

    #[test]
    fn disturbed_rounds_do_not_count() {
        let summary = summary(&[round(6, 0.0), round(9, 0.5), round(6, 0.0)]);
        assert!((summary.servers[1].ratio.upper - 1.2).abs() < 1e-9);
        assert_eq!((summary.disturbed, summary.verdict), (1, Verdict::Conclusive));
    }

    #[test]
    fn mostly_disturbed_rounds_conclude_nothing() {
        let summary = summary(&[round(6, 0.5), round(6, 0.5), round(6, 0.0)]);
        assert_eq!((summary.disturbed, summary.verdict), (2, Verdict::Inconclusive));
    }

    #[test]
    fn a_baseline_that_waits_for_the_client_concludes_nothing() {
        let mut round = round(6, 0.0);
        round.slices[0].client_cpu = SECOND;
        let summary = summary(&[round]);
        assert!(summary.servers[0].client_bound && !summary.servers[1].client_bound);
        assert_eq!(summary.verdict, Verdict::Inconclusive);
    }

    #[test]
    fn a_server_as_busy_as_the_client_is_not_bound_by_it() {
        assert!(!client_bound(&slice(10, SECOND)));
    }
}
