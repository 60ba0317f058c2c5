//! The settings as they are, each with where it is from, for `sim-server config`.

use serde::Serialize;

use crate::config::{SETTINGS, Setting};

/// Where the value of a setting is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Source {
    Flag,
    Environment,
    Default,
}

/// A setting, as it is.
#[derive(Debug, Serialize)]
struct Effective {
    variable: &'static str,
    flag: Option<&'static str>,
    value: String,
    source: Source,
}

/// What every setting is; `lookup` says what one was set to and where, if it was. Secrets are masked.
fn effective(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> Vec<Effective> {
    let of = |setting: &Setting| {
        let (value, source) = lookup(setting).unwrap_or_else(|| (setting.default.to_owned(), Source::Default));
        let is_secret = setting.flag.is_none() && value != setting.default;
        let value = if is_secret { masked(&value) } else { value };
        Effective { variable: setting.variable, flag: setting.flag, value, source }
    };
    SETTINGS.iter().map(of).collect()
}

/// Pairs of a name and a secret, without the secrets.
fn masked(pairs: &str) -> String {
    let name = |pair: &str| format!("{}:****", pair.split(':').next().unwrap_or_default().trim());
    pairs.split(',').map(name).collect::<Vec<_>>().join(",")
}

/// The settings as a table for people.
pub(crate) fn table(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> String {
    let settings = effective(lookup);
    let width = |length: fn(&Effective) -> usize| settings.iter().map(length).max().unwrap_or(0);
    let (names, values) = (width(|setting| setting.variable.len()), width(|setting| setting.value.len()));
    let line = |Effective { variable, value, source, flag }: &Effective| {
        let source = match source {
            Source::Flag => format!("--{}", flag.unwrap_or_default()),
            Source::Environment => "environment".to_owned(),
            Source::Default => "default".to_owned(),
        };
        format!("{variable:<names$}  {value:<values$}  {source}\n")
    };
    settings.iter().map(line).collect()
}

/// The settings as JSON.
pub(crate) fn json(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> String {
    // Text and names, which are JSON.
    serde_json::to_string_pretty(&effective(lookup)).unwrap_or_default() + "\n"
}
