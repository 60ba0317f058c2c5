//! The machine and the tools behind the figures.

use std::fmt;
use std::fs;
use std::process::Command;
use std::thread;

use anyhow::Result;
use serde::Serialize;

/// What a reader needs to judge the figures.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Environment {
    /// Model name of the processor.
    pub(crate) processor: String,
    /// Logical cores.
    pub(crate) cores: usize,
    /// Kernel release.
    pub(crate) kernel: String,
    /// Compiler of the peers.
    pub(crate) rustc: String,
    /// Revision of the source, marked when it has changes.
    pub(crate) revision: String,
}

impl Environment {
    /// Asks the system; call it before the client claims its core, or only that one is counted.
    pub(crate) fn detect() -> Result<Self> {
        Ok(Self {
            processor: processor(&fs::read_to_string("/proc/cpuinfo")?),
            cores: thread::available_parallelism()?.get(),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            rustc: output("rustc", &["--version"]),
            revision: output("git", &["describe", "--always", "--dirty"]),
        })
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { processor, cores, kernel, rustc, revision } = self;
        write!(formatter, "{processor}, {cores} cores, Linux {kernel}; {rustc}; revision {revision}")
    }
}

fn processor(cpuinfo: &str) -> String {
    cpuinfo
        .lines()
        .filter(|line| line.starts_with("model name"))
        .find_map(|line| line.split_once(':'))
        .map_or_else(|| "unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

/// The output of a program, or `unknown`: a missing tool must not stop a measurement.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    Command::new(program)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .ok()
        .filter(|output| output.status.success())
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{output, processor};

    #[test]
    fn the_processor_is_named_or_unknown() {
        assert_eq!(processor("flags\t: a\nmodel name\t: Chip 1\n"), "Chip 1");
        assert_eq!(processor(""), "unknown processor");
    }

    #[test]
    fn a_missing_tool_is_unknown() {
        assert_eq!(output("no-such-tool", &[]), "unknown");
    }
}
