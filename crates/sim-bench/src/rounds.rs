//! Rounds of load slices: every server gets one slice in every round.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::load::{Limit, Load};
use crate::process::Process;
use crate::report::Settings;
use crate::scenario::Scenario;
use crate::server::Server;
use crate::statistics::percentile;

/// Time after a slice in which a server may finish what it puts off, such as its log, at its own expense.
pub(crate) const SETTLE: Duration = Duration::from_millis(5);

/// One server's turn.
#[derive(Clone, Debug)]
pub(crate) struct Slice {
    /// Requests answered.
    pub(crate) requests: u32,
    /// From the first request to the last response.
    pub(crate) elapsed: Duration,
    /// CPU time of the server's process.
    pub(crate) server_cpu: Duration,
    /// CPU time of the client.
    pub(crate) client_cpu: Duration,
    /// Median latency in nanoseconds.
    pub(crate) p50: u32,
    /// 99th percentile of latency in nanoseconds.
    pub(crate) p99: u32,
}

/// One turn of each server, in the servers' order whatever the order of turns was.
#[derive(Clone, Debug)]
pub(crate) struct Round {
    /// The turns.
    pub(crate) slices: Vec<Slice>,
    /// Share of the two cores' time that went to other processes or was stolen by the host.
    pub(crate) foreign: f64,
}

/// Runs one round; `number` rotates the order of turns.
pub(crate) fn round(
    servers: &[Server],
    scenario: &Scenario,
    settings: Settings,
    cores: Cores,
    number: usize,
) -> Result<Round> {
    let client = Process::current()?;
    let watch = cores.watch(servers.iter().map(|server| server.process))?;
    let turn = |turn: usize| {
        let index = (number + turn) % servers.len();
        let server = &servers[index];
        let slice = slice(server, scenario, settings, client).with_context(|| server.name.clone())?;
        Ok((index, slice))
    };
    let mut slices: Vec<(usize, Slice)> = (0..servers.len()).map(turn).collect::<Result<_>>()?;
    let foreign = watch.foreign()?;
    slices.sort_by_key(|(index, _)| *index);
    Ok(Round { slices: slices.into_iter().map(|(_, slice)| slice).collect(), foreign })
}

/// Connections are opened and closed outside the measured time.
fn slice(server: &Server, scenario: &Scenario, settings: Settings, client: Process) -> Result<Slice> {
    let mut load = Load::connect(server.address, scenario, settings.connections)?;
    server.empty_log()?;
    let server_before = server.process.cpu_time()?;
    let client_before = client.cpu_time()?;
    let mut sample = load.run(Limit::Elapsed(Duration::from_millis(settings.slice_ms)))?;
    let client_cpu = client.cpu_time()?.saturating_sub(client_before);
    thread::sleep(SETTLE);
    let server_cpu = server.process.cpu_time()?.saturating_sub(server_before);
    sample.latencies.sort_unstable();
    Ok(Slice {
        requests: sample.requests,
        elapsed: sample.elapsed,
        server_cpu,
        client_cpu,
        p50: percentile(&sample.latencies, 50).context("no answers")?,
        p99: percentile(&sample.latencies, 99).context("no answers")?,
    })
}
