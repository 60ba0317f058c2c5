//! Settings of a comparison, and the servers it compares.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum as _};

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
    /// Rounds of each request [default: 12, quick: 4]
    #[arg(long)]
    rounds: Option<usize>,
    /// Length of a slice in milliseconds [default: 300, quick: 100]
    #[arg(long)]
    slice_ms: Option<u64>,
    /// Connections to the server whose turn it is
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Fewer and shorter rounds: shows that all works, measures little
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
        let (rounds, slice_ms, starts) = if self.quick { (4, 100, 3) } else { (12, 300, 12) };
        let settings = Settings {
            rounds: self.rounds.unwrap_or(rounds),
            slice_ms: self.slice_ms.unwrap_or(slice_ms),
            connections: self.connections,
            starts,
        };
        ensure!(settings.rounds > 0, "--rounds must be at least 1");
        ensure!(settings.slice_ms > 0, "--slice-ms must be at least 1");
        ensure!(settings.connections > 0, "--connections must be at least 1");
        Ok(settings)
    }

    /// The peers, then the builds of the product, each as it comes and with every layer on.
    pub(crate) fn commands(&self) -> Result<Vec<ServerCommand>> {
        let program = env::current_exe()?;
        let peers = Peer::value_variants().iter().map(|peer| Ok(peer_command(&program, *peer)));
        let plain = self.servers.iter().map(|server| product_command(server));
        let mut commands: Vec<_> = peers.chain(plain).collect::<Result<_>>()?;
        let layered: Vec<_> = commands[Peer::value_variants().len()..].iter().map(every_layer).collect();
        commands.extend(layered);
        for (index, command) in commands.iter().enumerate() {
            let taken = commands[..index].iter().any(|other| other.name == command.name);
            ensure!(!taken, "two servers are called {}: use NAME=PATH", command.name);
        }
        Ok(commands)
    }
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
    use clap::Parser;

    use super::Options;

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

    #[test]
    fn a_build_is_named_after_its_file_or_as_asked() {
        let commands = options(&["--server", "/bin/sh", "--server", "new=/bin/sh"]).commands();
        let names: Vec<_> = commands.expect("two builds").into_iter().map(|command| command.name).collect();
        assert_eq!(names, ["floor", "hyper", "axum", "poem", "sh", "new", "sh, every layer", "new, every layer"]);
    }

    #[test]
    fn two_builds_of_one_name_or_a_missing_one_are_refused() {
        assert!(options(&["--server", "/bin/sh", "--server", "/bin/sh"]).commands().is_err());
        assert!(options(&["--server", "/no/such/file"]).commands().is_err());
    }
}
