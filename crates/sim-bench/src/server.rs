//! Starts a server, learns its address, ends it.

use std::ffi::OsString;
use std::fs;
use std::io::BufRead as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde::Deserialize;
use tempfile::NamedTempFile;

use crate::cores::Cores;
use crate::process::Process;

/// How long a server may take to say where it listens, and to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The interval between looks, which is the resolution of start times.
const GLANCE: Duration = Duration::from_micros(50);

/// How to start a server.
#[derive(Clone, Debug)]
pub(crate) struct ServerCommand {
    /// Name in the report.
    pub(crate) name: String,
    /// What to run.
    pub(crate) program: PathBuf,
    /// With which arguments. They ask for port 0, and the server reports the port it got.
    pub(crate) arguments: Vec<OsString>,
    /// With which environment, which is all of it.
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

impl ServerCommand {
    /// Starts the server on the server core and waits until it listens.
    ///
    /// Its standard output, which is its request log, goes to a file: a pipe needs a reader, and the
    /// reader's CPU time would be the client's. No environment variable is passed on, so that what is
    /// measured does not depend on who measures.
    pub(crate) fn start(&self, cores: Cores) -> Result<Server> {
        self.start_with(|command| cores.spawn(command))
    }

    /// Starts a server on any core that this process may use.
    pub(crate) fn start_anywhere(&self) -> Result<Server> {
        self.start_with(|command| Ok(command.spawn()?))
    }

    fn start_with(&self, spawn: impl FnOnce(&mut Command) -> Result<Child>) -> Result<Server> {
        let log = tempfile::Builder::new().append(true).tempfile()?;
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear().envs(self.environment.iter().copied());
        command.stdin(Stdio::null()).stdout(log.as_file().try_clone()?);
        let child = spawn(&mut command).with_context(|| format!("cannot start {}", self.program.display()))?;
        let mut child = KilledOnDrop(child);
        let address = await_address(&mut child.0, &log).with_context(|| format!("{} does not listen", self.name))?;
        let process = Process::new(child.0.id())?;
        let name = self.name.clone();
        Ok(Server { child, log, name, address, process })
    }
}

/// A server that listens. Dropping it kills the process.
#[derive(Debug)]
pub(crate) struct Server {
    child: KilledOnDrop,
    log: NamedTempFile,
    /// Name in the report.
    pub(crate) name: String,
    /// Its address.
    pub(crate) address: SocketAddr,
    /// Its process.
    pub(crate) process: Process,
}

impl Server {
    /// Lines in its log since it was last emptied.
    pub(crate) fn log_lines(&self) -> Result<u32> {
        let log = fs::read(self.log.path())?;
        let lines = log.lines().count();
        Ok(lines.try_into()?)
    }

    /// Empties its log, so that no run fills the disk. The server appends, and goes on at the start.
    pub(crate) fn empty_log(&self) -> Result<()> {
        Ok(self.log.as_file().set_len(0)?)
    }

    /// Asks it to end and waits until it has, so that what it writes at its end is there.
    pub(crate) fn end(mut self) -> Result<()> {
        self.process.terminate()?;
        let started = Instant::now();
        while self.child.0.try_wait()?.is_none() {
            ensure!(started.elapsed() < PATIENCE, "{} does not end within {PATIENCE:?}", self.name);
            thread::sleep(GLANCE);
        }
        Ok(())
    }
}

#[derive(Debug)]
struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        // An error means that the process has already ended, which is all we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn await_address(child: &mut Child, log: &NamedTempFile) -> Result<SocketAddr> {
    let started = Instant::now();
    loop {
        let text = fs::read_to_string(log.path())?;
        if let Some(address) = text.lines().find_map(announced_address) {
            return Ok(address);
        }
        if let Some(status) = child.try_wait()? {
            bail!("it ended with {status}");
        }
        ensure!(started.elapsed() < PATIENCE, "no address within {PATIENCE:?}");
        thread::sleep(GLANCE);
    }
}

/// The address in a log line that has a `url` field. A line cut short by the read is not JSON yet.
fn announced_address(line: &str) -> Option<SocketAddr> {
    #[derive(Deserialize)]
    struct Listening {
        url: String,
    }
    let line: Listening = serde_json::from_str(line).ok()?;
    line.url.strip_prefix("http://")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::announced_address;

    #[test]
    fn the_address_is_the_url_field_of_a_log_line() {
        let line = r#"{"level":"INFO","message":"listening","url":"http://127.0.0.1:8000","n":1}"#;
        let address = announced_address(line).expect("an address");
        assert_eq!(address.to_string(), "127.0.0.1:8000");
    }

    #[test]
    fn other_lines_have_no_address() {
        assert_eq!(announced_address(""), None);
        assert_eq!(announced_address("starting"), None);
        assert_eq!(announced_address(r#"{"message":"starting"}"#), None);
        assert_eq!(announced_address(r#"{"url":"http://127.0.0.1:80"#), None);
    }
}
