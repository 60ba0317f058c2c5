//! How many requests a second each server answers when every connection always has one under way.

use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use super::turns::{Counted, Round};
use crate::load::{Limit, Load};
use crate::process::Process;
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

/// Sums the rounds up.
pub(super) fn saturations(servers: &[Server], rounds: &[Round<Turn>]) -> Vec<Saturation> {
    let counted = Counted::of(rounds).rounds;
    let saturation = |(index, server): (usize, &Server)| {
        let of = |figure: fn(&Turn) -> f64| median(counted.iter().map(|round| figure(&round.turns[index])));
        let (server_busy, client_busy) = (of(|turn| turn.server_busy), of(|turn| turn.client_busy));
        Saturation {
            server: server.name.clone(),
            requests_per_second: of(|turn| turn.requests_per_second),
            server_busy,
            client_busy,
            client_bound: client_busy > SATURATED && server_busy < SATURATED,
        }
    };
    servers.iter().enumerate().map(saturation).collect()
}
