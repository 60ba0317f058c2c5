//! Side-by-side benchmark of `sim-server` and of servers that do the same with its peers.
//!
//! ```text
//! cargo build --release
//! cargo run --release --manifest-path crates/sim-bench/Cargo.toml -- compare --server target/release/sim-server
//! cargo run --release --manifest-path crates/sim-bench/Cargo.toml -- instructions --server target/release/sim-server
//! cargo run --release --manifest-path crates/sim-bench/Cargo.toml -- train --server PATH
//! ```
//!
//! All servers are up at once, each confined to the server core; the client has a core of its own.
//! In every round each server gets one short slice of load, in rotated order. The figure of merit is
//! the server's CPU time per request divided by raw hyper's of the same round, as the median over the
//! rounds with quartiles: a ratio of neighbours in time survives a machine whose speed drifts. In the same
//! way each server's requests per CPU second are related to those of `FastAPI`, which the service replaces.
//! Requests per second and latency are context only.
//!
//! The table goes to standard output, and with the raw figures into `results/` beside the manifest.
//! Exit code 0: conclusive; 1: failed; 2: inconclusive, because others used the two cores in most rounds or
//! the client was too slow for the baseline.
//!
//! Layout: `compare` runs the phases on what `options` names; `server` starts and stops it; `startup`,
//! `memory`, `rounds` and `slice` measure; `load` and `response` are the client; `cores` pins servers and client to a
//! core each, and `process` asks the kernel what they used; `statistics`, `summary`, `report`, `markdown` and `overview` make
//! the answer; `peers` holds the servers to compare with, and `external` installs those of other languages. `instructions`
//! counts instead of timing, and is what CI holds a change to. `train` is the load for profile-guided optimisation.

mod compare;
mod cores;
mod environment;
mod external;
mod instructions;
mod load;
mod markdown;
mod memory;
mod options;
mod overview;
mod peers;
mod process;
mod report;
mod response;
mod rounds;
mod scenario;
mod server;
mod slice;
mod startup;
mod statistics;
mod summary;
mod train;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::compare::compare;
use crate::options::Options;
use crate::peers::Peer;
use crate::report::Verdict;

/// Compares sim-server with its peers, side by side.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Subcommand)]
enum Command {
    /// Measure all servers and print the table (the default)
    Compare(Options),
    /// Count the instructions of a request, and hold them to what was committed (needs valgrind)
    Instructions(instructions::Options),
    /// Show an instrumented build its usual load, for profile-guided optimisation
    Train(train::Options),
    /// Serve as one of the peers until killed
    Peer {
        /// Which one
        peer: Peer,
        /// Port on 127.0.0.1; 0 lets the system choose
        #[arg(long, default_value_t = 0)]
        port: u16,
    },
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return explain(&usage),
    };
    let outcome = match cli.command {
        Some(Command::Peer { peer, port }) => peer.serve(port).map(|()| Verdict::Conclusive),
        Some(Command::Compare(options)) => compare(&options),
        Some(Command::Instructions(options)) => instructions::instructions(&options),
        Some(Command::Train(options)) => train::train(&options),
        None => compare(&cli.options),
    };
    match outcome {
        Ok(Verdict::Conclusive) => ExitCode::SUCCESS,
        Ok(Verdict::Inconclusive) => ExitCode::from(2),
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let _ = writeln!(io::stderr(), "failure: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Prints help or a usage error; clap's own code for the latter is 2, which here means inconclusive.
fn explain(usage: &clap::Error) -> ExitCode {
    let printed = usage.print();
    if usage.use_stderr() || printed.is_err() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn command_line_definition_is_valid() {
        Cli::command().debug_assert();
    }
}
