//! Requests that are compared by what they cost their servers, one after the other in every round.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::transfer::Request;
use crate::server::Server;
use crate::statistics::{Quartiles, median};

/// A request to one of the servers.
pub(super) struct Turn {
    pub(super) name: &'static str,
    pub(super) server: &'static str,
    pub(super) request: Request,
    /// How many times it is sent in a turn.
    pub(super) calls: u32,
}

/// Requests to compare; the first is the baseline.
pub(super) struct Group {
    pub(super) title: &'static str,
    /// What is counted.
    pub(super) unit: &'static str,
    /// How many of it an answer has.
    pub(super) units: u32,
    pub(super) turns: Vec<Turn>,
}

/// What was found of one request; medians over the rounds.
#[derive(Debug)]
pub(super) struct Figures {
    pub(super) name: &'static str,
    /// The server's CPU time for a unit.
    pub(super) nanoseconds: f64,
    /// Its CPU time divided by the baseline's of the same round.
    pub(super) ratio: Quartiles,
    pub(super) units_per_second: f64,
    pub(super) bytes_per_second: f64,
}

/// What one turn took.
#[derive(Clone, Copy, Default)]
struct Cost {
    cpu: Duration,
    elapsed: Duration,
    bytes: u64,
}

impl Group {
    /// Gives each request a turn in every round.
    pub(super) fn measure<'a>(
        &self,
        servers: impl Fn(&'static str) -> &'a Server,
        rounds: usize,
    ) -> Result<Vec<Figures>> {
        // The first one warms up, and does not count.
        let rounds = (0..=rounds).map(|number| self.round(&servers, number)).collect::<Result<Vec<_>>>()?;
        let counted = &rounds[1..];
        let figures = |(index, turn): (usize, &Turn)| {
            let units = f64::from(turn.calls) * f64::from(self.units);
            let cpu =
                |round: &Vec<Cost>, index: usize| round[index].cpu.as_secs_f64() / f64::from(self.turns[index].calls);
            let per_second = |amount: fn(Cost, f64) -> f64| {
                median(counted.iter().map(|round| amount(round[index], units) / round[index].elapsed.as_secs_f64()))
            };
            Figures {
                name: turn.name,
                nanoseconds: median(counted.iter().map(|round| cpu(round, index) * 1e9 / f64::from(self.units))),
                ratio: Quartiles::of(counted.iter().map(|round| cpu(round, index) / cpu(round, 0))),
                units_per_second: per_second(|_, units| units),
                #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
                bytes_per_second: per_second(|cost, _| cost.bytes as f64),
            }
        };
        Ok(self.turns.iter().enumerate().map(figures).collect())
    }

    /// What each turn took; `number` rotates their order.
    fn round<'a>(&self, servers: &impl Fn(&'static str) -> &'a Server, number: usize) -> Result<Vec<Cost>> {
        let mut costs = vec![Cost::default(); self.turns.len()];
        for turn in 0..self.turns.len() {
            let index = (number + turn) % self.turns.len();
            costs[index] = self.turns[index].run(servers).context(self.turns[index].name)?;
        }
        Ok(costs)
    }
}

impl Turn {
    fn run<'a>(&self, servers: &impl Fn(&'static str) -> &'a Server) -> Result<Cost> {
        let server = servers(self.server);
        let (before, started) = (server.process.cpu_time()?, Instant::now());
        let mut bytes = 0;
        for _ in 0..self.calls {
            bytes += self.request.transfer(server.address)?;
        }
        let elapsed = started.elapsed();
        Ok(Cost { cpu: server.process.cpu_time()?.saturating_sub(before), elapsed, bytes })
    }
}
