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
        let value = if setting.flag.is_none() { masked(&value, setting.default) } else { value };
        Effective { variable: setting.variable, flag: setting.flag, value, source }
    };
    SETTINGS.iter().map(of).collect()
}

/// Pairs of a name and a secret, without the secrets; or the word for none.
fn masked(pairs: &str, none: &str) -> String {
    if pairs.trim() == none {
        return none.to_owned();
    }
    let name = |pair: &str| format!("{}:****", pair.split(':').next().unwrap_or_default().trim());
    pairs.split(',').map(name).collect::<Vec<_>>().join(",")
}

/// The settings as a table for people: a line each, whatever is in a value.
pub(crate) fn table(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> String {
    let settings = effective(lookup);
    let shown = |setting: &Effective| setting.value.escape_debug().to_string();
    let names = settings.iter().map(|setting| setting.variable.len()).max().unwrap_or(0);
    let values = settings.iter().map(|setting| shown(setting).chars().count()).max().unwrap_or(0);
    let line = |setting: &Effective| {
        let Effective { variable, source, flag, .. } = setting;
        let source = match source {
            Source::Flag => format!("--{}", flag.unwrap_or_default()),
            Source::Environment => "environment".to_owned(),
            Source::Default => "default".to_owned(),
        };
        format!("{variable:<names$}  {:<values$}  {source}\n", shown(setting))
    };
    settings.iter().map(line).collect()
}

/// The settings as JSON.
pub(crate) fn json(lookup: impl Fn(&Setting) -> Option<(String, Source)>) -> String {
    // Text and names, which are JSON.
    serde_json::to_string_pretty(&effective(lookup)).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of a setting that the environment sets to a value, as its words.
    fn line(variable: &str, value: &str) -> Vec<String> {
        let set = |setting: &Setting| (setting.variable == variable).then(|| (value.to_owned(), Source::Environment));
        let table = table(set);
        assert_eq!(table.lines().count(), SETTINGS.len(), "{table}");
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
        let table = table(set);
        let source = |line: &str| {
            let before = line.rsplit_once(' ').unwrap().0;
            before.chars().count()
        };
        let starts: Vec<_> = table.lines().map(source).collect();
        assert!(starts.iter().all(|start| *start == starts[0]), "{table}");
        assert!(table.lines().next().unwrap().ends_with("  --host"), "{table}");
    }
}
