//! Settings of a comparison, and the servers it compares.

use std::collections::HashSet;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum as _};

use crate::compare::BASELINE;
use crate::external::EXTERNAL_PEERS;
use crate::peers::Peer;
use crate::report::Settings;
use crate::scenario::NAMED_KEY;
use crate::server::ServerCommand;

/// Settings of a comparison.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A build of sim-server; may be repeated, and named: new=PATH
    #[arg(long = "server", value_name = "[NAME=]PATH")]
    servers: Vec<String>,
    /// A peer to leave out; may be repeated
    #[arg(long, value_name = "PEER", value_parser = removable())]
    without: Vec<String>,
    /// Rounds of each request, after one that warms up [default: 12, quick: 5]
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of a slice in milliseconds [default: 300, quick: 100]
    #[arg(long)]
    slice_ms: Option<u64>,
    /// Connections to the server whose turn it is; some requests are sent over a single one too
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Shorter rounds, and fewer: shows that all works, measures little
    #[arg(long)]
    quick: bool,
    /// Core of the servers
    #[arg(long, default_value_t = 0)]
    pub(crate) server_core: usize,
    /// Core of the client
    #[arg(long, default_value_t = 1)]
    pub(crate) client_core: usize,
}

impl Options {
    /// The settings with their defaults filled in.
    pub(crate) fn settings(&self) -> Result<Settings> {
        let (rounds, slice_ms, starts) = if self.quick { (5, 100, 3) } else { (12, 300, 12) };
        let (memory_requests, memory_secs) = if self.quick { (100_000, 2) } else { (1_000_000, 30) };
        let settings = Settings {
            rounds: self.rounds.unwrap_or(rounds),
            slice_ms: self.slice_ms.unwrap_or(slice_ms),
            connections: self.connections,
            starts,
            memory_requests,
            memory_secs,
        };
        ensure!(settings.rounds > 0, "--rounds must be at least 1");
        ensure!(settings.slice_ms > 0, "--slice-ms must be at least 1");
        ensure!(settings.connections > 0, "--connections must be at least 1");
        Ok(settings)
    }

    /// The peers, then the builds of the product, each as it comes and with every layer on.
    pub(crate) fn commands(&self) -> Result<Vec<ServerCommand>> {
        let builds = self.builds()?;
        let layered: Vec<_> = builds.iter().map(every_layer).collect();
        let mut commands = self.peers()?;
        commands.extend(builds.into_iter().chain(layered));
        ensure_distinct(commands.iter().map(|command| command.name.as_str()))?;
        Ok(commands)
    }

    /// The builds of the product.
    pub(crate) fn builds(&self) -> Result<Vec<ServerCommand>> {
        self.servers.iter().map(|server| product_command(server)).collect()
    }

    /// The peers that are not left out; those of other languages are installed.
    fn peers(&self) -> Result<Vec<ServerCommand>> {
        let wanted = |name: &str| !self.without.iter().any(|without| without == name);
        let program = env::current_exe()?;
        let own = Peer::value_variants().iter().filter(|peer| wanted(peer.name()));
        let mut commands: Vec<_> = own.map(|peer| peer_command(&program, *peer)).collect();
        for peer in EXTERNAL_PEERS.iter().filter(|peer| wanted(peer.name)) {
            commands.extend(peer.prepare()?);
        }
        Ok(commands)
    }
}

/// The names of all peers but the baseline.
fn removable() -> PossibleValuesParser {
    let own = Peer::value_variants().iter().filter(|peer| **peer != BASELINE).map(|peer| peer.name());
    PossibleValuesParser::new(own.chain(EXTERNAL_PEERS.iter().map(|peer| peer.name)))
}

/// Two rows of one name would not say which is which.
pub(crate) fn ensure_distinct<'a>(names: impl Iterator<Item = &'a str>) -> Result<()> {
    let mut taken = HashSet::new();
    for name in names {
        ensure!(taken.insert(name), "two servers are called {name}: use NAME=PATH");
    }
    Ok(())
}

