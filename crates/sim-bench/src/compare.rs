//! Runs the phases of a comparison and writes the report.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result, ensure};

use crate::cores::Cores;
use crate::environment::Environment;
use crate::memory::memory;
use crate::options::Options;
use crate::peers::Peer;
use crate::process::Modes;
use crate::report::{ProcessReport, Report, ScenarioReport, Settings, Verdict};
use crate::rounds::round;
use crate::scenario::{SCENARIOS, Scenario};
use crate::server::{Server, ServerCommand};
use crate::startup::start_times;
use crate::summary::{self, Account};

/// What the ratios relate to.
pub(crate) const BASELINE: Peer = Peer::Hyper;

/// Measures all servers, prints the tables and writes them to files.
pub(crate) fn compare(options: &Options) -> Result<Verdict> {
    ensure!(!cfg!(debug_assertions), "the peers are not optimised: build with --release");
    let environment = Environment::detect()?;
    let comparison = Comparison {
        settings: options.settings()?,
        commands: options.commands()?,
        cores: Cores::claim(options.server_core, options.client_core)?,
    };
    let report = Report {
        environment,
        settings: comparison.settings,
        processes: comparison.processes()?,
        scenarios: comparison.scenarios()?,
    };
    io::stdout().write_all(report.write()?.as_bytes())?;
    Ok(report.verdict())
}

struct Comparison {
    settings: Settings,
    commands: Vec<ServerCommand>,
    cores: Cores,
}

impl Comparison {
    /// Start-up and memory, with one server alive at a time.
    fn processes(&self) -> Result<Vec<ProcessReport>> {
        progress("start-up");
        let starts = start_times(&self.commands, self.cores, self.settings.starts)?;
        let report = |(command, starts): (&ServerCommand, Vec<_>)| {
            progress(&format!("memory: {}", command.name));
            let memory = memory(command, self.cores, self.settings.connections)?;
            Ok(summary::process(&command.name, &starts, memory))
        };
        self.commands.iter().zip(starts).map(report).collect()
    }

    /// Load, with all servers up at once.
    fn scenarios(&self) -> Result<Vec<ScenarioReport>> {
        let start = |command: &ServerCommand| command.start(self.cores);
        let servers: Vec<Server> = self.commands.iter().map(start).collect::<Result<_>>()?;
        let report = |scenario: &&Scenario| self.scenario(scenario, &servers);
        SCENARIOS.iter().map(report).collect()
    }

    fn scenario(&self, scenario: &Scenario, servers: &[Server]) -> Result<ScenarioReport> {
        let before = modes(servers)?;
        let rounds = (0..self.settings.rounds)
            .map(|number| {
                progress(&format!("{}: round {} of {}", scenario.name, number + 1, self.settings.rounds));
                round(servers, scenario, self.settings, self.cores, number)
            })
            .collect::<Result<Vec<_>>>()?;
        let accounts: Vec<Account<'_>> = self
            .commands
            .iter()
            .zip(before.iter().zip(modes(servers)?))
            .map(|(command, (before, after))| Account { name: &command.name, modes: after - *before })
            .collect();
        Ok(summary::scenario(scenario, &rounds, &accounts, self.baseline()?))
    }

    fn baseline(&self) -> Result<usize> {
        let is_baseline = |command: &ServerCommand| command.name == BASELINE.name();
        self.commands.iter().position(is_baseline).context("no baseline")
    }
}

fn modes(servers: &[Server]) -> Result<Vec<Modes>> {
    servers.iter().map(|server| server.process.modes()).collect()
}

/// A progress line that nobody reads is no reason to stop.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
