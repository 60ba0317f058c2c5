//! The settings of the process, each from a flag, an environment variable or its default, in this order.

use std::{fmt, str::FromStr, time::Duration};

/// A setting: what it is called, what it is where nothing is said, and what it means.
#[derive(Debug)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// The flag, without its dashes.
    pub flag: &'static str,
    /// The default, written as a user would write it.
    pub default: &'static str,
    /// What it takes, as an error says it.
    pub expected: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const HOST: Setting = Setting {
    variable: "SIM_HOST",
    flag: "host",
    default: "127.0.0.1",
    expected: "an address or a host name",
    meaning: "The address to listen on. `0.0.0.0` or `::` takes requests from other machines.",
};
const PORT: Setting = Setting {
    variable: "SIM_PORT",
    flag: "port",
    default: "8000",
    expected: "a port, 0 to 65535",
    meaning: "The port to listen on. 0 takes a free one, which the log names.",
};
const LOG_FORMAT: Setting = Setting {
    variable: "SIM_LOG_FORMAT",
    flag: "log-format",
    default: "auto",
    expected: "auto, text or json",
    meaning: "How the log is written: `text` for people, `json` for programs, `auto` for text on a terminal and JSON \
              elsewhere.",
};
const MAX_CONNECTIONS: Setting = Setting {
    variable: "SIM_MAX_CONNECTIONS",
    flag: "max-connections",
    default: "10000",
    expected: "a number, 1 to 1000000",
    meaning: "How many connections are open at once. Further ones wait to be accepted.",
};
const HEADER_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_HEADER_TIMEOUT_SECS",
    flag: "header-timeout-secs",
    default: "10",
    expected: "seconds, 1 to 3600",
    meaning: "How long a request's header section may take, and a new connection's first byte.",
};
const REQUEST_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_REQUEST_TIMEOUT_SECS",
    flag: "request-timeout-secs",
    default: "10",
    expected: "seconds, 1 to 3600",
    meaning: "How long a request may take from its headers to its answer; a body that is slower is a 408.",
};
const IDLE_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_IDLE_TIMEOUT_SECS",
    flag: "idle-timeout-secs",
    default: "75",
    expected: "seconds, 1 to 3600",
    meaning: "How long a connection may be idle between requests, or a reader may stall, before it is closed.",
};
const SHUTDOWN_GRACE_SECS: Setting = Setting {
    variable: "SIM_SHUTDOWN_GRACE_SECS",
    flag: "shutdown-grace-secs",
    default: "20",
    expected: "seconds, 0 to 3600",
    meaning: "How long requests in flight may take to finish after SIGTERM or SIGINT.",
};

/// Every setting, in the order they are documented.
pub const SETTINGS: &[Setting] = &[
    HOST,
    PORT,
    LOG_FORMAT,
    MAX_CONNECTIONS,
    HEADER_TIMEOUT_SECS,
    REQUEST_TIMEOUT_SECS,
    IDLE_TIMEOUT_SECS,
    SHUTDOWN_GRACE_SECS,
];

/// The settings of a process; see [`SETTINGS`] for what each means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// `SIM_HOST`.
    pub host: String,
    /// `SIM_PORT`.
    pub port: u16,
    /// `SIM_LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `SIM_MAX_CONNECTIONS`.
    pub max_connections: usize,
    /// `SIM_HEADER_TIMEOUT_SECS`.
    pub header_timeout: Duration,
    /// `SIM_REQUEST_TIMEOUT_SECS`.
    pub request_timeout: Duration,
    /// `SIM_IDLE_TIMEOUT_SECS`.
    pub idle_timeout: Duration,
    /// `SIM_SHUTDOWN_GRACE_SECS`.
    pub shutdown_grace: Duration,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

impl FromStr for LogFormat {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "auto" => Ok(Self::Auto),
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(()),
        }
    }
}

/// A setting has a value that it cannot have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSetting {
    variable: &'static str,
    flag: &'static str,
    value: String,
    expected: &'static str,
}

impl fmt::Display for InvalidSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Self { variable, flag, value, expected } = self;
        write!(formatter, "{variable} (--{flag}) is {value:?}, expected {expected}")
    }
}

impl std::error::Error for InvalidSetting {}

