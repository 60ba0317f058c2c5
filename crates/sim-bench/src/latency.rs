//! Latency at fixed rates: requests are sent when they are due, whether or not the server keeps up, and their latency counts
//! from then.
//!
//! Saturation is measured first, in the same run, so that rates mean the same on every machine. A busy client core is part of
//! the method: the client polls without waiting, and says how late it was itself.

mod dispatch;
mod markdown;
mod open_loop;
mod rates;
mod report;
mod saturation;
mod schedule;
mod summary;

use std::env;
use std::io::{self, Write as _};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum as _};
use serde::Serialize;

use crate::compare::progress;
use crate::cores::Cores;
use crate::environment::Environment;
use crate::load::{Limit, Load};
use crate::options::{ensure_distinct, every_layer, peer_command, product_command};
use crate::peers::Peer;
use crate::report::Verdict;
use crate::rounds::Round;
use crate::scenario::{SIMULATE, Scenario};
use crate::server::{Server, ServerCommand};
use crate::slice::SETTLE;
use rates::Rate;
use report::{RateReport, Report, Turn};
use saturation::SaturationReport;
use schedule::Arrivals;

/// What is asked for.
const SCENARIO: &Scenario = &SIMULATE;

/// Closed-loop load before each slice, in which a server that others have pushed from the caches returns to them.
const WARM_UP: Duration = Duration::from_millis(20);

/// Settings of a measurement of latency.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A build of sim-server; may be repeated, and named: new=PATH
    #[arg(long = "server", value_name = "[NAME=]PATH", required = true)]
    servers: Vec<String>,
    /// Rounds at each rate [default: 9, quick: 5]
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of a slice in milliseconds [default: 1000, quick: 200]
    #[arg(long)]
    slice_ms: Option<u64>,
    /// Connections to the server whose turn it is
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// How requests are spaced
    #[arg(long, value_enum, default_value_t = Arrivals::Constant)]
    arrivals: Arrivals,
    /// Fewer and shorter rounds: shows that all works, measures little
    #[arg(long)]
    quick: bool,
    /// Core of the servers
    #[arg(long, default_value_t = 0)]
    server_core: usize,
    /// Core of the client
    #[arg(long, default_value_t = 1)]
    client_core: usize,
}

/// How the load was cut.
#[derive(Debug, Serialize)]
struct Settings {
    /// Rounds at each rate.
    rounds: usize,
    /// Rounds in which saturation was measured, each slice half as long.
    saturation_rounds: usize,
    /// Length of a slice in milliseconds.
    slice_ms: u64,
    /// Connections to the server whose turn it is.
    connections: usize,
    /// How requests were spaced.
    arrivals: Arrivals,
}

/// Measures all servers, prints the tables and writes them to files.
pub(crate) fn latency(options: &Options) -> Result<Verdict> {
    ensure!(!cfg!(debug_assertions), "the peers are not optimised: build with --release");
    let environment = Environment::detect()?;
    let settings = options.settings()?;
    let commands = options.commands()?;
    let cores = Cores::claim(options.server_core, options.client_core)?;
    let servers = commands.iter().map(|command| command.start(cores)).collect::<Result<Vec<_>>>()?;
    let measurement = Measurement { settings, servers, cores };
    let saturation = measurement.saturation()?;
    let rates = Rate::ALL.into_iter().map(|rate| measurement.rate(rate, &saturation)).collect::<Result<_>>()?;
    let report = Report { environment, settings: measurement.settings, saturation, rates };
    io::stdout().write_all(report.write()?.as_bytes())?;
    Ok(report.verdict())
}

impl Options {
    fn settings(&self) -> Result<Settings> {
        let (rounds, slice_ms, saturation_rounds) = if self.quick { (5, 200, 3) } else { (9, 1000, 5) };
        let settings = Settings {
            rounds: self.rounds.unwrap_or(rounds),
            saturation_rounds,
            slice_ms: self.slice_ms.unwrap_or(slice_ms),
            connections: self.connections,
            arrivals: self.arrivals,
        };
        ensure!(settings.rounds > 0, "--rounds must be at least 1");
        ensure!(settings.slice_ms > 1, "--slice-ms must be at least 2");
        ensure!(settings.connections > 0, "--connections must be at least 1");
        Ok(settings)
    }

    /// The peers that this program holds, then the builds of the product, each as it comes and with every layer on.
    fn commands(&self) -> Result<Vec<ServerCommand>> {
        let program = env::current_exe()?;
        let builds = self.servers.iter().map(|server| product_command(server)).collect::<Result<Vec<_>>>()?;
        let layered: Vec<_> = builds.iter().map(every_layer).collect();
        let peers = Peer::value_variants().iter().map(|peer| peer_command(&program, *peer));
        let commands: Vec<_> = peers.chain(builds).chain(layered).collect();
        ensure_distinct(commands.iter().map(|command| command.name.as_str()))?;
        Ok(commands)
    }
}

struct Measurement {
    settings: Settings,
    servers: Vec<Server>,
    cores: Cores,
}

impl Measurement {
    fn saturation(&self) -> Result<SaturationReport> {
        let length = self.slice() / 2;
        let rounds = (0..self.settings.saturation_rounds)
            .map(|number| {
                progress(&format!("saturation: round {} of {}", number + 1, self.settings.saturation_rounds));
                Round::run(&self.servers, self.cores, number, |_, server| {
                    saturation::Turn::run(server, SCENARIO, self.settings.connections, length)
                })
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(SaturationReport::of(&self.servers, &rounds))
    }

    fn rate(&self, rate: Rate, saturation: &SaturationReport) -> Result<RateReport> {
        let rates = rate.of(&saturation.requests_per_second());
        let rounds = (0..self.settings.rounds)
            .map(|number| {
                progress(&format!("{}: round {} of {}", rate.title(), number + 1, self.settings.rounds));
                let turn = |index: usize, server: &Server| self.turn(server, rates[index], number);
                Round::run(&self.servers, self.cores, number, turn)
            })
            .collect::<Result<Vec<_>>>()?;
        let names: Vec<_> = self.servers.iter().map(|server| server.name.clone()).collect();
        let baseline = names.iter().position(|name| name == Peer::Hyper.name()).context("no baseline")?;
        Ok(RateReport::of(rate, &names, &rates, &rounds, baseline))
    }

    /// Connections are opened and closed, and the schedule is made, outside the measured time. In a round the gaps of all
    /// servers are the same, but for the rate.
    fn turn(&self, server: &Server, rate: f64, round: usize) -> Result<Turn> {
        let schedule = self.settings.arrivals.schedule(rate, self.slice(), round.try_into()?);
        let mut load = Load::connect(server.address, SCENARIO, self.settings.connections)?;
        server.empty_log()?;
        load.run(Limit::Elapsed(WARM_UP))?;
        let record = open_loop::run(&mut load, &schedule)?;
        thread::sleep(SETTLE);
        Ok(Turn::of(&record))
    }

    fn slice(&self) -> Duration {
        Duration::from_millis(self.settings.slice_ms)
    }
}
