//! A slice of load: one server's turn in a round.

use std::thread;
use std::time::Duration;

use anyhow::Result;

use crate::load::{Limit, Load, Sample};
use crate::process::Process;
use crate::scenario::Case;
use crate::server::Server;

/// Time after a slice in which a server may finish what it puts off, such as its log, at its own expense.
pub(crate) const SETTLE: Duration = Duration::from_millis(5);

/// The time of a turn.
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

/// Connections are opened and closed outside the measured time. However slow the server, each has at least one request
/// answered, and all that were sent count, with all the time that they took.
pub(crate) fn slice(server: &Server, case: Case, length: Duration) -> Result<Slice> {
    let client = Process::current()?;
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
