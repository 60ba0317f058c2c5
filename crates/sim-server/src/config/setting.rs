//! What a setting is, for those who list settings, and what is wrong with one.

use std::{error::Error, fmt};

use clap::{
    Arg, Args, Command,
    error::{ContextKind, ContextValue},
};

use super::{API_KEYS, Config};

/// A setting: its names, its default and its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The environment variable.
    pub variable: String,
    /// The flag, without its dashes; none if the value is a secret.
    pub flag: Option<String>,
    /// The default, as a user would write it.
    pub default: String,
    /// The meaning, as the help and the documentation have it.
    pub meaning: String,
    /// The name of the argument, for clap.
    pub(crate) id: String,
}

/// The source of a setting's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The command line.
    Flag,
    /// An environment variable.
    Environment,
    /// Neither.
    Default,
}

/// A setting has an invalid value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    variable: String,
    flag: Option<String>,
    fault: String,
    expected: String,
}

/// Every setting of the service's own, in the order of the documentation.
#[must_use]
pub fn settings() -> Vec<Setting> {
    let command = Config::augment_args(Command::new("settings"));
    let setting = |argument: &Arg| {
        Some(Setting {
            variable: argument.get_env()?.to_str()?.to_owned(),
            flag: argument.get_long().map(str::to_owned),
            default: argument.get_default_values().first()?.to_str()?.to_owned(),
            id: argument.get_id().to_string(),
            // clap takes the last full stop away.
            meaning: format!("{}.", argument.get_help()?.to_string().trim_end_matches('.')),
        })
    };
    let keys = Setting {
        variable: API_KEYS.to_owned(),
        flag: None,
        default: "none".to_owned(),
        meaning:
            "The keys that a simulation needs one of: `NAME:KEY` pairs separated by commas, one for each application, \
                  two while it changes its key. `none` leaves the service open to everybody."
                .to_owned(),
        id: String::new(),
    };
    command.get_arguments().filter_map(setting).chain([keys]).collect()
}

impl InvalidSetting {
    /// What is wrong with a value, in words that do not quote it.
    pub(super) fn fault(variable: &str, fault: String, expected: &str) -> Self {
        Self { variable: variable.to_owned(), flag: None, fault, expected: expected.to_owned() }
    }

    /// The setting whose value clap could not read; `None` if the value is that of another option.
    pub(crate) fn of_clap(error: &clap::Error, settings: &[Setting]) -> Option<Self> {
        let text = |kind| match error.get(kind) {
            Some(ContextValue::String(text)) => text.as_str(),
            _ => "",
        };
        // `--port <PORT>`
        let flag = text(ContextKind::InvalidArg).trim_start_matches("--").split([' ', '=']).next().unwrap_or_default();
        let setting = settings.iter().find(|setting| setting.flag.as_deref() == Some(flag))?;
        Some(Self {
            variable: setting.variable.clone(),
            flag: setting.flag.clone(),
            fault: format!("is {:?}", text(ContextKind::InvalidValue)),
            expected: error.source()?.to_string(),
        })
    }
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { variable, flag, fault, expected } = self;
        let flag = flag.as_ref().map(|flag| format!(" (--{flag})")).unwrap_or_default();
        write!(formatter, "{variable}{flag} {fault}, expected {expected}")
    }
}

impl Error for InvalidSetting {}
