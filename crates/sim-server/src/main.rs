//! The `sim-server` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    sim_server::run(std::env::args_os())
}
