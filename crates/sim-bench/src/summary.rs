//! From raw measurements to the report's figures.

use std::time::Duration;

use crate::memory::Memory;
use crate::process::Modes;
use crate::report::{LoadReport, ProcessReport, ScenarioReport, Verdict};
use crate::rounds::{Counted, Round};
use crate::scenario::Case;
use crate::slice::Slice;
use crate::statistics::{Quartiles, median, per_mille};

/// Share of a core's time from which on that side counts as saturated.
pub(crate) const SATURATED: f64 = 0.9;

/// The figures of a server besides its slices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account<'a> {
    /// Its name.
    pub(crate) name: &'a str,
    /// CPU time by mode over the scenario.
    pub(crate) modes: Modes,
}

/// The servers that the others are compared with, by their place among them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct References {
    /// By CPU time.
    pub(crate) baseline: usize,
    /// By requests per CPU second.
    pub(crate) fastapi: Option<usize>,
}

/// Sums a case up. `accounts` and the slices of every round are in the same order, which `references` relate to.
///
/// Disturbed rounds are left out, unless they are most: then nothing is left out and nothing concluded.
/// Nor is anything if the baseline waited for the client, for then its share of idle time is in all ratios.
pub(crate) fn scenario(
    case: Case,
    rounds: &[Round<Slice>],
    accounts: &[Account<'_>],
    references: References,
) -> ScenarioReport {
    let Counted { rounds: counted, disturbed, verdict } = Counted::of(rounds);
    let server = |(index, account): (usize, &Account<'_>)| LoadReport {
        cpu_us_by_round: rounds.iter().map(|round| cpu_us(&round.turns[index])).collect(),
        ..load(&counted, *account, index, references)
    };
    let servers: Vec<LoadReport> = accounts.iter().enumerate().map(server).collect();
    ScenarioReport {
        name: case.scenario.name,
        connections: case.connections,
        verdict: if servers[references.baseline].client_bound { Verdict::Inconclusive } else { verdict },
        rounds: rounds.len(),
        disturbed,
        foreign: rounds.iter().map(|round| round.foreign).collect(),
        servers,
    }
}

fn load(rounds: &[&Round<Slice>], account: Account<'_>, index: usize, references: References) -> LoadReport {
    let of = |figure: fn(&Slice) -> f64| median(rounds.iter().map(|round| figure(&round.turns[index])));
    let ratio = |one: usize, other: usize| {
        Quartiles::of(rounds.iter().map(|round| cpu_us(&round.turns[one]) / cpu_us(&round.turns[other])))
    };
    let client_bound = rounds.iter().filter(|round| client_bound(&round.turns[index])).count();
    let user_share = user_share(account.modes);
    let mut latencies: Vec<u32> = rounds.iter().flat_map(|round| &round.turns[index].latencies).copied().collect();
    latencies.sort_unstable();
    let percentile = |thousandths| per_mille(&latencies, thousandths).map_or(f64::NAN, |ns| f64::from(ns) / 1e3);
    LoadReport {
        server: account.name.to_owned(),
        requests: latencies.len(),
        cpu_us: of(cpu_us),
        user_us: of(cpu_us) * user_share,
        system_us: of(cpu_us) * (1.0 - user_share),
        ratio: ratio(index, references.baseline),
        requests_per_cpu_second: 1e6 / of(cpu_us),
        times_fastapi: references.fastapi.map(|fastapi| ratio(fastapi, index)),
        requests_per_second: of(|slice| f64::from(slice.requests) / slice.elapsed.as_secs_f64()),
        p50_us: percentile(500),
        p99_us: percentile(990),
        p999_us: (latencies.len() >= 1000).then(|| percentile(999)),
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
        requests: memory.requests,
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
        Slice { requests, elapsed: SECOND, server_cpu, client_cpu, latencies: vec![1000 * cpu_us; 500] }
    }

    /// The baseline takes 5 µs, the other `cpu_us`.
    fn round(cpu_us: u32, foreign: f64) -> Round<Slice> {
        let client_cpu = SECOND / 2;
        Round { turns: vec![slice(5, client_cpu), slice(cpu_us, client_cpu)], foreign }
    }

    fn summary(rounds: &[Round<Slice>]) -> ScenarioReport {
        let modes = Modes { user: SECOND, system: SECOND * 3 };
        let accounts = ["baseline", "other"].map(|name| Account { name, modes });
        let case = Case { scenario: &SIMULATE, connections: 64 };
        scenario(case, rounds, &accounts, References { baseline: 0, fastapi: Some(0) })
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
        assert!((other.system_us - 5.25).abs() < 1e-9);
        assert!((other.requests_per_cpu_second - 1e6 / 7.0).abs() < 1e-6);
        assert!((other.times_fastapi.expect("a reference").median - 1.0 / 1.4).abs() < 1e-9);
        assert_eq!(summary.verdict, Verdict::Conclusive);
    }

    #[test]
    fn percentiles_are_those_of_all_requests_and_the_last_needs_a_thousand() {
        let short = summary(&[round(6, 0.0)]);
        assert_eq!((short.servers[1].requests, short.servers[1].p999_us), (500, None));
        let long = summary(&[round(6, 0.0), round(6, 0.0), round(8, 0.0), round(9, 0.5)]);
        let other = &long.servers[1];
        assert_eq!((other.requests, other.p50_us, other.p99_us, other.p999_us), (1500, 6.0, 8.0, Some(8.0)));
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
        round.turns[0].client_cpu = SECOND;
        let summary = summary(&[round]);
        assert!(summary.servers[0].client_bound && !summary.servers[1].client_bound);
        assert_eq!(summary.verdict, Verdict::Inconclusive);
    }

    #[test]
    fn a_server_as_busy_as_the_client_is_not_bound_by_it() {
        assert!(!client_bound(&slice(10, SECOND)));
    }
}
