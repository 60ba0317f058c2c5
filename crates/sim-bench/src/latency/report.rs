//! The report: the form of the answer, and the files it is written to.

use anyhow::Result;
use serde::Serialize;

use super::rates::Rate;
use super::saturation::SaturationReport;
use super::{Settings, markdown};
use crate::environment::Environment;
use crate::report::{Verdict, save};
use crate::statistics::Quartiles;

/// What one turn found, in microseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Turn {
    pub(super) p50_us: f64,
    pub(super) p99_us: f64,
    pub(super) p999_us: f64,
    pub(super) max_us: f64,
    /// 99th percentile of how late the client sent what it could have sent.
    pub(super) late_p99_us: f64,
    /// Share of the requests that found no connection free when they were due.
    pub(super) queued: f64,
}

/// All that a run found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) environment: Environment,
    pub(super) settings: Settings,
    /// What the rates relate to.
    pub(super) saturation: SaturationReport,
    /// By rate.
    pub(super) rates: Vec<RateReport>,
}

/// The servers at one rate, side by side.
#[derive(Debug, Serialize)]
pub(super) struct RateReport {
    pub(super) rate: Rate,
    /// Whether the ratios may be trusted.
    pub(super) verdict: Verdict,
    /// Rounds run.
    pub(super) rounds: usize,
    /// Rounds left out because of foreign load.
    pub(super) disturbed: usize,
    /// Foreign load of each round.
    pub(super) foreign: Vec<f64>,
    /// The servers, in their order.
    pub(super) servers: Vec<ServerReport>,
}

/// One server at one rate.
#[derive(Debug, Serialize)]
pub(super) struct ServerReport {
    /// Its name.
    pub(super) server: String,
    /// Requests sent a second.
    pub(super) requests_per_second: f64,
    /// Medians over the rounds that count.
    #[serde(flatten)]
    pub(super) median: Turn,
    /// 99th percentile relative to the baseline's of the same round.
    pub(super) p99_ratio: Quartiles,
    /// 99th percentile in microseconds of every round, disturbed ones too.
    pub(super) p99_us_by_round: Vec<f64>,
}

impl Report {
    /// Conclusive if the saturation and the figures at every rate are.
    pub(super) fn verdict(&self) -> Verdict {
        let mut verdicts = self.rates.iter().map(|rate| rate.verdict).chain([self.saturation.verdict]);
        if verdicts.all(|verdict| verdict == Verdict::Conclusive) { Verdict::Conclusive } else { Verdict::Inconclusive }
    }

    /// Writes the report as JSON and as Markdown, and gives the latter.
    pub(super) fn write(&self) -> Result<String> {
        let markdown = markdown::render(self);
        save("latency.md", &markdown)?;
        save("latency.json", &serde_json::to_string_pretty(self)?)?;
        Ok(markdown)
    }
}
