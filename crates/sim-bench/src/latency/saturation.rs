//! How many requests a second each server answers when every connection always has one under way.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use crate::load::{Limit, Load};
use crate::process::Process;
use crate::report::Verdict;
use crate::rounds::{Counted, Round};
use crate::scenario::Scenario;
use crate::server::Server;
use crate::statistics::median;
use crate::summary::SATURATED;

/// One server's turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    requests_per_second: f64,
    server_busy: f64,
    client_busy: f64,
}

/// The servers' saturation, from which the rates follow.
#[derive(Debug, Serialize)]
pub(super) struct SaturationReport {
    /// Whether the rates are what they are called.
    pub(super) verdict: Verdict,
    /// Rounds run.
    pub(super) rounds: usize,
    /// Rounds left out because of foreign load.
    pub(super) disturbed: usize,
    /// The servers, in their order.
    pub(super) servers: Vec<Saturation>,
}

/// One server's saturation; medians over the rounds that count.
#[derive(Debug, Serialize)]
pub(super) struct Saturation {
    /// Its name.
    pub(super) server: String,
    /// Requests a second.
    pub(super) requests_per_second: f64,
    /// CPU time of the server per time that passed.
    pub(super) server_busy: f64,
    /// CPU time of the client per time that passed.
    pub(super) client_busy: f64,
    /// Whether it was the client that had no more time: then the server could do more.
    pub(super) client_bound: bool,
}

impl Turn {
    /// Sends as many requests as the server answers.
    pub(super) fn run(
        server: &Server,
        scenario: &'static Scenario,
        connections: usize,
        length: Duration,
    ) -> Result<Self> {
        let client = Process::current()?;
        let mut load = Load::connect(server.address, scenario, connections)?;
        server.empty_log()?;
        let (server_before, client_before) = (server.process.cpu_time()?, client.cpu_time()?);
        let sample = load.run(Limit::Elapsed(length))?;
        let busy = |cpu: Duration, before| cpu.saturating_sub(before).div_duration_f64(sample.elapsed);
        Ok(Self {
            requests_per_second: f64::from(sample.requests) / sample.elapsed.as_secs_f64(),
            server_busy: busy(server.process.cpu_time()?, server_before),
            client_busy: busy(client.cpu_time()?, client_before),
        })
    }
}

impl SaturationReport {
    /// Sums the rounds up.
    pub(super) fn of(servers: &[Server], rounds: &[Round<Turn>]) -> Self {
        let Counted { rounds: counted, disturbed, verdict } = Counted::of(rounds);
        let saturation = |(index, server): (usize, &Server)| Saturation::of(&server.name, &counted, index);
        let servers = servers.iter().enumerate().map(saturation).collect();
        Self { verdict, rounds: rounds.len(), disturbed, servers }
    }

    /// Requests a second by server.
    pub(super) fn requests_per_second(&self) -> Vec<f64> {
        self.servers.iter().map(|server| server.requests_per_second).collect()
    }
}

impl Saturation {
    fn of(name: &str, rounds: &[&Round<Turn>], index: usize) -> Self {
        let of = |figure: fn(&Turn) -> f64| median(rounds.iter().map(|round| figure(&round.turns[index])));
        let (server_busy, client_busy) = (of(|turn| turn.server_busy), of(|turn| turn.client_busy));
        Self {
            server: name.to_owned(),
            requests_per_second: of(|turn| turn.requests_per_second),
            server_busy,
            client_busy,
            client_bound: client_busy > SATURATED && server_busy < SATURATED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saturation(turns: &[(f64, f64, f64)]) -> Saturation {
        let turn = |&(requests_per_second, server_busy, client_busy): &_| Turn {
            requests_per_second,
            server_busy,
            client_busy,
        };
        let rounds: Vec<_> = turns.iter().map(|figures| Round { turns: vec![turn(figures)], foreign: 0.0 }).collect();
        Saturation::of("server", &rounds.iter().collect::<Vec<_>>(), 0)
    }

    #[test]
    fn saturation_is_the_median_of_the_rounds() {
        let saturation = saturation(&[(90.0, 1.0, 0.5), (100.0, 1.0, 0.5), (500.0, 1.0, 0.5)]);
        assert!((saturation.requests_per_second - 100.0).abs() < 1e-9);
    }

    #[test]
    fn a_server_with_idle_time_is_bound_by_a_client_without() {
        assert!(saturation(&[(1.0, 0.8, 0.95)]).client_bound);
        assert!(!saturation(&[(1.0, 0.95, 0.95)]).client_bound);
        assert!(!saturation(&[(1.0, 0.8, 0.8)]).client_bound);
    }
}
