//! The command line.

mod banner;
mod config;
mod healthcheck;
mod keygen;
mod openapi;
mod serve;

use std::{ffi::OsString, io::Write, process::ExitCode, sync::LazyLock};

use anyhow::Result;
use clap::{Arg, ArgMatches, Args, Command, error::ErrorKind};
use sim_api::OpenApiVersion;

use crate::{
    config::{Config, InvalidSetting, Setting, not_text, read_variable, settings, variable},
    version::{REVISION, VERSION},
};

/// The option of `sim-server openapi`.
const OPENAPI_VERSION: &str = "openapi-version";
/// The option of `sim-server config`.
const FORMAT: &str = "format";

/// Runs the command in the arguments, which begin with the program's name, and returns its exit code.
///
/// A failure is one line on standard error and exit code 1.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<_> = arguments.into_iter().collect();
    let matches = match definition(&arguments).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return end(&error),
    };
    let outcome = match matches.subcommand() {
        Some(("openapi", options)) => openapi::run(options),
        Some(("keygen", _)) => keygen::run(),
        Some(("config", options)) => config::run(options),
        Some(("healthcheck", options)) => read_config(options).and_then(|config| healthcheck::run(&config)),
        Some((_, options)) => serve::run(options),
        None => serve::run(&matches),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

/// Ends with a failure: one line on standard error.
fn fail(error: &anyhow::Error) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "failure: {error:#}");
    ExitCode::FAILURE
}

/// Ends with what clap has to say: the help, the version, a setting that it cannot read, or a wrong command line.
fn end(error: &clap::Error) -> ExitCode {
    let settings = settings();
    let setting = match error.kind() {
        ErrorKind::ValueValidation => InvalidSetting::of_clap(error, &settings),
        ErrorKind::InvalidUtf8 => not_text(&settings),
        _ => None,
    };
    if let Some(setting) = setting {
        return fail(&setting.into());
    }
    // A failed write cannot be reported.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The command line, as `arguments` need it.
fn definition(arguments: &[OsString]) -> Command {
    let version = Arg::new(OPENAPI_VERSION)
        .long(OPENAPI_VERSION)
        .value_name("VERSION")
        .value_parser(|version: &str| version.parse::<OpenApiVersion>())
        .default_value("3.1")
        .help("The version of the OpenAPI specification: 3.1 or 3.0");
    let format = Arg::new(FORMAT)
        .long(FORMAT)
        .value_name("FORMAT")
        .value_parser(["table", "json"])
        .default_value("table")
        .help("How to print them");
    let command = with_settings(Command::new("sim-server"))
        .version(&**FULL_VERSION)
        .about("Deterministic simulation over HTTP")
        .args_conflicts_with_subcommands(true)
        .subcommand(with_settings(Command::new("serve").about("Serve requests (the default)")))
        .subcommand(Command::new("openapi").about("Print the OpenAPI document").arg(version))
        .subcommand(Command::new("keygen").about("Print a new API key"))
        .subcommand(
            with_settings(Command::new("config").about("Print the settings and where each is from")).arg(format),
        )
        .subcommand(with_settings(Command::new("healthcheck").about("Ask a server on this machine for its health")));
    // clap reads the variables of the command above a subcommand, too: a wrong one would end `openapi`.
    let is_subcommand = arguments.get(1).is_some_and(|first| command.find_subcommand(first).is_some());
    if is_subcommand { command.mut_args(|argument| argument.env(None::<&str>)) } else { command }
}

/// The version and the commit.
static FULL_VERSION: LazyLock<String> = LazyLock::new(|| format!("{VERSION} ({REVISION})"));

fn with_settings(command: Command) -> Command {
    let command = Config::augment_args(command).mut_args(read_variable);
    command.after_help(secrets())
}

/// The help for settings that are no flags.
fn secrets() -> String {
    let settings = settings();
    let secrets = settings.iter().filter(|setting| setting.flag.is_none());
    let lines = secrets.map(|Setting { variable, default, meaning, .. }| {
        format!("  {variable}\n          {meaning} [default: {default}]")
    });
    format!("Environment only:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn read_config(options: &ArgMatches) -> Result<Config> {
    Ok(Config::new(options, variable)?)
}

fn print(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader has closed the pipe, which is not an error.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_defined() {
        super::definition(&[]).debug_assert();
    }
}
