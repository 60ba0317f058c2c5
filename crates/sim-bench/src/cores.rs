//! Which core does what, and how busy the two are.

use std::fs;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use nix::sched::{CpuSet, sched_setaffinity};
use nix::unistd::Pid;

use crate::process::{Process, ticks};

/// The server's core and the client's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cores {
    server: usize,
    client: usize,
}

impl Cores {
    /// Puts this thread, which is the client, on its core.
    pub(crate) fn claim(server: usize, client: usize) -> Result<Self> {
        ensure!(server != client, "server and client need a core each");
        let cores = Self { server, client };
        pin(server)?;
        pin(client)?;
        Ok(cores)
    }

    /// Starts a process on the server core.
    ///
    /// A child inherits the core of the thread that starts it, so this thread visits that core.
    pub(crate) fn spawn(self, command: &mut Command) -> Result<Child> {
        pin(self.server)?;
        let child = command.spawn();
        pin(self.client)?;
        Ok(child?)
    }

    /// Begins to watch who uses the two cores: this process and the servers, or others.
    pub(crate) fn watch(self, servers: impl Iterator<Item = Process>) -> Result<Watch> {
        let own: Vec<_> = servers.map(Ok).chain([Process::current()]).collect::<Result<_>>()?;
        let (own_before, busy_before) = (cpu_time(&own)?, self.busy()?);
        Ok(Watch { cores: self, own, started: Instant::now(), own_before, busy_before })
    }

    /// Time the two cores were not idle since boot, whoever used them.
    fn busy(self) -> Result<Duration> {
        let stat = fs::read_to_string("/proc/stat")?;
        Ok(busy(&stat, self.server)? + busy(&stat, self.client)?)
    }
}

/// The use of both cores when the watch began.
#[derive(Debug)]
pub(crate) struct Watch {
    cores: Cores,
    own: Vec<Process>,
    started: Instant,
    own_before: Duration,
    busy_before: Duration,
}

impl Watch {
    /// Share of the two cores' time that went to other processes, or was stolen by the host, since then.
    pub(crate) fn foreign(&self) -> Result<f64> {
        let busy = self.cores.busy()?.saturating_sub(self.busy_before);
        let own = cpu_time(&self.own)?.saturating_sub(self.own_before);
        Ok(busy.saturating_sub(own).div_duration_f64(self.started.elapsed() * 2))
    }
}

fn cpu_time(processes: &[Process]) -> Result<Duration> {
    processes.iter().map(|process| process.cpu_time()).sum()
}

fn pin(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core).with_context(|| format!("no core {core}"))?;
    sched_setaffinity(Pid::from_raw(0), &set).with_context(|| format!("cannot run on core {core}"))
}

/// Sums user, nice, system, irq, softirq and steal of a `cpuN` line; idle and iowait lie between.
fn busy(stat: &str, core: usize) -> Result<Duration> {
    let prefix = format!("cpu{core} ");
    let fields = stat
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .with_context(|| format!("/proc/stat has no core {core}"))?
        .split_whitespace()
        .map(ticks)
        .collect::<Result<Vec<_>>>()?;
    ensure!(fields.len() >= 8, "/proc/stat has fields missing");
    Ok(fields[..3].iter().chain(&fields[5..8]).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAT: &str = "cpu  9 9 9 9 9 9 9 9 0 0\n\
                        cpu1 1 2 4 1000 2000 8 16 32 500 600\n\
                        cpu10 1 0 0 7 7 0 0 0 0 0\n";

    #[test]
    fn idle_iowait_and_guest_are_not_busy() {
        assert_eq!(busy(STAT, 1).expect("a core"), Duration::from_millis(630));
    }

    #[test]
    fn a_missing_core_is_an_error() {
        assert!(busy(STAT, 0).is_err());
    }
}