/// How to start a peer; `program` is this one.
pub(crate) fn peer_command(program: &Path, peer: Peer) -> ServerCommand {
    ServerCommand {
        name: peer.name().to_owned(),
        program: program.to_owned(),
        arguments: arguments(&["peer", peer.name(), "--port", "0"]),
        environment: Vec::new(),
    }
}

/// How to start a build of the product.
pub(crate) fn product_command(server: &str) -> Result<ServerCommand> {
    let (name, path) = match server.split_once('=') {
        Some((name, path)) => (name.to_owned(), Path::new(path)),
        None => (file_name(Path::new(server)), Path::new(server)),
    };
    Ok(ServerCommand {
        name,
        program: canonical(path)?,
        arguments: arguments(&["--host", "127.0.0.1", "--port", "0"]),
        environment: Vec::new(),
    })
}

/// How to start a build of the product as it runs in production: keys and rates are checked, metrics are served.
pub(crate) fn every_layer(plain: &ServerCommand) -> ServerCommand {
    ServerCommand {
        name: format!("{}, every layer", plain.name),
        environment: vec![
            ("SIM_API_KEYS", NAMED_KEY),
            ("SIM_RATE_LIMIT", "1000000/s"),
            ("SIM_RATE_LIMIT_BURST", "1000000"),
            ("SIM_METRICS_PORT", "0"),
        ],
        ..plain.clone()
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn canonical(path: &Path) -> Result<PathBuf> {
    path.canonicalize().with_context(|| format!("--server {}", path.display()))
}

fn arguments(arguments: &[&str]) -> Vec<OsString> {
    arguments.iter().map(OsString::from).collect()
}

#[cfg(test)]
mod tests {
    use anyhow::Result;
    use clap::Parser;

    use super::{EXTERNAL_PEERS, Options};

    #[derive(Parser)]
    struct Cli {
        #[command(flatten)]
        options: Options,
    }

    fn options(arguments: &[&str]) -> Options {
        let arguments = ["sim-bench"].iter().chain(arguments);
        Cli::try_parse_from(arguments).expect("valid arguments").options
    }

    #[test]
    fn quick_changes_only_what_is_not_given() {
        let settings = options(&["--quick", "--rounds", "7"]).settings().expect("valid");
        assert_eq!((settings.rounds, settings.slice_ms), (7, 100));
    }

    #[test]
    fn no_rounds_are_refused() {
        assert!(options(&["--rounds", "0"]).settings().is_err());
    }

    /// The names of the servers, without what would have to be installed.
    fn names(arguments: &[&str]) -> Result<Vec<String>> {
        let external = EXTERNAL_PEERS.iter().flat_map(|peer| ["--without", peer.name]);
        let arguments: Vec<_> = external.chain(arguments.iter().copied()).collect();
        Ok(options(&arguments).commands()?.into_iter().map(|command| command.name).collect())
    }

    #[test]
    fn a_build_is_named_after_its_file_or_as_asked() {
        let names = names(&["--server", "/bin/sh", "--server", "new=/bin/sh"]).expect("two builds");
        let peers = ["floor", "hyper", "actix", "axum", "poem"];
        let builds = ["sh", "new", "sh, every layer", "new, every layer"];
        assert_eq!(names, [&peers[..], &builds].concat());
    }

    #[test]
    fn two_builds_of_one_name_or_a_missing_one_are_refused() {
        assert!(names(&["--server", "/bin/sh", "--server", "/bin/sh"]).is_err());
        assert!(names(&["--server", "/no/such/file"]).is_err());
    }

    #[test]
    fn any_peer_but_the_baseline_can_be_left_out() {
        assert_eq!(names(&["--without", "axum", "--without", "floor"]).expect("peers"), ["hyper", "actix", "poem"]);
        assert!(Cli::try_parse_from(["sim-bench", "--without", "hyper"]).is_err());
        assert!(Cli::try_parse_from(["sim-bench", "--without", "rails"]).is_err());
    }
}
