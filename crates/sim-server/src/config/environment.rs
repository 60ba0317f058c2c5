//! The environment of the process, by one rule for every variable: an empty one is as one that is not set.

use clap::Arg;

use super::{InvalidSetting, setting::Setting};

/// What the variables of settings begin with.
const PREFIX: &str = "SIM_";

/// A variable that looks like a setting, and is none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownVariable {
    pub(crate) variable: String,
    /// The setting with the most similar name.
    pub(crate) nearest: String,
}

/// Reads a variable of the process; `None` if it is empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
    Some(value.to_string_lossy().into_owned())
}

/// Has an argument read its variable, unless that is empty.
pub(crate) fn read_variable(argument: Arg) -> Arg {
    let value = argument.get_env().and_then(std::env::var_os);
    let argument = argument.allow_hyphen_values(true).hide_env_values(true);
    if value.is_some_and(|value| value.is_empty()) { argument.env(None::<&str>) } else { argument }
}

/// The first setting whose variable is no text.
pub(crate) fn not_text(settings: &[Setting]) -> Option<InvalidSetting> {
    let is_text = |setting: &&Setting| std::env::var_os(&setting.variable).is_none_or(|value| value.to_str().is_some());
    let setting = settings.iter().find(|setting| !is_text(setting))?;
    Some(InvalidSetting::fault(&setting.variable, "is not UTF-8".to_owned(), "text"))
}

/// The variables among `names` that look like settings, and are none.
pub(crate) fn unknown_variables(names: impl Iterator<Item = String>, settings: &[Setting]) -> Vec<UnknownVariable> {
    let known = || settings.iter().map(|setting| setting.variable.as_str());
    let unknown = names.filter(|name| name.to_uppercase().starts_with(PREFIX) && !known().any(|known| known == name));
    let nearest = |name: &str| known().min_by_key(|known| strsim::damerau_levenshtein(known, &name.to_uppercase()));
    let mut unknown: Vec<_> = unknown
        .map(|variable| UnknownVariable { nearest: nearest(&variable).unwrap_or_default().to_owned(), variable })
        .collect();
    unknown.sort_unstable_by(|one, other| one.variable.cmp(&other.variable));
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings;

    #[test]
    fn a_variable_that_is_no_setting_is_told_with_the_nearest_setting() {
        for (variable, nearest) in [
            ("SIM_PROT", "SIM_PORT"),
            ("SIM_API_KEY", "SIM_API_KEYS"),
            ("SIM_RATELIMIT", "SIM_RATE_LIMIT"),
            ("SIM_MAX_HEADER", "SIM_MAX_HEADERS"),
            ("SIM_port", "SIM_PORT"),
            ("sim_host", "SIM_HOST"),
            ("SIM_CORS_ORIGIN", "SIM_CORS_ORIGINS"),
            ("SIM_METRIC_PORT", "SIM_METRICS_PORT"),
        ] {
            let names = ["PATH", variable, "SIM_HOST", "SIMILAR"].map(str::to_owned);
            let expected = UnknownVariable { variable: variable.to_owned(), nearest: nearest.to_owned() };
            assert_eq!(unknown_variables(names.into_iter(), &settings()), [expected]);
        }
    }

    #[test]
    fn every_setting_is_known() {
        let settings = settings();
        let names = settings.iter().map(|setting| setting.variable.clone());
        assert_eq!(unknown_variables(names, &settings), []);
    }
}
