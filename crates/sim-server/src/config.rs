//! The settings of the process, each from a flag, an environment variable or its default, in this order.

mod api_keys;
mod cors_origins;
mod entropy;
mod rate;
mod setting;
mod settings;
mod traces;

use std::{num::NonZeroU32, str::FromStr, time::Duration};

use poem::http::HeaderName;
use sim_api::ApiKeys;

pub use cors_origins::CorsOrigins;
pub use rate::Rate;
pub use setting::{InvalidSetting, Setting};
pub use settings::SETTINGS;
use settings::{
    API_KEYS, CLIENT_IP_HEADER, CORS_ORIGINS, HEADER_TIMEOUT_SECS, HOST, IDLE_TIMEOUT_SECS, LOG_FORMAT, MAX_BODY_BYTES,
    MAX_CONNECTIONS, MAX_HEADER_BYTES, MAX_HEADERS, MAX_IN_FLIGHT, MAX_URI_BYTES, METRICS_PORT, PORT, RATE_LIMIT,
    RATE_LIMIT_BURST, REQUEST_TIMEOUT_SECS, SHUTDOWN_GRACE_SECS,
};
pub use traces::{TRACE_SETTINGS, may_hold_a_secret};

/// The settings of a process; see [`SETTINGS`] for what each means.
#[derive(Debug, Clone)]
pub struct Config {
    /// `SIM_HOST`.
    pub host: String,
    /// `SIM_PORT`.
    pub port: u16,
    /// `SIM_METRICS_PORT`.
    pub metrics_port: Option<u16>,
    /// `SIM_LOG_FORMAT`.
    pub log_format: LogFormat,
    /// `SIM_API_KEYS`.
    pub api_keys: ApiKeys,
    /// `SIM_RATE_LIMIT`.
    pub rate_limit: Option<Rate>,
    /// `SIM_RATE_LIMIT_BURST`.
    pub rate_limit_burst: NonZeroU32,
    /// `SIM_CLIENT_IP_HEADER`.
    pub client_ip_header: Option<HeaderName>,
    /// `SIM_CORS_ORIGINS`.
    pub cors_origins: CorsOrigins,
    /// `SIM_MAX_CONNECTIONS`.
    pub max_connections: usize,
    /// `SIM_MAX_IN_FLIGHT`.
    pub max_in_flight: usize,
    /// `SIM_MAX_BODY_BYTES`.
    pub max_body_bytes: usize,
    /// `SIM_MAX_URI_BYTES`.
    pub max_uri_bytes: usize,
    /// `SIM_MAX_HEADER_BYTES`.
    pub max_header_bytes: usize,
    /// `SIM_MAX_HEADERS`.
    pub max_headers: usize,
    /// `SIM_HEADER_TIMEOUT_SECS`.
    pub header_timeout: Duration,
    /// `SIM_REQUEST_TIMEOUT_SECS`.
    pub request_timeout: Duration,
    /// `SIM_IDLE_TIMEOUT_SECS`.
    pub idle_timeout: Duration,
    /// `SIM_SHUTDOWN_GRACE_SECS`.
    pub shutdown_grace: Duration,
    /// Where spans are sent, if anywhere: see [`TRACE_SETTINGS`].
    pub traces_endpoint: Option<String>,
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
            metrics_port: METRICS_PORT.read_optional(lookup, |port| port.parse().ok())?,
            log_format: LOG_FORMAT.read(lookup, |format| format.parse().ok())?,
            api_keys: API_KEYS.read_secret(lookup, api_keys::parse)?,
            rate_limit: RATE_LIMIT.read_optional(lookup, Rate::parse)?,
            rate_limit_burst: RATE_LIMIT_BURST.read(lookup, rate::tokens)?,
            client_ip_header: CLIENT_IP_HEADER.read_optional(lookup, |name| name.parse().ok())?,
            cors_origins: CORS_ORIGINS.read_optional(lookup, CorsOrigins::parse)?.unwrap_or_default(),
            max_connections: MAX_CONNECTIONS.number(lookup, 1, 1_000_000)?,
            max_in_flight: MAX_IN_FLIGHT.number(lookup, 1, 1_000_000)?,
            max_body_bytes: MAX_BODY_BYTES.number(lookup, 1024, 64 << 20)?,
            max_uri_bytes: MAX_URI_BYTES.number(lookup, 256, 64 << 10)?,
            max_header_bytes: MAX_HEADER_BYTES.number(lookup, 1024, 64 << 10)?,
            max_headers: MAX_HEADERS.number(lookup, 16, 1000)?,
            header_timeout: HEADER_TIMEOUT_SECS.seconds(lookup, 1)?,
            request_timeout: REQUEST_TIMEOUT_SECS.seconds(lookup, 1)?,
            idle_timeout: IDLE_TIMEOUT_SECS.seconds(lookup, 1)?,
            shutdown_grace: SHUTDOWN_GRACE_SECS.seconds(lookup, 0)?,
            traces_endpoint: traces::endpoint(|variable| {
                lookup(TRACE_SETTINGS.iter().find(|setting| setting.variable == variable)?)
            })?,
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
            ("SIM_METRICS_PORT", &["off", "0", "65535"]),
            ("SIM_LOG_FORMAT", &["auto", "text", "json"]),
            ("SIM_RATE_LIMIT", &["off", "1/h", "100/min", "1000000/s"]),
            ("SIM_RATE_LIMIT_BURST", &["1", "1000000"]),
            ("SIM_CLIENT_IP_HEADER", &["none", "Fly-Client-IP", "x-real-ip"]),
            ("SIM_CORS_ORIGINS", &["none", "https://app.example,http://localhost:3000"]),
            ("SIM_MAX_CONNECTIONS", &["1", "1000000"]),
            ("SIM_MAX_IN_FLIGHT", &["1", "1000000"]),
            ("SIM_MAX_BODY_BYTES", &["1024", "67108864"]),
            ("SIM_MAX_URI_BYTES", &["256", "65536"]),
            ("SIM_MAX_HEADER_BYTES", &["1024", "65536"]),
            ("SIM_MAX_HEADERS", &["16", "1000"]),
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
    fn a_rate_is_read_with_its_unit() {
        for (value, tokens, seconds) in [("7/s", 7, 1), ("7/min", 7, 60), ("1/h", 1, 3600)] {
            let rate = with("SIM_RATE_LIMIT", value).unwrap().rate_limit.unwrap();
            assert_eq!((rate.tokens.get(), rate.per), (tokens, Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_setting_value_and_expectation() {
        for (variable, values) in [
            ("SIM_HOST", ["", "a b"].as_slice()),
            ("SIM_PORT", &["", "-1", "65536", "http", "80 ", "1e3"]),
            ("SIM_METRICS_PORT", &["", "none", "65536", "9091/metrics"]),
            ("SIM_LOG_FORMAT", &["", "JSON", "xml"]),
            ("SIM_RATE_LIMIT", &["", "100", "0/s", "1000001/s", "1.5/s", "/s", "1/", "1/d", "1/S", "1 / s", "none"]),
            ("SIM_RATE_LIMIT_BURST", &["0", "1000001", "off"]),
            ("SIM_CLIENT_IP_HEADER", &["", "Fly Client IP", "Fly-Client-IP:", "a,b"]),
            ("SIM_CORS_ORIGINS", &["", "*", "app.example", "https://app.example/"]),
            ("SIM_MAX_CONNECTIONS", &["0", "1000001", "many"]),
            ("SIM_MAX_IN_FLIGHT", &["0", "1000001"]),
            ("SIM_MAX_BODY_BYTES", &["1023", "67108865", "1MiB"]),
            ("SIM_MAX_URI_BYTES", &["255", "65537"]),
            ("SIM_MAX_HEADER_BYTES", &["1023", "65537"]),
            ("SIM_MAX_HEADERS", &["15", "1001"]),
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
                    format!("{variable} (--{}) is {value:?}, expected {}", setting.flag.unwrap(), setting.expected)
                );
            }
        }
    }
}