impl Setting {
    fn read<T>(
        &self,
        lookup: &impl Fn(&Setting) -> Option<String>,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, InvalidSetting> {
        let value = lookup(self).unwrap_or_else(|| self.default.to_owned());
        parse(&value).ok_or(InvalidSetting { variable: self.variable, flag: self.flag, value, expected: self.expected })
    }

    fn seconds(&self, lookup: &impl Fn(&Setting) -> Option<String>, least: u64) -> Result<Duration, InvalidSetting> {
        self.read(lookup, |value| within(value, least, 3600).map(Duration::from_secs))
    }
}

fn within(value: &str, least: u64, greatest: u64) -> Option<u64> {
    value.parse().ok().filter(|number| (least..=greatest).contains(number))
}

impl Config {
    /// Reads the settings; `lookup` says what a setting was set to, if it was.
    ///
    /// # Errors
    ///
    /// The first setting whose value it cannot have.
    pub fn from_lookup(lookup: impl Fn(&Setting) -> Option<String>) -> Result<Self, InvalidSetting> {
        let lookup = &lookup;
        Ok(Self {
            host: HOST.read(lookup, |host| {
                let plausible = !host.is_empty() && !host.contains(char::is_whitespace);
                plausible.then(|| host.to_owned())
            })?,
            port: PORT.read(lookup, |port| port.parse().ok())?,
            log_format: LOG_FORMAT.read(lookup, |format| format.parse().ok())?,
            max_connections: MAX_CONNECTIONS
                .read(lookup, |value| usize::try_from(within(value, 1, 1_000_000)?).ok())?,
            header_timeout: HEADER_TIMEOUT_SECS.seconds(lookup, 1)?,
            request_timeout: REQUEST_TIMEOUT_SECS.seconds(lookup, 1)?,
            idle_timeout: IDLE_TIMEOUT_SECS.seconds(lookup, 1)?,
            shutdown_grace: SHUTDOWN_GRACE_SECS.seconds(lookup, 0)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variable: &str, value: &str) -> Result<Config, InvalidSetting> {
        Config::from_lookup(|setting| (setting.variable == variable).then(|| value.to_owned()))
    }

    #[test]
    fn the_defaults_are_a_configuration() {
        let config = Config::from_lookup(|_| None).unwrap();
        assert_eq!((config.host.as_str(), config.port), ("127.0.0.1", 8000));
        assert_eq!(config.shutdown_grace, Duration::from_secs(20));
    }

    #[test]
    fn each_setting_takes_the_ends_of_its_range() {
        for (variable, values) in [
            ("SIM_HOST", ["0.0.0.0", "::", "localhost"].as_slice()),
            ("SIM_PORT", &["0", "65535"]),
            ("SIM_LOG_FORMAT", &["auto", "text", "json"]),
            ("SIM_MAX_CONNECTIONS", &["1", "1000000"]),
            ("SIM_HEADER_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_REQUEST_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_IDLE_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_SHUTDOWN_GRACE_SECS", &["0", "3600"]),
        ] {
            for value in values {
                assert!(with(variable, value).is_ok(), "{variable}={value}");
            }
        }
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_setting_value_and_expectation() {
        for (variable, values) in [
            ("SIM_HOST", ["", "a b"].as_slice()),
            ("SIM_PORT", &["", "-1", "65536", "http", "80 ", "1e3"]),
            ("SIM_LOG_FORMAT", &["", "JSON", "xml"]),
            ("SIM_MAX_CONNECTIONS", &["0", "1000001", "many"]),
            ("SIM_HEADER_TIMEOUT_SECS", &["0", "3601", "1.5", "10s"]),
            ("SIM_REQUEST_TIMEOUT_SECS", &["0", "3601"]),
            ("SIM_IDLE_TIMEOUT_SECS", &["0", "3601"]),
            ("SIM_SHUTDOWN_GRACE_SECS", &["-1", "3601"]),
        ] {
            let setting = SETTINGS.iter().find(|setting| setting.variable == variable).unwrap();
            for value in values {
                let error = with(variable, value).unwrap_err().to_string();
                assert_eq!(
                    error,
                    format!("{variable} (--{}) is {value:?}, expected {}", setting.flag, setting.expected)
                );
            }
        }
    }
}
