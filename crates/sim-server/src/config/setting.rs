//! What a setting is, and how one is read.

use std::{fmt, time::Duration};

/// A setting: what it is called, what it is where nothing is said, and what it means.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// The flag, without its dashes; none where the value is a secret.
    pub flag: Option<&'static str>,
    /// The default, written as a user would write it.
    pub default: &'static str,
    /// What it takes, as an error says it.
    pub expected: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// A setting has a value that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    pub(super) variable: &'static str,
    pub(super) flag: Option<&'static str>,
    pub(super) fault: String,
    pub(super) expected: &'static str,
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { variable, flag, fault, expected } = self;
        let flag = flag.map(|flag| format!(" (--{flag})")).unwrap_or_default();
        write!(formatter, "{variable}{flag} {fault}, expected {expected}")
    }
}

impl std::error::Error for InvalidSetting {}

impl Setting {
    /// Reads a setting as `lookup` has it, or its default.
    pub(super) fn read<T>(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, InvalidSetting> {
        let value = lookup(self).unwrap_or_else(|| self.default.to_owned());
        parse(&value).ok_or_else(|| self.invalid(format!("is {value:?}")))
    }

    /// The same of a setting whose default is a word for nothing.
    pub(super) fn read_optional<T>(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, InvalidSetting> {
        match lookup(self) {
            Some(value) if value != self.default => {
                parse(&value).map(Some).ok_or_else(|| self.invalid(format!("is {value:?}")))
            }
            _ => Ok(None),
        }
    }

    /// The same of a secret. `parse` says what is wrong with it in words that do not hold it.
    pub(super) fn read_secret<T>(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, InvalidSetting> {
        let value = lookup(self).unwrap_or_else(|| self.default.to_owned());
        parse(&value).map_err(|fault| self.invalid(fault))
    }

    pub(super) fn number(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        least: u64,
        greatest: u64,
    ) -> Result<usize, InvalidSetting> {
        self.read(lookup, |value| usize::try_from(within(value, least, greatest)?).ok())
    }

    pub(super) fn seconds(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        least: u64,
    ) -> Result<Duration, InvalidSetting> {
        self.read(lookup, |value| within(value, least, 3600).map(Duration::from_secs))
    }

    fn invalid(&self, fault: String) -> InvalidSetting {
        InvalidSetting { variable: self.variable, flag: self.flag, fault, expected: self.expected }
    }
}

/// A number between two, these included.
pub(super) fn within(value: &str, least: u64, greatest: u64) -> Option<u64> {
    value.parse().ok().filter(|number| (least..=greatest).contains(number))
}
