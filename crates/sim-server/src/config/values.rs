//! How the values of settings are read. An error is what was expected.

use std::{num::NonZeroUsize, time::Duration};

use poem::http::{HeaderName, Uri};

/// A setting that may be turned off. clap takes a field of the type `Option` for one without a default; this name is one
/// that it does not know.
pub(super) type Optional<T> = Option<T>;

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

pub(super) fn log_format(name: &str) -> Result<LogFormat, String> {
    match name {
        "auto" => Ok(LogFormat::Auto),
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("auto, text or json".to_owned()),
    }
}

/// Reads `off`, or a value as `parse` reads it.
pub(super) fn or_off<T>(
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Option<T>, String> + Clone {
    or("off", parse)
}

/// Reads `none`, or a value as `parse` reads it.
pub(super) fn or_none<T>(
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Option<T>, String> + Clone {
    or("none", parse)
}

/// Reads `auto`, or a value as `parse` reads it.
pub(super) fn or_auto<T>(
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Option<T>, String> + Clone {
    or("auto", parse)
}

fn or<T>(
    nothing: &'static str,
    parse: impl Fn(&str) -> Result<T, String> + Clone,
) -> impl Fn(&str) -> Result<Option<T>, String> + Clone {
    move |value| {
        if value == nothing {
            return Ok(None);
        }
        parse(value).map(Some).map_err(|expected| format!("{nothing}, or {expected}"))
    }
}

/// Reads the absolute address of a service, and leaves out a slash at its end: a client puts one before each path.
pub(super) fn url(url: &str) -> Result<String, String> {
    let parsed: Option<Uri> = url.parse().ok().filter(|_| !url.contains(['?', '#', '@']));
    let is_web =
        parsed.is_some_and(|uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.authority().is_some());
    let trimmed = is_web.then(|| url.trim_end_matches('/').to_owned());
    trimmed.ok_or_else(|| "an address without query: https://api.example/sim".to_owned())
}

pub(super) fn host(host: &str) -> Result<String, String> {
    let is_plausible = !host.is_empty() && !host.contains(char::is_whitespace);
    is_plausible.then(|| host.to_owned()).ok_or_else(|| "an address or a host name".to_owned())
}

pub(super) fn port(port: &str) -> Result<u16, String> {
    port.parse().map_err(|_| "a port, 0 to 65535".to_owned())
}

pub(super) fn header(name: &str) -> Result<HeaderName, String> {
    name.parse().map_err(|_| "the name of a header".to_owned())
}

/// Reads a number between two, these included.
pub(super) fn number<const LEAST: usize, const GREATEST: usize>(value: &str) -> Result<usize, String> {
    let number = value.parse().ok().filter(|number| (LEAST..=GREATEST).contains(number));
    number.ok_or_else(|| format!("a number, {LEAST} to {GREATEST}"))
}

/// Reads what a run of a model may cost, up to about four minutes of a core.
pub(super) fn cost(value: &str) -> Result<u64, String> {
    const GREATEST: u64 = 1_000_000_000_000;
    let cost = value.parse().ok().filter(|cost| (1..=GREATEST).contains(cost));
    cost.ok_or_else(|| format!("a number, 1 to {GREATEST}"))
}

/// Reads a number of threads.
pub(super) fn threads(value: &str) -> Result<NonZeroUsize, String> {
    let threads = number::<1, 256>(value)?;
    Ok(NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN))
}

/// Reads seconds, up to an hour.
pub(super) fn seconds<const LEAST: u64>(value: &str) -> Result<Duration, String> {
    let seconds = value.parse().ok().filter(|seconds| (LEAST..=3600).contains(seconds));
    seconds.map(Duration::from_secs).ok_or_else(|| format!("seconds, {LEAST} to 3600"))
}
