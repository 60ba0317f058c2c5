//! The command line.

mod banner;
mod config;
mod healthcheck;
mod keygen;
mod openapi;
mod serve;

use std::{ffi::OsString, io::Write, process::ExitCode, sync::LazyLock};

use anyhow::Result;
use clap::{Arg, ArgMatches, Command};
use sim_api::OpenApiVersion;

use crate::{
    config::{Config, SETTINGS, Setting},
    version::{REVISION, VERSION},
};

/// The option of `sim-server openapi`.
const OPENAPI_VERSION: &str = "openapi-version";
/// The option of `sim-server config`.
const FORMAT: &str = "format";

/// Runs the command that the arguments name, the program's name first, and says how it ended.
///
/// A failure is one line on standard error and exit code 1.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match definition().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version come this way too. Where nobody reads, there is nobody to tell.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
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
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "failure: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn definition() -> Command {
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
    with_settings(Command::new("sim-server"))
        .version(&**FULL_VERSION)
        .about("Deterministic simulation over HTTP")
        .args_conflicts_with_subcommands(true)
        .subcommand(with_settings(Command::new("serve").about("Serve requests (the default)")))
        .subcommand(Command::new("openapi").about("Print the OpenAPI document").arg(version))
        .subcommand(Command::new("keygen").about("Print a new API key"))
        .subcommand(
            with_settings(Command::new("config").about("Print the settings and where each is from")).arg(format),
        )
        .subcommand(with_settings(Command::new("healthcheck").about("Ask a server on this machine for its health")))
}

/// The version, and the commit that it was built from.
static FULL_VERSION: LazyLock<String> = LazyLock::new(|| format!("{VERSION} ({REVISION})"));

fn with_settings(command: Command) -> Command {
    command.args(flags()).after_help(secrets())
}

fn flags() -> impl Iterator<Item = Arg> {
    SETTINGS.iter().filter_map(|Setting { variable, flag, default, meaning, .. }| {
        let flag = (*flag)?;
        let arg = Arg::new(flag).long(flag).value_name("VALUE").allow_hyphen_values(true);
        Some(arg.help(format!("{meaning} [env: {variable}] [default: {default}]")))
    })
}

/// The settings that are no flags.
fn secrets() -> String {
    let secrets = SETTINGS.iter().filter(|setting| setting.flag.is_none());
    let lines = secrets.map(|Setting { variable, default, meaning, .. }| {
        format!("  {variable}\n          {meaning} [default: {default}]")
    });
    format!("Environment only:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn read_config(options: &ArgMatches) -> Result<Config> {
    Ok(Config::from_lookup(|setting| Some(look_up(options, setting)?.0))?)
}

/// What a setting was set to, and where, if it was.
fn look_up(options: &ArgMatches, setting: &Setting) -> Option<(String, config::Source)> {
    let flag = setting.flag.and_then(|flag| options.get_one::<String>(flag));
    flag.map(|value| (value.clone(), config::Source::Flag)).or_else(|| {
        let value = std::env::var_os(setting.variable)?;
        Some((value.to_string_lossy().into_owned(), config::Source::Environment))
    })
}

fn print(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_defined() {
        super::definition().debug_assert();
    }
}
