//! Resident memory after many requests: a fixed number, or as many as a slow server answers in a fixed time.
//!
//! The peers share one program, but only the pages that a peer has touched are resident.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::load::{Limit, Load};
use crate::report::Settings;
use crate::scenario::SIMULATE;
use crate::server::{Server, ServerCommand};
use crate::slice::SETTLE;

/// Requests after which the log is emptied, so that it does not fill the disk.
const PART: u32 = 10_000;

/// Requests whose log lines are counted.
const LOGGED: u32 = 1000;

/// Time in which a server may write the rest of its log.
const LOG_DELAY: Duration = Duration::from_millis(200);

/// The memory of a server before and after the load, and its log lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Resident memory of a server that listens and has answered nothing, in KiB.
    pub(crate) idle_kib: u32,
    /// Resident memory after the requests, their connections still open, in KiB.
    pub(crate) loaded_kib: u32,
    /// The number of requests.
    pub(crate) requests: u32,
    /// Lines in its log for each of [`LOGGED`] more requests: the proof that a request log was on.
    pub(crate) log_lines_per_request: f64,
}

/// Loads a fresh server.
pub(crate) fn memory(command: &ServerCommand, cores: Cores, settings: Settings) -> Result<Memory> {
    let server = command.start(cores)?;
    let idle_kib = server.process.resident_kib()?;
    let mut load =
        Load::connect(server.address, &SIMULATE, settings.connections).with_context(|| command.name.clone())?;
    let end = Instant::now() + Duration::from_secs(settings.memory_secs);
    let mut requests = 0;
    while requests < settings.memory_requests && Instant::now() < end {
        server.empty_log()?;
        let part = PART.min(settings.memory_requests - requests);
        requests += load.run(Limit::Requests(part)).with_context(|| command.name.clone())?.requests;
        thread::sleep(SETTLE);
    }
    Ok(Memory {
        idle_kib,
        loaded_kib: server.process.resident_kib()?,
        requests,
        log_lines_per_request: log_lines_per_request(&server, &mut load).with_context(|| command.name.clone())?,
    })
}

fn log_lines_per_request(server: &Server, load: &mut Load<'_>) -> Result<f64> {
    thread::sleep(LOG_DELAY);
    server.empty_log()?;
    load.run(Limit::Requests(LOGGED))?;
    thread::sleep(LOG_DELAY);
    Ok(f64::from(server.log_lines()?) / f64::from(LOGGED))
}
