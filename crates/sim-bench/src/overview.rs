//! The overview: one row per server.

use crate::markdown::table;
use crate::report::{LoadReport, ProcessReport, Report};
use crate::scenario::{SIMULATE, SIMULATE_LONG, Scenario};

/// Renders the table from figures of the whole report.
pub(crate) fn overview(report: &Report) -> String {
    let (short, long) = (loads(report, &SIMULATE), loads(report, &SIMULATE_LONG));
    let rows =
        report.processes.iter().zip(short.iter().zip(long)).map(|(process, (short, long))| row(process, short, long));
    let table = table(
        &[
            "server",
            "CPU µs/request",
            "ratio to hyper",
            "times fastapi, 1000 steps",
            "times fastapi, 100000 steps",
            "p99 µs",
            "loaded MiB",
            "start ms",
        ],
        rows,
    );
    let connections = report.settings.connections;
    format!("### In short: POST /simulate, steps 1000 where nothing else is said, {connections} connections\n\n{table}")
}

/// The servers under a request, over as many connections as it was sent over.
fn loads<'a>(report: &'a Report, scenario: &Scenario) -> &'a [LoadReport] {
    let of_scenario = report.scenarios.iter().filter(|report| report.name == scenario.name);
    of_scenario.max_by_key(|report| report.connections).map_or(&[], |report| &report.servers)
}

fn row(process: &ProcessReport, short: &LoadReport, long: &LoadReport) -> Vec<String> {
    let times =
        |load: &LoadReport| load.times_fastapi.map_or_else(|| "–".to_owned(), |times| format!("{:.1}", times.median));
    vec![
        process.server.clone(),
        format!("{:.2}", short.cpu_us),
        format!("**{:.3}**", short.ratio.median),
        times(short),
        times(long),
        format!("{:.0}", short.p99_us),
        format!("{:.1}", process.loaded_mib),
        format!("{:.1}", process.start_ms.median),
    ]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::environment::Environment;
    use crate::memory::Memory;
    use crate::process::Modes;
    use crate::report::{ScenarioReport, Settings};
    use crate::rounds::Round;
    use crate::scenario::Case;
    use crate::slice::Slice;
    use crate::summary::{self, Account, References};

    const SECOND: Duration = Duration::from_secs(1);

    /// `hyper` takes 5 µs a request, `fastapi` as many as are given.
    fn case(scenario: &'static Scenario, connections: usize, fastapi_us: u32) -> ScenarioReport {
        let slice = |cpu_us: u32| Slice {
            requests: 1000,
            elapsed: SECOND,
            server_cpu: Duration::from_micros(u64::from(cpu_us) * 1000),
            client_cpu: SECOND / 2,
            latencies: vec![cpu_us * 1000; 1000],
        };
        let round = Round { turns: vec![slice(5), slice(fastapi_us)], foreign: 0.0 };
        let modes = Modes { user: SECOND, system: SECOND };
        let accounts = ["hyper", "fastapi"].map(|name| Account { name, modes });
        let references = References { baseline: 0, fastapi: Some(1) };
        summary::scenario(Case { scenario, connections }, &[round], &accounts, references)
    }

    #[test]
    fn a_row_has_the_figures_of_both_simulations_over_many_connections() {
        let memory = Memory { idle_kib: 1024, loaded_kib: 2048, requests: 10, log_lines_per_request: 0.0 };
        let process = |name| summary::process(name, &[SECOND], memory);
        let report = Report {
            environment: Environment::detect().expect("this machine"),
            languages: Vec::new(),
            settings: Settings {
                rounds: 1,
                slice_ms: 1000,
                connections: 64,
                starts: 1,
                memory_requests: 10,
                memory_secs: 1,
            },
            scenarios: vec![case(&SIMULATE, 1, 40), case(&SIMULATE, 64, 200), case(&SIMULATE_LONG, 64, 6000)],
            processes: vec![process("hyper"), process("fastapi")],
            binaries: Vec::new(),
        };
        let table = overview(&report);
        assert!(table.contains("| hyper | 5.00 | **1.000** | 40.0 | 1200.0 | 5 | 2.0 | 1000.0 |"), "{table}");
        assert!(table.contains("| fastapi | 200.00 | **40.000** | 1.0 | 1.0 | 200 | 2.0 | 1000.0 |"), "{table}");
    }
}
