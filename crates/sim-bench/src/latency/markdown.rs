//! The report as Markdown tables.

use super::report::{RateReport, Report, ServerReport};
use super::saturation::{Saturation, SaturationReport};
use super::{SCENARIO, Settings};
use crate::markdown::table;
use crate::report::Verdict;

/// Renders the whole report.
pub(super) fn render(report: &Report) -> String {
    let Settings { rounds, slice_ms, connections, arrivals, .. } = &report.settings;
    let mut sections = vec![format!(
        "{}

Latency of {} from when each request was due, sent by the clock over {connections} connections, arrivals \
{}. {rounds} rounds of {slice_ms} ms slices; figures are medians of the rounds' percentiles, ratios are taken \
within a round. Late: the client's own part of the latency (99th percentile). Queued: requests that found all connections \
busy.",
        report.environment,
        SCENARIO.name,
        arrivals.name(),
    )];
    sections.push(saturation(&report.saturation));
    sections.extend(report.rates.iter().map(rate));
    sections.join("\n\n") + "\n"
}

fn saturation(report: &SaturationReport) -> String {
    let row = |row: &Saturation| {
        let mark = if row.client_bound { " (client-bound)" } else { "" };
        vec![
            row.server.clone(),
            format!("{:.0}", row.requests_per_second),
            format!("{:.0} %", row.server_busy * 100.0),
            format!("{:.0} %{mark}", row.client_busy * 100.0),
        ]
    };
    let table = table(&["server", "requests/s", "server busy", "client busy"], report.servers.iter().map(row));
    let notes = notes(report.disturbed, report.rounds, report.verdict);
    format!("### Saturation: every connection always has a request under way\n\n{table}\n{notes}")
}

fn rate(report: &RateReport) -> String {
    let titles = [
        "server",
        "requests/s",
        "p50 µs",
        "p99 µs",
        "p99 to hyper's",
        "quartiles",
        "p99.9 µs",
        "max µs",
        "late µs",
        "queued",
    ];
    let notes = notes(report.disturbed, report.rounds, report.verdict);
    format!("### {}\n\n{}\n{notes}", report.rate.title(), table(&titles, report.servers.iter().map(row)))
}

fn notes(disturbed: usize, rounds: usize, verdict: Verdict) -> String {
    let inconclusive = match verdict {
        Verdict::Conclusive => "",
        Verdict::Inconclusive => " **Inconclusive**: for orientation only.",
    };
    format!("{disturbed} of {rounds} rounds disturbed by foreign load.{inconclusive}")
}

fn row(row: &ServerReport) -> Vec<String> {
    let mark = if row.client_late() { " (client late)" } else { "" };
    vec![
        row.server.clone(),
        format!("{:.0}", row.requests_per_second),
        format!("{:.0}", row.median.p50_us),
        format!("{:.0}", row.median.p99_us),
        format!("**{:.2}**", row.p99_ratio.median),
        format!("{:.2}..{:.2}", row.p99_ratio.lower, row.p99_ratio.upper),
        format!("{:.0}", row.median.p999_us),
        format!("{:.0}", row.median.max_us),
        format!("{:.0}{mark}", row.median.late_p99_us),
        format!("{:.1} %", row.median.queued * 100.0),
    ]
}
