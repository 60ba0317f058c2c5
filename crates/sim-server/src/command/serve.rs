//! `sim-server serve`: telemetry, listeners, the server, and the signals that end it.

use std::{io::Write, pin::pin};

use anyhow::{Context, Result};
use clap::ArgMatches;
use listenfd::ListenFd;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use tracing::{error, info, warn};

use super::{banner::Banner, read_config};
use crate::{
    config::{Config, UnknownVariable, settings, unknown_variables, variable},
    listener::provide_descriptors,
    server::{Listeners, Server},
    telemetry::log::{self, Log},
};

/// Serves until a signal ends it.
pub(super) fn run(options: &ArgMatches) -> Result<()> {
    let config = read_config(options)?;
    let log = log::init(config.log_format)?;
    warn_of_unknown_variables();
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    runtime.block_on(listen(&config, &log))
}

async fn listen(config: &Config, log: &Log) -> Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (service, is_shared) = match inherited()? {
        Some(listener) => (listener, true),
        None => (bind(&config.host, config.port, "SIM_PORT").await?, false),
    };
    let metrics = match config.metrics_port {
        Some(port) => Some(bind(&config.host, port, "SIM_METRICS_PORT").await?),
        None => None,
    };
    provide_descriptors(config.max_connections);
    let address = service.local_addr().context("cannot tell the address")?;
    warn_of_loopback_on_fly(address.ip().is_loopback());
    let banner = Banner::new(config, address, metrics.as_ref().and_then(|metrics| metrics.local_addr().ok()));
    // The banner comes last, when all of it is true.
    let server =
        Server::new(Listeners { service, is_shared, metrics }, config, log.dropped_lines()).context("cannot serve")?;
    match log.terminal() {
        Some(mut terminal) => terminal.write_all(banner.to_string().as_bytes()).context("cannot print the banner")?,
        None => banner.log(),
    }
    let (stop, stopped) = oneshot::channel::<()>();
    let mut serving = pin!(server.serve(async move { drop(stopped.await) }));
    let signal = tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
        _ = &mut serving => return Ok(()),
    };
    info!(signal, "shutting down");
    drop(stop);
    // A person who presses Ctrl-C during the drain does not want to wait. A supervisor that repeats SIGTERM does.
    tokio::select! {
        _ = &mut serving => {}
        _ = interrupt.recv() => warn!(signal = "SIGINT", "ended at once"),
    }
    Ok(())
}

/// The listener that the parent process has opened, as systemd does for a service with a socket.
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

/// Warns of variables that look like settings: a misspelt setting would have no effect.
fn warn_of_unknown_variables() {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    for UnknownVariable { variable, nearest } in unknown_variables(names, &settings()) {
        warn!(variable, nearest, "the variable is not a setting");
    }
}

/// On Fly.io, a process that listens on the loopback address looks healthy, and every call is a 502.
fn warn_of_loopback_on_fly(is_loopback: bool) {
    if is_loopback && let Some(app) = variable("FLY_APP_NAME") {
        error!(
            fly_app = app,
            "listening on a loopback address inside a Fly machine: its proxy cannot reach it and answers 502; set \
             SIM_HOST=::, or 0.0.0.0"
        );
    }
}
