//! The log: structured events by `tracing`, one line each.

mod json_lines;
mod request;
mod sink;

use std::{
    fs::File,
    io::{IsTerminal, Write},
    os::fd::AsFd,
    panic::PanicHookInfo,
};

use anyhow::{Context, Result};
use tracing_subscriber::{EnvFilter, filter::filter_fn, fmt, layer::SubscriberExt, util::SubscriberInitExt};

use crate::config::{LogFormat, variable};
use json_lines::JsonLines;
pub(crate) use request::request;
pub use sink::DroppedLines;
use sink::{Flush, Sink};

/// Which events are logged, as `tracing-subscriber` reads it.
const FILTER_VARIABLE: &str = "RUST_LOG";
const DEFAULT_FILTER: &str = "info";

/// The log. Dropping it writes the remaining lines.
#[derive(Debug)]
pub(crate) struct Log {
    terminal: Option<Sink>,
    dropped_lines: DroppedLines,
    _flush: Flush,
}

impl Log {
    /// A writer to the terminal, if the log is text on one. Its output keeps its order among the log lines, and does
    /// not block.
    pub(crate) fn terminal(&self) -> Option<impl Write> {
        self.terminal.as_ref()
    }

    /// The counter of dropped lines.
    pub(crate) fn dropped_lines(&self) -> &DroppedLines {
        &self.dropped_lines
    }
}

/// Starts the log on standard output.
///
/// # Errors
///
/// If `RUST_LOG` is not a valid filter.
pub(crate) fn init(format: LogFormat) -> Result<Log> {
    let is_terminal = std::io::stdout().is_terminal();
    let directives = variable(FILTER_VARIABLE).filter(|filter| !filter.trim().is_empty());
    let directives = directives.unwrap_or_else(|| DEFAULT_FILTER.to_owned());
    let filter = EnvFilter::builder()
        .parse(&directives)
        .with_context(|| format!("{FILTER_VARIABLE} is {directives:?}, expected a level or a list of target=level"))?;
    let dropped_lines = DroppedLines::default();
    // The standard library's buffered output would not say how much of a line was written.
    let output = std::io::stdout().as_fd().try_clone_to_owned().context("cannot open standard output")?;
    let (sink, flush) = Sink::start(File::from(output), &dropped_lines);
    // Of the SDK's events only those on its variables: the log says once that spans are lost, the SDK for each batch.
    let no_batches =
        filter_fn(|event| !event.target().starts_with("opentelemetry") || event.name().contains(".Config."));
    let log = tracing_subscriber::registry().with(filter).with(no_batches);
    let is_text = format == LogFormat::Text || format == LogFormat::Auto && is_terminal;
    let terminal = (is_text && is_terminal).then(|| sink.clone());
    if is_text {
        log.with(fmt::layer().with_target(false).with_ansi(is_terminal).with_writer(sink)).init();
    } else {
        log.with(JsonLines(sink)).init();
    }
    std::panic::set_hook(Box::new(log_panic));
    Ok(Log { terminal, dropped_lines, _flush: flush })
}

/// Logs a panic as one line, in the format of the log.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    tracing::error!(location, payload = panic.payload_as_str(), "panic");
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, panic};

    use serde_json::Value;

    use super::{json_lines::logged, log_panic};

    thread_local! {
        /// Whether panics are logged as in the process, rather than as in a test.
        static IS_LOGGED: Cell<bool> = const { Cell::new(false) };
    }

    #[test]
    fn a_panic_is_one_line_that_says_where() {
        let of_tests = panic::take_hook();
        panic::set_hook(Box::new(move |panic| if IS_LOGGED.get() { log_panic(panic) } else { of_tests(panic) }));
        let log = logged(|| {
            IS_LOGGED.set(true);
            let outcome = panic::catch_unwind(|| panic!("out of\n{}", "luck"));
            IS_LOGGED.set(false);
            assert!(outcome.is_err());
        });
        assert_eq!(log.lines().count(), 1, "{log}");
        let event: Value = serde_json::from_str(&log).unwrap();
        assert_eq!((&event["level"], &event["message"]), (&"ERROR".into(), &"panic".into()));
        assert_eq!(event["payload"], "out of\nluck");
        assert!(event["location"].as_str().unwrap().starts_with(file!()), "{event}");
    }
}
