//! The command line.

use std::{ffi::OsString, io::Write, process::ExitCode, sync::LazyLock};

use anyhow::{Context, Result};
use clap::{Arg, ArgMatches, Command};
use listenfd::ListenFd;
use sim_api::OpenApiVersion;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};
use tracing::{error, info};

use crate::{
    banner::Banner,
    config::{Config, SETTINGS, Setting},
    descriptors,
    effective::{self, Source},
    healthcheck, keygen,
    server::{Listeners, Server},
    telemetry::{self, Log},
    version::{REVISION, VERSION},
};

const OPENAPI_VERSION: &str = "openapi-version";
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
        Some(("openapi", options)) => openapi(options),
        Some(("keygen", _)) => keygen(),
        Some(("config", options)) => show_config(options),
        Some(("healthcheck", options)) => config(options).and_then(|config| healthcheck::check(&config)),
        Some((_, options)) => serve(options),
        None => serve(&matches),
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

fn config(options: &ArgMatches) -> Result<Config> {
    Ok(Config::from_lookup(|setting| Some(look_up(options, setting)?.0))?)
}

/// What a setting was set to, and where, if it was.
fn look_up(options: &ArgMatches, setting: &Setting) -> Option<(String, Source)> {
    let flag = setting.flag.and_then(|flag| options.get_one::<String>(flag));
    flag.map(|value| (value.clone(), Source::Flag)).or_else(|| {
        let value = std::env::var_os(setting.variable)?;
        Some((value.to_string_lossy().into_owned(), Source::Environment))
    })
}

/// Prints the settings that a server would have; where one is invalid, none of them.
fn show_config(options: &ArgMatches) -> Result<()> {
    config(options)?;
    let lookup = |setting: &Setting| look_up(options, setting);
    let is_json = options.get_one::<String>(FORMAT).is_some_and(|format| format == "json");
    let text = if is_json { effective::json(lookup) } else { effective::table(lookup) };
    print(&text).context("cannot print the settings")
}

fn openapi(options: &ArgMatches) -> Result<()> {
    let version = options.get_one(OPENAPI_VERSION).copied().unwrap_or(OpenApiVersion::V3_1);
    print(&sim_api::document(version)).context("cannot print the document")
}

fn keygen() -> Result<()> {
    print(&format!("{}\n", keygen::generate()?)).context("cannot print the key")
}

fn print(text: &str) -> std::io::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        // The reader has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

fn serve(options: &ArgMatches) -> Result<()> {
    let config = config(options)?;
    let log = telemetry::init(config.log_format)?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(listen(&config, &log))
}

async fn listen(config: &Config, log: &Log) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let service = match inherited()? {
        Some(listener) => listener,
        None => bind(&config.host, config.port, "SIM_PORT").await?,
    };
    let metrics = match config.metrics_port {
        Some(port) => Some(bind(&config.host, port, "SIM_METRICS_PORT").await?),
        None => None,
    };
    descriptors::provide_for(config.max_connections);
    let address = service.local_addr().context("cannot tell the address")?;
    warn_of_loopback_on_fly(address.ip().is_loopback());
    let banner = Banner::new(config, address, metrics.as_ref().and_then(|metrics| metrics.local_addr().ok()));
    // Said once it is true of the whole process.
    let server = Server::new(Listeners { service, metrics }, config);
    match log.terminal() {
        Some(mut terminal) => terminal.write_all(banner.to_string().as_bytes()).context("cannot print the banner")?,
        None => banner.log(),
    }
    let shutdown = async move {
        let signal = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        info!(signal, "shutting down");
    };
    server.serve(shutdown).await;
    Ok(())
}

/// The listener that whoever started the process has opened for it, as systemd does for a service with a socket.
fn inherited() -> Result<Option<TcpListener>> {
    let inherited = ListenFd::from_env().take_tcp_listener(0).context("LISTEN_FDS passes no TCP listener")?;
    let Some(listener) = inherited else { return Ok(None) };
    listener.set_nonblocking(true)?;
    Ok(Some(TcpListener::from_std(listener)?))
}

async fn bind(host: &str, port: u16, setting: &str) -> Result<TcpListener> {
    let bound = TcpListener::bind((host, port)).await;
    bound.with_context(|| format!("cannot listen on SIM_HOST {host:?}, {setting} {port}"))
}

/// On Fly.io a process that listens on the loopback address is up, healthy to itself, and a 502 to everybody else.
fn warn_of_loopback_on_fly(is_loopback: bool) {
    if is_loopback && let Ok(app) = std::env::var("FLY_APP_NAME") {
        error!(
            fly_app = app,
            "listening on a loopback address inside a Fly machine: its proxy cannot reach it and answers 502; set \
             SIM_HOST=::, or 0.0.0.0"
        );
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_well_defined() {
        super::definition().debug_assert();
    }
}
