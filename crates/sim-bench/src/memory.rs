//! Resident memory after a fixed number of requests.
//!
//! The peers share one program, but only the pages that a peer has touched are resident.

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::load::{Limit, Load};
use crate::scenario::SIMULATE;
use crate::server::ServerCommand;

/// Enough for allocators and caches to settle.
pub(crate) const REQUESTS: u32 = 100_000;

/// What a server holds before and after the load, and what it wrote about it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Resident memory of a server that listens and has answered nothing, in KiB.
    pub(crate) idle_kib: u32,
    /// Resident memory after [`REQUESTS`] requests, their connections still open, in KiB.
    pub(crate) loaded_kib: u32,
    /// Lines in its log for each request: the proof that a request log was on.
    pub(crate) log_lines_per_request: f64,
}

/// Loads a fresh server.
pub(crate) fn memory(command: &ServerCommand, cores: Cores, connections: usize) -> Result<Memory> {
    let server = command.start(cores)?;
    let idle_kib = server.process.resident_kib()?;
    let mut load = Load::connect(server.address, &SIMULATE, connections).with_context(|| command.name.clone())?;
    server.empty_log()?;
    load.run(Limit::Requests(REQUESTS)).with_context(|| command.name.clone())?;
    Ok(Memory {
        idle_kib,
        loaded_kib: server.process.resident_kib()?,
        log_lines_per_request: f64::from(server.log_lines()?) / f64::from(REQUESTS),
    })
}
