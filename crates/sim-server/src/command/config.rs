//! `sim-server config`: prints the settings in effect and their sources.

use anyhow::{Context, Result};
use clap::{ArgMatches, parser::ValueSource};
use serde::Serialize;

use super::{FORMAT, print, read_config};
use crate::config::{Setting, Source, may_hold_a_secret, settings, trace_settings, variable};

/// Prints the settings in effect, or the error if one is invalid.
pub(super) fn run(options: &ArgMatches) -> Result<()> {
    read_config(options)?;
    let settings = effective(|setting| look_up(options, setting));
    let is_json = options.get_one::<String>(FORMAT).is_some_and(|format| format == "json");
    let text = if is_json { json(&settings) } else { table(&settings) };
    print(&text).context("cannot print the settings")
}

/// The value of a setting and its source, if it is set.
fn look_up(options: &ArgMatches, setting: &Setting) -> Option<(String, Source)> {
    let of_environment = || variable(&setting.variable).map(|value| (value, Source::Environment));
    if setting.flag.is_none() {
        return of_environment();
    }
    match options.value_source(&setting.id)? {
        ValueSource::CommandLine => {
            let value = options.get_raw(&setting.id)?.next_back()?;
            Some((value.to_string_lossy().into_owned(), Source::Flag))
        }
        ValueSource::EnvVariable => of_environment(),
        _ => None,
    }
}

/// A setting in effect.
#[derive(Debug, Serialize)]
struct Effective {
    variable: String,
    flag: Option<String>,
    value: String,
    source: Source,
}

/// Printed in place of a secret.
const MASK: &str = "****";

/// Every setting in effect, secrets masked; `lookup` returns the value and source of a setting if it is set.
fn effective(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> Vec<Effective> {
    let of = |setting: Setting, mask: &dyn Fn(String) -> String| {
        let (value, source) = match lookup(&setting) {
            Some((value, source)) => (mask(value), source),
            None => (setting.default, Source::Default),
        };
        Effective { variable: setting.variable, flag: setting.flag, value, source }
    };
    let own = settings().into_iter().map(|setting| {
        let (is_secret, none) = (setting.flag.is_none(), setting.default.clone());
        of(setting, &|value| if is_secret { masked(&value, &none) } else { value })
    });
    let of_traces = trace_settings().into_iter().map(|setting| {
        let named = setting.clone();
        of(setting, &|value| if may_hold_a_secret(&named, &value) { MASK.to_owned() } else { value })
    });
    own.chain(of_traces).collect()
}

/// Pairs of a name and a secret with the secrets masked, or the word for none.
fn masked(pairs: &str, none: &str) -> String {
    if pairs.trim() == none {
        return none.to_owned();
    }
    let name = |pair: &str| format!("{}:{MASK}", pair.split(':').next().unwrap_or_default().trim());
    pairs.split(',').map(name).collect::<Vec<_>>().join(",")
}

/// The settings as a table for people, one line each. Line breaks in values are escaped.
fn table(settings: &[Effective]) -> String {
    let shown = |setting: &Effective| setting.value.escape_debug().to_string();
    let names = settings.iter().map(|setting| setting.variable.len()).max().unwrap_or(0);
    let values = settings.iter().map(|setting| shown(setting).chars().count()).max().unwrap_or(0);
    let line = |setting: &Effective| {
        let Effective { variable, source, flag, .. } = setting;
        let source = match source {
            Source::Flag => format!("--{}", flag.as_deref().unwrap_or_default()),
            Source::Environment => "environment".to_owned(),
            Source::Default => "default".to_owned(),
        };
        format!("{variable:<names$}  {:<values$}  {source}\n", shown(setting))
    };
    settings.iter().map(line).collect()
}

/// The settings as JSON.
fn json(settings: &[Effective]) -> String {
    // Strings and names can always be written as JSON.
    serde_json::to_string_pretty(settings).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a setting that the environment sets to a value, as its words.
    fn line(variable: &str, value: &str) -> Vec<String> {
        let set = |setting: &Setting| (setting.variable == variable).then(|| (value.to_owned(), Source::Environment));
        let table = table(&effective(set));
        assert_eq!(table.lines().count(), settings().len() + trace_settings().len(), "{table}");
        let line = table.lines().find(|line| line.starts_with(&format!("{variable} "))).unwrap();
        line.split("  ").filter(|word| !word.is_empty()).map(|word| word.trim().to_owned()).collect()
    }

    #[test]
    fn of_a_secret_the_names_are_shown() {
        for (value, shown) in [
            ("none", "none"),
            (" none\n", "none"),
            ("web:8f14e45f", "web:****"),
            (" web:8f14e45f ,\n\tmobile:c4ca4238\n", "web:****,mobile:****"),
            ("web:8f14e45f,web:c4ca4238", "web:****,web:****"),
        ] {
            assert_eq!(line("SIM_API_KEYS", value), ["SIM_API_KEYS", shown, "environment"]);
        }
    }

    #[test]
    fn of_what_is_set_for_traces_all_is_shown_but_what_may_be_a_secret() {
        // A value is printed even if tracing is off, and then it has not been validated.
        for variable in ["OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"] {
            for value in ["authorization=Bearer%20c4ca4238", "c4ca4238==", "authorization: Bearer c4ca4238"] {
                assert_eq!(line(variable, value), [variable, "****", "environment"]);
            }
        }
        for variable in ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] {
            assert_eq!(line(variable, "http://sim:c4ca4238@collector:4318"), [variable, "****", "environment"]);
            assert_eq!(line(variable, "http://c:4318"), [variable, "http://c:4318", "environment"]);
        }
        assert_eq!(line("OTEL_SERVICE_NAME", "sim-eu"), ["OTEL_SERVICE_NAME", "sim-eu", "environment"]);
    }

    #[test]
    fn a_setting_is_one_line_whatever_is_in_its_value() {
        for (variable, value, shown) in [
            ("SIM_CORS_ORIGINS", "https://a.example,\n\thttps://b.example", r"https://a.example,\n\thttps://b.example"),
            ("SIM_HOST", "\u{1b}[31mx", r"\u{1b}[31mx"),
            ("SIM_HOST", "bücher.example", "bücher.example"),
        ] {
            assert_eq!(line(variable, value), [variable, shown, "environment"]);
        }
    }

    #[test]
    fn the_columns_are_aligned() {
        let long = "a.very.long.name.of.a.host.example.bücher".to_owned();
        let set = |setting: &Setting| (setting.variable == "SIM_HOST").then(|| (long.clone(), Source::Flag));
        let table = table(&effective(set));
        let source = |line: &str| {
            let before = line.rsplit_once(' ').unwrap().0;
            before.chars().count()
        };
        let starts: Vec<_> = table.lines().map(source).collect();
        assert!(starts.iter().all(|start| *start == starts[0]), "{table}");
        assert!(table.lines().next().unwrap().ends_with("  --host"), "{table}");
    }
}
