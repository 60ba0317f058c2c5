//! Counts what a server executes, under callgrind.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use crate::load::{Limit, Load};
use crate::scenario::Scenario;
use crate::server::ServerCommand;

/// Requests that let allocators and caches settle. Few beside those counted: what a request costs differs a little from
/// process to process, and the less the two runs' difference owes to the first, the less it differs.
const WARM_UP: u32 = 200;

/// Requests that are counted.
pub(super) const REQUESTS: u32 = 2000;

/// valgrind, as it is installed.
#[derive(Debug)]
pub(super) struct Callgrind {
    program: PathBuf,
    /// What it calls itself.
    pub(super) version: String,
}

impl Callgrind {
    /// Looks for it on the path.
    pub(super) fn find() -> Result<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        let program =
            find(&path).context("valgrind is not on the path: install it (Debian: apt-get install valgrind)")?;
        let output = Command::new(&program).arg("--version").output()?;
        ensure!(output.status.success(), "{} --version ends with {}", program.display(), output.status);
        let version = String::from_utf8(output.stdout)?.trim().to_owned();
        Ok(Self { program, version })
    }

    /// User-space instructions of one request: the difference of two runs, in which start and end cancel out.
    pub(super) fn per_request(&self, server: &ServerCommand, scenario: &Scenario) -> Result<u64> {
        let warm = self.total(server, scenario, WARM_UP)?;
        let counted = self.total(server, scenario, WARM_UP + REQUESTS)?;
        let difference = counted.checked_sub(warm).context("fewer instructions for more requests")?;
        Ok((difference + u64::from(REQUESTS) / 2) / u64::from(REQUESTS))
    }

    /// The instructions of a server from start to end, with requests one after the other on one connection.
    fn total(&self, server: &ServerCommand, scenario: &Scenario, requests: u32) -> Result<u64> {
        let directory = tempfile::tempdir()?;
        let profile = directory.path().join("callgrind.out");
        let server = self.watch(server, &profile).start_anywhere()?;
        Load::connect(server.address, scenario, 1)?.run(Limit::Requests(requests))?;
        server.end()?;
        total(&fs::read_to_string(&profile).context("callgrind wrote nothing")?)
    }

    /// How to start a server with one worker under callgrind.
    fn watch(&self, server: &ServerCommand, profile: &Path) -> ServerCommand {
        let mut to = OsString::from("--callgrind-out-file=");
        to.push(profile);
        let options = ["--quiet".into(), "--tool=callgrind".into(), to, server.program.clone().into()];
        let one_worker = ("TOKIO_WORKER_THREADS", "1");
        ServerCommand {
            name: server.name.clone(),
            program: self.program.clone(),
            arguments: options.into_iter().chain(server.arguments.iter().cloned()).collect(),
            environment: server.environment.iter().copied().chain([one_worker]).collect(),
        }
    }
}

fn find(path: &OsString) -> Option<PathBuf> {
    env::split_paths(path).map(|directory| directory.join("valgrind")).find(|program| program.is_file())
}

/// The sum at the end of a profile.
fn total(profile: &str) -> Result<u64> {
    let count = profile.lines().find_map(|line| line.strip_prefix("totals: ")).context("no totals in the profile")?;
    count.trim().parse().with_context(|| format!("totals {count}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_its_line() {
        assert_eq!(total("events: Ir\nfn=(1) main\n1 7\n\ntotals: 1234567\n").expect("a total"), 1_234_567);
    }

    #[test]
    fn a_profile_that_was_cut_off_is_an_error() {
        assert!(total("events: Ir\nfn=(1) main\n1 7\n").is_err());
        assert!(total("totals: many\n").is_err());
    }

    #[test]
    fn valgrind_is_found_in_a_directory_of_the_path_or_not_at_all() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = OsString::from(directory.path());
        assert_eq!(find(&path), None);
        let program = directory.path().join("valgrind");
        fs::write(&program, "").expect("a file");
        assert_eq!(find(&path), Some(program));
    }
}
