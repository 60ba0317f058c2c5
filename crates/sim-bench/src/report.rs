//! The report: the form of the answer, and the files it is written to.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::environment::Environment;
use crate::markdown;
use crate::statistics::Quartiles;

/// Whether the figures may be compared.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// They may.
    Conclusive,
    /// They may not: most rounds were disturbed, or the baseline waited for the client.
    Inconclusive,
}

/// The results of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// The machine and the tools.
    pub(crate) environment: Environment,
    /// Versions of the languages of the peers that are not part of this program.
    pub(crate) languages: Vec<String>,
    /// How.
    pub(crate) settings: Settings,
    /// Load, by request.
    pub(crate) scenarios: Vec<ScenarioReport>,
    /// Start-up and memory, by server.
    pub(crate) processes: Vec<ProcessReport>,
    /// The size of the product's image, by build.
    pub(crate) binaries: Vec<BinaryReport>,
}

/// How the load was divided.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Settings {
    /// Rounds of each scenario.
    pub(crate) rounds: usize,
    /// Length of a slice in milliseconds.
    pub(crate) slice_ms: u64,
    /// Connections to the server whose turn it is.
    pub(crate) connections: usize,
    /// Starts of each server.
    pub(crate) starts: usize,
    /// Requests after which memory is read.
    pub(crate) memory_requests: u32,
    /// Seconds after which it is read of a server that has not answered as many.
    pub(crate) memory_secs: u64,
}

/// One request, side by side.
#[derive(Debug, Serialize)]
pub(crate) struct ScenarioReport {
    /// The request.
    pub(crate) name: &'static str,
    /// Over how many connections.
    pub(crate) connections: usize,
    /// Whether the ratios may be trusted.
    pub(crate) verdict: Verdict,
    /// Rounds run.
    pub(crate) rounds: usize,
    /// Rounds left out because of foreign load.
    pub(crate) disturbed: usize,
    /// Foreign load of each round.
    pub(crate) foreign: Vec<f64>,
    /// The servers, in their order.
    pub(crate) servers: Vec<LoadReport>,
}

/// One server under one request. Figures are medians over the rounds that count, but for latencies, whose percentiles are
/// those of all requests in these rounds.
#[derive(Debug, Serialize)]
pub(crate) struct LoadReport {
    /// Its name.
    pub(crate) server: String,
    /// Requests answered in the rounds that count.
    pub(crate) requests: usize,
    /// CPU time per request in microseconds.
    pub(crate) cpu_us: f64,
    /// The part of it spent in the server's own code, from coarse ticks over all rounds.
    pub(crate) user_us: f64,
    /// The part of it spent in the kernel.
    pub(crate) system_us: f64,
    /// CPU time per request, relative to the baseline's of the same round.
    pub(crate) ratio: Quartiles,
    /// Requests per second of CPU time.
    pub(crate) requests_per_cpu_second: f64,
    /// Requests per CPU second relative to `FastAPI` in the same round; `None` if it was left out.
    pub(crate) times_fastapi: Option<Quartiles>,
    /// Requests per second.
    pub(crate) requests_per_second: f64,
    /// Median latency in microseconds.
    pub(crate) p50_us: f64,
    /// 99th percentile of latency in microseconds.
    pub(crate) p99_us: f64,
    /// 99.9th percentile of latency in microseconds; nothing of fewer than a thousand requests.
    pub(crate) p999_us: Option<f64>,
    /// CPU time of the server per time that passed.
    pub(crate) server_busy: f64,
    /// CPU time of the client per time that passed.
    pub(crate) client_busy: f64,
    /// Whether it waited for the client in most rounds.
    pub(crate) client_bound: bool,
    /// CPU time per request in microseconds of every round, disturbed ones too.
    pub(crate) cpu_us_by_round: Vec<f64>,
}

/// One server's start-up and memory.
#[derive(Debug, Serialize)]
pub(crate) struct ProcessReport {
    /// Its name.
    pub(crate) server: String,
    /// Start to first answer in milliseconds.
    pub(crate) start_ms: Quartiles,
    /// The fastest start in milliseconds.
    pub(crate) start_min_ms: f64,
    /// Resident memory before the first request in MiB.
    pub(crate) idle_mib: f64,
    /// Resident memory after the load in MiB.
    pub(crate) loaded_mib: f64,
    /// Requests of that load.
    pub(crate) requests: u32,
    /// Lines written to standard output per request.
    pub(crate) log_lines_per_request: f64,
}

/// One build of the product.
#[derive(Debug, Serialize)]
pub(crate) struct BinaryReport {
    /// Its name.
    pub(crate) server: String,
    /// Size of its file in MB.
    pub(crate) mb: f64,
}

impl Report {
    /// Conclusive if every scenario is.
    pub(crate) fn verdict(&self) -> Verdict {
        let conclusive = |scenario: &ScenarioReport| scenario.verdict == Verdict::Conclusive;
        if self.scenarios.iter().all(conclusive) { Verdict::Conclusive } else { Verdict::Inconclusive }
    }

    /// Writes the report as JSON and as Markdown, and gives the latter.
    pub(crate) fn write(&self) -> Result<String> {
        let markdown = markdown::render(self);
        save("latest.md", &markdown)?;
        save("latest.json", &serde_json::to_string_pretty(self)?)?;
        Ok(markdown)
    }
}

/// Writes a file of results.
pub(crate) fn save(name: &str, contents: &str) -> Result<()> {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("results");
    fs::create_dir_all(&directory)
        .and_then(|()| fs::write(directory.join(name), contents))
        .with_context(|| format!("cannot write to {}", directory.display()))
}
