//! Peers in other languages: programs of their own, each a folder in `peers/` with a script that installs it.
//!
//! `peers/NAME/prepare DIRECTORY` installs or builds the peer in that directory and prints the command that serves it, a
//! word a line. The harness adds the port, 0, and like all servers it prints the address that it got. Where the language
//! is not on this machine, the script ends as a shell does that finds no command.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::compare::progress;
use crate::environment;
use crate::server::ServerCommand;

/// Exit code of a shell that finds no command.
const NOT_FOUND: i32 = 127;

/// A peer in another language.
#[derive(Debug)]
pub(crate) struct ExternalPeer {
    /// Name of its folder, on the command line and in the report.
    pub(crate) name: &'static str,
    /// Whether a comparison must have it unless it is told to go without.
    required: bool,
    /// The command that prints the version of its language.
    version: [&'static str; 2],
}

/// The replaced service. Requests per CPU second of all others are compared with its own.
pub(crate) const FASTAPI: &str = "fastapi";

/// All of them, in the report's order.
pub(crate) const EXTERNAL_PEERS: [ExternalPeer; 3] = [
    ExternalPeer { name: "go", required: false, version: ["go", "version"] },
    ExternalPeer { name: "fastify", required: false, version: ["node", "--version"] },
    ExternalPeer { name: FASTAPI, required: true, version: ["python3", "--version"] },
];

impl ExternalPeer {
    /// Installs the peer and says how to start it; nothing if its language is missing and it is not required.
    pub(crate) fn prepare(&self) -> Result<Option<ServerCommand>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let directory = folder.join("target/peers").join(self.name);
        fs::create_dir_all(&directory).with_context(|| format!("cannot create {}", directory.display()))?;
        progress(&format!("{}: install", self.name));
        self.run(&folder.join("peers").join(self.name).join("prepare"), &directory)
    }

    fn run(&self, script: &Path, directory: &Path) -> Result<Option<ServerCommand>> {
        let mut command = Command::new(script);
        command.arg(directory).stdin(Stdio::null()).stderr(Stdio::inherit());
        let output = command.output().with_context(|| format!("cannot run {}", script.display()))?;
        if output.status.code() == Some(NOT_FOUND) && !self.required {
            progress(&format!("{}: left out, as what it needs is not on this machine", self.name));
            return Ok(None);
        }
        let name = self.name;
        ensure!(output.status.success(), "cannot install {name}: {}; --without {name} leaves it out", output.status);
        self.command(&String::from_utf8(output.stdout)?).map(Some)
    }

    fn command(&self, words: &str) -> Result<ServerCommand> {
        let mut words = words.lines();
        let Some(program) = words.next().map(PathBuf::from).filter(|program| program.is_absolute()) else {
            bail!("{} does not say by which program it is served", self.name);
        };
        Ok(ServerCommand {
            name: self.name.to_owned(),
            program,
            arguments: words.chain(["0"]).map(OsString::from).collect(),
            environment: Vec::new(),
        })
    }

    /// The version of its language.
    pub(crate) fn version(&self) -> String {
        let [program, argument] = self.version;
        environment::output(program, &[argument])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(required: bool) -> ExternalPeer {
        ExternalPeer { name: "other", required, version: ["true", ""] }
    }

    /// What comes of a script with this text.
    fn prepared(text: &str, required: bool) -> Result<Option<ServerCommand>> {
        let directory = tempfile::tempdir().expect("a directory");
        let script = directory.path().join("prepare");
        fs::write(&script, text).expect("a script");
        peer(required).run(Path::new("sh"), &script)
    }

    #[test]
    fn a_peer_is_started_as_its_script_says_on_a_free_port() {
        let command = prepared("printf '%s\\n' /bin/serve 'a file'", true).expect("success").expect("a command");
        assert_eq!((command.name.as_str(), command.program.as_path()), ("other", Path::new("/bin/serve")));
        assert_eq!(command.arguments, ["a file", "0"]);
    }

    #[test]
    fn a_peer_without_its_language_is_left_out_unless_it_is_required() {
        assert!(prepared("exit 127", false).expect("no failure").is_none());
        assert!(prepared("exit 127", true).is_err());
    }

    #[test]
    fn a_peer_that_cannot_be_installed_ends_the_run() {
        let error = prepared("exit 1", false).expect_err("a failure").to_string();
        assert!(error.contains("--without other"), "{error}");
    }

    #[test]
    fn a_script_that_names_no_program_is_an_error() {
        assert!(prepared("", true).is_err());
        assert!(prepared("echo serve", true).is_err());
    }

    #[test]
    fn every_peer_has_a_script() {
        for peer in EXTERNAL_PEERS {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(peer.name).join("prepare");
            assert!(script.is_file(), "{}", script.display());
        }
    }
}
