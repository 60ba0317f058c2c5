//! The report as Markdown tables.

use crate::overview::overview;
use crate::report::{BinaryReport, LoadReport, ProcessReport, Report, ScenarioReport, Settings, Verdict};
use crate::statistics::Quartiles;

/// Renders the whole report.
pub(crate) fn render(report: &Report) -> String {
    let Settings { rounds, slice_ms, .. } = report.settings;
    let mut sections = vec![report.environment.to_string()];
    sections.extend((!report.languages.is_empty()).then(|| report.languages.join("; ")));
    sections.push(format!(
        "{rounds} rounds of {slice_ms} ms slices; server and client on a core each. Ratios are those of the same round, their \
         quartiles beside them. floor answers without looking; fastapi simulates step by step, as the service did that sim \
         replaces, the others jump."
    ));
    sections.push(overview(report));
    sections.extend(report.scenarios.iter().map(scenario));
    sections.push(processes(&report.processes, report.settings));
    sections.extend((!report.binaries.is_empty()).then(|| binaries(&report.binaries)));
    let sections: Vec<&str> = sections.iter().map(|section| section.trim_end()).collect();
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
            "user",
            "system",
            "ratio to hyper",
            "quartiles",
            "requests/CPU s",
            "times fastapi",
            "quartiles",
            "requests/s",
            "p50 µs",
            "p99 µs",
            "p99.9 µs",
            "requests",
            "server busy",
            "client busy",
        ],
        scenario.servers.iter().map(load),
    );
    let plural = if scenario.connections == 1 { "" } else { "s" };
    format!("### {}, {} connection{plural}\n\n{table}\n{notes}", scenario.name, scenario.connections)
}

fn load(row: &LoadReport) -> Vec<String> {
    let mark = if row.client_bound { " (client-bound)" } else { "" };
    let [times, times_quartiles] =
        row.times_fastapi.map_or_else(|| ["–"; 2].map(str::to_owned), |times| ratio(times, 1));
    let [ratio, quartiles] = ratio(row.ratio, 3);
    vec![
        row.server.clone(),
        format!("{:.2}", row.cpu_us),
        format!("{:.2}", row.user_us),
        format!("{:.2}", row.system_us),
        ratio,
        quartiles,
        format!("{:.0}", row.requests_per_cpu_second),
        times,
        times_quartiles,
        format!("{:.0}", row.requests_per_second),
        format!("{:.0}", row.p50_us),
        format!("{:.0}", row.p99_us),
        row.p999_us.map_or_else(|| "–".to_owned(), |p999| format!("{p999:.0}")),
        row.requests.to_string(),
        format!("{:.0} %", row.server_busy * 100.0),
        format!("{:.0} %{mark}", row.client_busy * 100.0),
    ]
}

/// A cell for the median and one for the other two.
fn ratio(quartiles: Quartiles, decimals: usize) -> [String; 2] {
    let Quartiles { lower, median, upper } = quartiles;
    [format!("**{median:.decimals$}**"), format!("{lower:.decimals$}..{upper:.decimals$}")]
}

fn processes(rows: &[ProcessReport], settings: Settings) -> String {
    let table = table(
        &["server", "start ms (median)", "fastest", "idle MiB", "loaded MiB", "requests", "log lines/request"],
        rows.iter().map(process),
    );
    format!(
        "### Start to first answer, resident memory\n\n{table}\nLoaded is after {} requests, or as many as were answered in \
         {} s.",
        settings.memory_requests, settings.memory_secs
    )
}

fn process(row: &ProcessReport) -> Vec<String> {
    vec![
        row.server.clone(),
        format!("{:.1}", row.start_ms.median),
        format!("{:.1}", row.start_min_ms),
        format!("{:.1}", row.idle_mib),
        format!("{:.1}", row.loaded_mib),
        row.requests.to_string(),
        format!("{:.2}", row.log_lines_per_request),
    ]
}

fn binaries(rows: &[BinaryReport]) -> String {
    let table = table(&["binary", "MB"], rows.iter().map(|row| vec![row.server.clone(), format!("{:.2}", row.mb)]));
    format!("### Size of the binary, which is all that an image holds\n\n{table}")
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
