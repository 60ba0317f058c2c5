//! Figures of the kernel about a process.

use std::fs;
use std::ops::Sub;
use std::time::Duration;

use anyhow::{Context as _, Result};
use nix::sys::signal::{Signal, kill};
use nix::time::{ClockId, clock_getcpuclockid};
use nix::unistd::Pid;

/// The kernel reports times in hundredths of a second, whatever its own tick is.
const TICK: Duration = Duration::from_millis(10);

/// A process by its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process {
    pid: Pid,
    clock: ClockId,
}

/// CPU time split by mode. Coarse: only differences over seconds mean something.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Modes {
    /// In the process's own code.
    pub(crate) user: Duration,
    /// In the kernel on its behalf.
    pub(crate) system: Duration,
}

impl Sub for Modes {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self { user: self.user.saturating_sub(earlier.user), system: self.system.saturating_sub(earlier.system) }
    }
}

impl Process {
    /// The process with this id.
    pub(crate) fn new(id: u32) -> Result<Self> {
        let pid = Pid::from_raw(id.try_into()?);
        let clock = clock_getcpuclockid(pid).with_context(|| format!("no process {id}"))?;
        Ok(Self { pid, clock })
    }

    /// This process.
    pub(crate) fn current() -> Result<Self> {
        Self::new(std::process::id())
    }

    /// Asks it to end.
    pub(crate) fn terminate(self) -> Result<()> {
        Ok(kill(self.pid, Signal::SIGTERM)?)
    }

    /// CPU time of all its threads, ended ones too, to the nanosecond.
    pub(crate) fn cpu_time(self) -> Result<Duration> {
        Ok(self.clock.now()?.into())
    }

    /// CPU time by mode.
    pub(crate) fn modes(self) -> Result<Modes> {
        modes(&fs::read_to_string(format!("/proc/{}/stat", self.pid))?)
    }

    /// Resident memory in KiB.
    pub(crate) fn resident_kib(self) -> Result<u32> {
        resident_kib(&fs::read_to_string(format!("/proc/{}/status", self.pid))?)
    }
}

/// A count of kernel time units as time.
pub(crate) fn ticks(field: &str) -> Result<Duration> {
    let count: u32 = field.parse().with_context(|| format!("not a tick count: {field}"))?;
    Ok(TICK * count)
}

/// The name in parentheses may contain anything, so fields count from the last parenthesis.
fn modes(stat: &str) -> Result<Modes> {
    let (_, fields) = stat.rsplit_once(')').context("no process name")?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut next = || ticks(fields.next().context("no CPU times")?);
    Ok(Modes { user: next()?, system: next()? })
}

fn resident_kib(status: &str) -> Result<u32> {
    let value = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib = value.trim().trim_end_matches(" kB");
    kib.parse().with_context(|| format!("VmRSS {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_are_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 100 0 0 0 250 31 0 0 20 0 2";
        let modes = modes(stat).expect("times");
        assert_eq!(modes.user, Duration::from_millis(2500));
        assert_eq!(modes.system, Duration::from_millis(310));
    }

    #[test]
    fn resident_memory_is_read_from_its_line() {
        let status = "VmHWM:\t    9000 kB\nVmRSS:\t    8123 kB\n";
        assert_eq!(resident_kib(status).expect("a line"), 8123);
    }

    #[test]
    fn cpu_time_counts_threads_that_have_ended() {
        let process = Process::current().expect("this process");
        let before = process.cpu_time().expect("a clock");
        std::thread::spawn(|| (0..2_000_000_u64).map(std::hint::black_box).sum::<u64>()).join().expect("a sum");
        assert!(process.cpu_time().expect("a clock") > before);
    }
}
