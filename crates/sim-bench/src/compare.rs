//! Runs the phases of a comparison and writes the report.

use std::fs;
use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::cores::Cores;
use crate::environment::Environment;
use crate::external::{EXTERNAL_PEERS, FASTAPI};
use crate::memory::memory;
use crate::options::Options;
use crate::peers::Peer;
use crate::process::Modes;
use crate::report::{BinaryReport, ProcessReport, Report, ScenarioReport, Settings, Verdict};
use crate::rounds::Round;
use crate::scenario::Case;
use crate::server::{Server, ServerCommand};
use crate::slice::slice;
use crate::startup::start_times;
use crate::summary::{self, Account, References};

/// The server that the ratios refer to.
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
        languages: comparison.languages(),
        settings: comparison.settings,
        binaries: binaries(&options.builds()?)?,
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
            let memory = memory(command, self.cores, self.settings)?;
            Ok(summary::process(&command.name, &starts, memory))
        };
        self.commands.iter().zip(starts).map(report).collect()
    }

    /// Load, with all servers up at once.
    fn scenarios(&self) -> Result<Vec<ScenarioReport>> {
        let start = |command: &ServerCommand| command.start(self.cores);
        let servers: Vec<Server> = self.commands.iter().map(start).collect::<Result<_>>()?;
        Case::all(self.settings.connections).into_iter().map(|case| self.case(case, &servers)).collect()
    }

    /// The first round warms up, and does not count.
    fn case(&self, case: Case, servers: &[Server]) -> Result<ScenarioReport> {
        let run = |number| {
            let Case { scenario, connections } = case;
            progress(&format!(
                "{}, connections {connections}: round {number} of {}",
                scenario.name, self.settings.rounds
            ));
            let length = Duration::from_millis(self.settings.slice_ms);
            Round::run(servers, self.cores, number, |_, server| slice(server, case, length))
        };
        run(0)?;
        let before = modes(servers)?;
        let rounds = (1..=self.settings.rounds).map(run).collect::<Result<Vec<_>>>()?;
        let accounts: Vec<Account<'_>> = self
            .commands
            .iter()
            .zip(before.iter().zip(modes(servers)?))
            .map(|(command, (before, after))| Account { name: &command.name, modes: after - *before })
            .collect();
        let references =
            References { baseline: self.place(BASELINE.name()).context("no baseline")?, fastapi: self.place(FASTAPI) };
        Ok(summary::scenario(case, &rounds, &accounts, references))
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.commands.iter().position(|command| command.name == name)
    }

    fn languages(&self) -> Vec<String> {
        let present = EXTERNAL_PEERS.iter().filter(|peer| self.place(peer.name).is_some());
        present.map(|peer| format!("{}: {}", peer.name, peer.version())).collect()
    }
}

fn binaries(builds: &[ServerCommand]) -> Result<Vec<BinaryReport>> {
    let size = |build: &ServerCommand| {
        let bytes = u32::try_from(fs::metadata(&build.program)?.len())?;
        Ok(BinaryReport { server: build.name.clone(), mb: f64::from(bytes) / 1e6 })
    };
    builds.iter().map(size).collect()
}

fn modes(servers: &[Server]) -> Result<Vec<Modes>> {
    servers.iter().map(|server| server.process.modes()).collect()
}

/// A progress line that nobody reads is no reason to stop.
pub(crate) fn progress(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}
