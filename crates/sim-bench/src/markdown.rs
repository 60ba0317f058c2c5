//! The report as Markdown tables.

use crate::memory::REQUESTS;
use crate::report::{LoadReport, ProcessReport, Report, ScenarioReport, Settings, Verdict};

/// Renders the whole report.
pub(crate) fn render(report: &Report) -> String {
    let Settings { rounds, slice_ms, connections, .. } = report.settings;
    let mut sections = vec![format!(
        "{}

{rounds} rounds of {slice_ms} ms slices, {connections} connections; server and client on a core each",
        report.environment,
    )];
    sections.extend(report.scenarios.iter().map(scenario));
    sections.push(processes(&report.processes));
    sections.join("\n\n") + "\n"
}

fn scenario(scenario: &ScenarioReport) -> String {
    let mut notes = format!("{} of {} rounds disturbed by foreign load.", scenario.disturbed, scenario.rounds);
    if scenario.verdict == Verdict::Inconclusive {
        notes += " **Inconclusive**: for orientation only.";
    }
    let table = table(
        &[
            "server",
            "CPU µs/request",
            "of it user",
            "ratio to hyper",
            "quartiles",
            "requests/s",
            "p50 µs",
            "p99 µs",
            "server busy",
            "client busy",
        ],
        scenario.servers.iter().map(load),
    );
    format!("### {}\n\n{table}\n{notes}", scenario.name)
}

fn load(row: &LoadReport) -> Vec<String> {
    let mark = if row.client_bound { " (client-bound)" } else { "" };
    vec![
        row.server.clone(),
        format!("{:.2}", row.cpu_us),
        format!("{:.2}", row.user_us),
        format!("**{:.3}**", row.ratio.median),
        format!("{:.3}..{:.3}", row.ratio.lower, row.ratio.upper),
        format!("{:.0}", row.requests_per_second),
        format!("{:.0}", row.p50_us),
        format!("{:.0}", row.p99_us),
        format!("{:.0} %", row.server_busy * 100.0),
        format!("{:.0} %{mark}", row.client_busy * 100.0),
    ]
}

fn processes(rows: &[ProcessReport]) -> String {
    let table = table(
        &[
            "server",
            "start ms (median)",
            "fastest",
            "idle MiB",
            &format!("MiB after {REQUESTS} requests"),
            "log lines/request",
        ],
        rows.iter().map(process),
    );
    format!("### Start to first answer, resident memory\n\n{table}")
}

fn process(row: &ProcessReport) -> Vec<String> {
    vec![
        row.server.clone(),
        format!("{:.1}", row.start_ms.median),
        format!("{:.1}", row.start_min_ms),
        format!("{:.1}", row.idle_mib),
        format!("{:.1}", row.loaded_mib),
        format!("{:.2}", row.log_lines_per_request),
    ]
}

/// The first column holds names, the others numbers.
pub(crate) fn table(titles: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rule = format!("|---|{}\n", "---:|".repeat(titles.len() - 1));
    let rows: String = rows.map(|cells| line(&cells)).collect();
    line(titles) + &rule + &rows
}

fn line(cells: &[impl AsRef<str>]) -> String {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_title_a_rule_and_its_rows() {
        let rows = [["a", "1"], ["b", "2"]].map(|row| row.map(str::to_owned).to_vec());
        let expected = "| name | count |\n|---|---:|\n| a | 1 |\n| b | 2 |\n";
        assert_eq!(table(&["name", "count"], rows.into_iter()), expected);
    }
}
