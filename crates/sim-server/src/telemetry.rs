//! The log: structured events by `tracing`, one line each.

mod json_lines;
mod sink;

use std::io::IsTerminal;

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::LogFormat;
use json_lines::JsonLines;
use sink::{Flush, Sink};

/// Which events are logged, as `tracing-subscriber` reads it.
const FILTER_VARIABLE: &str = "RUST_LOG";
const DEFAULT_FILTER: &str = "info";

/// Starts the log on standard output. What it has not written yet is written when the value returned is dropped.
///
/// # Errors
///
/// Where `RUST_LOG` is not a filter.
pub(crate) fn init(format: LogFormat) -> Result<Flush> {
    let is_terminal = std::io::stdout().is_terminal();
    let directives = std::env::var(FILTER_VARIABLE).unwrap_or_else(|_| DEFAULT_FILTER.to_owned());
    let filter = EnvFilter::builder()
        .parse(&directives)
        .with_context(|| format!("{FILTER_VARIABLE} is {directives:?}, expected a level or a list of target=level"))?;
    let (sink, flush) = Sink::start(std::io::stdout());
    let log = tracing_subscriber::registry().with(filter);
    let is_text = format == LogFormat::Text || format == LogFormat::Auto && is_terminal;
    if is_text {
        log.with(fmt::layer().with_target(false).with_ansi(is_terminal).with_writer(sink)).init();
    } else {
        log.with(JsonLines(sink)).init();
    }
    log_panics();
    Ok(flush)
}

/// A panic is an event like any other: one line, in the format of the rest.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(ToString::to_string);
        tracing::error!(location, payload = panic.payload_as_str(), "panic");
    }));
}
