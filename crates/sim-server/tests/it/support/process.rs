//! The binary, as a process.

use std::{
    ffi::OsStr,
    fs::File,
    io::{self, BufRead, BufReader, PipeReader, PipeWriter, Read},
    net::{SocketAddr, TcpListener},
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    thread::{self, JoinHandle},
};

use rustix::pty::{OpenptFlags, ioctl_tiocgptpeer, openpt, unlockpt};
use serde_json::Value;

use super::{Client, PATIENCE};

const BINARY: &str = env!("CARGO_BIN_EXE_sim-server");

/// A running process of the binary. It is killed when dropped.
pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    reader: Option<JoinHandle<()>>,
}

/// What a process printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The binary with arguments and an environment of these variables only.
fn command(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(arguments).env_clear().envs(environment.iter().copied()).stdin(Stdio::null());
    command
}

/// A shell that runs a script and then becomes the binary.
fn shell(script: &str, stdin: Stdio) -> Command {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &format!("{script} && exec \"$0\" \"$@\""), BINARY]).env_clear().stdin(stdin);
    shell
}

/// The binary with a listener as its fourth descriptor, where it is looked for.
fn passing(listener: &TcpListener) -> Command {
    let listener = OwnedFd::from(listener.try_clone().expect("a listener can be shared"));
    shell("exec 3<&0 </dev/null && export LISTEN_FDS=1", listener.into())
}

/// Runs the binary to its end.
#[track_caller]
pub(crate) fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let (reader, writer) = io::pipe().expect("a pipe");
    run_into(command(arguments, environment), Some(reader), writer)
}

/// Runs the binary to its end, with a variable that need not be text.
#[track_caller]
pub(crate) fn run_with_bytes(variable: &str, value: &[u8]) -> Output {
    let (reader, writer) = io::pipe().expect("a pipe");
    let mut command = command(&[], &[]);
    command.env(variable, OsStr::from_bytes(value));
    run_into(command, Some(reader), writer)
}

/// Runs the binary to its end, with a standard output that nobody reads.
#[track_caller]
pub(crate) fn run_without_reader(arguments: &[&str]) -> Output {
    let (reader, writer) = io::pipe().expect("a pipe");
    drop(reader);
    run_into(command(arguments, &[]), None, writer)
}

#[track_caller]
fn run_into(mut command: Command, stdout: Option<PipeReader>, writer: PipeWriter) -> Output {
    let mut child = command.stdout(writer).stderr(Stdio::piped()).spawn().expect("the binary starts");
    // Holds the writing end, which would keep the pipe open.
    drop(command);
    let stdout = stdout.map(collect);
    let stderr = collect(child.stderr.take().expect("a pipe"));
    let mut process = Process { child, lines: channel().1, reader: None };
    let text = |pipe: Receiver<String>| pipe.recv_timeout(PATIENCE).expect("the process ends");
    Output { stdout: stdout.map(text).unwrap_or_default(), stderr: text(stderr), code: process.wait().code() }
}

/// Reads a pipe to its end, on a thread, because reading a pipe has no time limit.
fn collect(mut pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        let mut text = String::new();
        if pipe.read_to_string(&mut text).is_ok() {
            let _ = sender.send(text);
        }
    });
    receiver
}

impl Process {
    /// Starts the binary, its standard output a pipe.
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::spawn(command(arguments, environment))
    }

    /// Starts the binary from a shell that has run a script.
    pub(crate) fn start_after(script: &str, arguments: &[&str]) -> Self {
        let mut shell = shell(script, Stdio::null());
        shell.args(arguments);
        Self::spawn(shell)
    }

    /// Starts the binary on a listener of the test, as systemd does.
    pub(crate) fn start_on(listener: &TcpListener) -> Self {
        Self::spawn(passing(listener))
    }

    /// Starts the binary on a listener of the test, its standard output a file.
    pub(crate) fn start_on_with_output(listener: &TcpListener, output: File) -> Self {
        let child = passing(listener).stdout(output).spawn().expect("the binary starts");
        Self { child, lines: channel().1, reader: None }
    }

    /// Starts the binary, its standard output a terminal.
    pub(crate) fn start_on_terminal(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY;
        let terminal = openpt(flags).expect("a terminal");
        unlockpt(&terminal).expect("it is ours");
        let output = ioctl_tiocgptpeer(&terminal, flags).expect("its other end");
        let child = command(arguments, environment).stdout(output).spawn().expect("the binary starts");
        Self::read(child, File::from(terminal))
    }

    fn spawn(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("a pipe");
        Self::read(child, stdout)
    }

    /// A process whose standard output is read line by line.
    fn read(child: Child, stdout: impl Read + Send + 'static) -> Self {
        let stdout = BufReader::new(stdout);
        let (sender, lines) = channel();
        let reader = thread::spawn(move || {
            // Nobody needs the lines once the receiver is gone.
            let _ = stdout.lines().map_while(Result::ok).try_for_each(|line| sender.send(line));
        });
        Self { child, lines, reader: Some(reader) }
    }

    /// Closes standard output. It is read until there is a line that nobody takes, so `log` has to cause one.
    pub(crate) fn close_output(&mut self, log: impl FnOnce()) {
        self.lines = channel().1;
        log();
        self.reader.take().expect("there is somebody who reads").join().expect("reading ends");
    }

    /// The next line on standard output; `None` at its end.
    #[track_caller]
    pub(crate) fn line(&self) -> Option<String> {
        match self.lines.recv_timeout(PATIENCE) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("nothing on standard output"),
        }
    }

    /// The next event of the log with this message. Every line before it is JSON too.
    #[track_caller]
    pub(crate) fn event(&self, message: &str) -> Value {
        loop {
            let line = self.line().unwrap_or_else(|| panic!("the log has ended without {message:?}"));
            let event: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if event["message"] == message {
                return event;
            }
        }
    }

    /// The address that the log says it listens on.
    #[track_caller]
    pub(crate) fn address(&self) -> SocketAddr {
        Self::address_in(&self.event("listening"))
    }

    /// The address in a `listening` event.
    #[track_caller]
    pub(crate) fn address_in(event: &Value) -> SocketAddr {
        let address = event["url"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address");
        address.parse().expect("an address")
    }

    #[track_caller]
    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address())
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.child.id());
        let status = Command::new("sh").args(["-c", &kill]).status().expect("there is a shell");
        assert!(status.success(), "{kill}");
    }

    /// The rest of standard output, to its end.
    #[track_caller]
    pub(crate) fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.line()).collect()
    }

    /// Ends the process in order, and returns the rest of its log.
    #[track_caller]
    pub(crate) fn stop(mut self) -> Vec<Value> {
        self.signal("TERM");
        let lines = self.rest();
        assert_eq!(self.wait().code(), Some(0));
        let event = |line: &String| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        lines.iter().map(event).collect()
    }

    /// Waits for the end of a process that has closed its standard output.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("a process has an end")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is as well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
