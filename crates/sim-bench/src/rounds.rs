//! Rounds of load slices: every server gets one slice in every round.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::load::{Limit, Load, Sample};
use crate::process::Process;
use crate::scenario::Case;
use crate::server::Server;

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
    /// Time from request to response, in nanoseconds.
    pub(crate) latencies: Vec<u32>,
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
pub(crate) fn round(servers: &[Server], case: Case, length: Duration, cores: Cores, number: usize) -> Result<Round> {
    let client = Process::current()?;
    let watch = cores.watch(servers.iter().map(|server| server.process))?;
    let turn = |turn: usize| {
        let index = (number + turn) % servers.len();
        let server = &servers[index];
        let slice = slice(server, case, length, client).with_context(|| server.name.clone())?;
        Ok((index, slice))
    };
    let mut slices: Vec<(usize, Slice)> = (0..servers.len()).map(turn).collect::<Result<_>>()?;
    let foreign = watch.foreign()?;
    slices.sort_by_key(|(index, _)| *index);
    Ok(Round { slices: slices.into_iter().map(|(_, slice)| slice).collect(), foreign })
}

/// Connections are opened and closed outside the measured time. However slow the server, each has at least one request
/// answered, and all that were sent count, with all the time that they took.
fn slice(server: &Server, case: Case, length: Duration, client: Process) -> Result<Slice> {
    let mut load = Load::connect(server.address, case.scenario, case.connections)?;
    server.empty_log()?;
    let server_before = server.process.cpu_time()?;
    let client_before = client.cpu_time()?;
    let Sample { requests, elapsed, latencies } = load.run(Limit::Elapsed(length))?;
    let client_cpu = client.cpu_time()?.saturating_sub(client_before);
    thread::sleep(SETTLE);
    let server_cpu = server.process.cpu_time()?.saturating_sub(server_before);
    Ok(Slice { requests, elapsed, server_cpu, client_cpu, latencies })
}
