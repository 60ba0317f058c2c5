//! The settings of the process. Each has a flag, an environment variable and a default, in this order; secrets have no
//! flag.

mod api_keys;
mod cors_origins;
mod environment;
mod rate;
mod setting;
mod traces;
mod values;

use std::{
    num::{NonZeroU32, NonZeroUsize},
    time::Duration,
};

use clap::{ArgMatches, Args, Command, FromArgMatches};
use poem::http::HeaderName;
use sim_api::ApiKeys;

pub use cors_origins::CorsOrigins;
pub(crate) use environment::{UnknownVariable, not_text, read_variable, unknown_variables, variable};
pub use rate::Rate;
pub use setting::{InvalidSetting, Setting, Source, settings};
pub use traces::{may_hold_a_secret, trace_settings};
pub use values::LogFormat;
use values::{Optional, or_auto, or_none, or_off};

/// The variable of the keys.
const API_KEYS: &str = "SIM_API_KEYS";

/// The settings of a process; `sim-server config` and `docs/configuration.md` list them.
// The comment of a field is its help, and its row in the documentation.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// The address to listen on. `0.0.0.0` or `::` takes requests from other machines.
    #[arg(long, env = "SIM_HOST", default_value = "127.0.0.1", value_parser = values::host)]
    pub host: String,

    /// The port to listen on. 0 takes a free one, which the log names.
    #[arg(long, env = "SIM_PORT", default_value = "8000", value_parser = values::port)]
    pub port: u16,

    /// The port on which Prometheus reads `/metrics`, at the same address. Keep it from the public. 0 takes a free one,
    /// which the log names.
    #[arg(long, env = "SIM_METRICS_PORT", default_value = "off", value_parser = or_off(values::port))]
    pub metrics_port: Optional<u16>,

    /// How the log is written: `text` for people, `json` for programs, `auto` for text on a terminal and JSON elsewhere.
    #[arg(long, env = "SIM_LOG_FORMAT", default_value = "auto", value_parser = values::log_format)]
    pub log_format: LogFormat,

    /// The address of the service as its clients see it, such as `https://api.example/sim`. The contract names it as its
    /// server; without it, generated clients are given the address by hand.
    #[arg(long, env = "SIM_PUBLIC_URL", default_value = "none", value_parser = or_none(values::url))]
    pub public_url: Optional<String>,

    /// How many tokens a client may use: `100/s`, `100/min` or `100/h`, for one. A client is an application where there
    /// are API keys, or else an address.
    #[arg(long, env = "SIM_RATE_LIMIT", default_value = "off", value_parser = or_off(Rate::parse))]
    pub rate_limit: Optional<Rate>,

    /// How many tokens a client that has rested may use at once.
    #[arg(long, env = "SIM_RATE_LIMIT_BURST", default_value = "100", value_parser = rate::tokens)]
    pub rate_limit_burst: NonZeroU32,

    /// The header in which a proxy says whose a request is, such as `Fly-Client-IP`. Name one only where every request
    /// comes through that proxy: it is believed. `none` takes the peer of the connection.
    #[arg(long, env = "SIM_CLIENT_IP_HEADER", default_value = "none", value_parser = or_none(values::header))]
    pub client_ip_header: Optional<HeaderName>,

    /// The origins whose web pages may call the service from a browser, separated by commas:
    /// `https://app.example,http://localhost:3000`, for one.
    #[arg(long, env = "SIM_CORS_ORIGINS", default_value = "none", value_parser = CorsOrigins::parse)]
    pub cors_origins: CorsOrigins,

    /// How many connections are open at once. Further ones wait to be accepted.
    #[arg(long, env = "SIM_MAX_CONNECTIONS", default_value = "10000", value_parser = values::number::<1, 1_000_000>)]
    pub max_connections: usize,

    /// How many simulations are carried out at once, from their headers to their answers. Further ones are a 503 at once.
    #[arg(long, env = "SIM_MAX_IN_FLIGHT", default_value = "1000", value_parser = values::number::<1, 1_000_000>)]
    pub max_in_flight: usize,

    /// What a run of a model may cost, in the units that `check_model` answers; the default is about a second of a core. A
    /// dearer run is a 422.
    #[arg(long, env = "SIM_MAX_MODEL_COST", default_value = "4000000000", value_parser = values::cost)]
    pub max_model_cost: u64,

    /// How many threads run models, beside those that answer requests. `auto` takes as many as there are cores.
    #[arg(long, env = "SIM_COMPUTE_THREADS", default_value = "auto", value_parser = or_auto(values::threads))]
    pub compute_threads: Optional<NonZeroUsize>,

    /// How many bytes a body may have. As many as that may be in memory for each simulation at once.
    #[arg(long, env = "SIM_MAX_BODY_BYTES", default_value = "1048576", value_parser = values::number::<1024, 67_108_864>)]
    pub max_body_bytes: usize,

    /// How many bytes the path and the query of an address may have.
    #[arg(long, env = "SIM_MAX_URI_BYTES", default_value = "8192", value_parser = values::number::<256, 65_536>)]
    pub max_uri_bytes: usize,

    /// How many bytes a header section may have, with its request line.
    #[arg(long, env = "SIM_MAX_HEADER_BYTES", default_value = "16384", value_parser = values::number::<1024, 65_536>)]
    pub max_header_bytes: usize,

    /// How many headers a request may have.
    #[arg(long, env = "SIM_MAX_HEADERS", default_value = "100", value_parser = values::number::<16, 1000>)]
    pub max_headers: usize,

    /// How long a request's header section may take, and a new connection's first byte.
    #[arg(long = "header-timeout-secs", env = "SIM_HEADER_TIMEOUT_SECS", default_value = "10", value_parser = values::seconds::<1>)]
    pub header_timeout: Duration,

    /// How long a request may take from its headers to its answer; a body that is slower is a 408.
    #[arg(long = "request-timeout-secs", env = "SIM_REQUEST_TIMEOUT_SECS", default_value = "10", value_parser = values::seconds::<1>)]
    pub request_timeout: Duration,

    /// How long a connection may be idle between requests, or a reader may stall, before it is closed.
    #[arg(long = "idle-timeout-secs", env = "SIM_IDLE_TIMEOUT_SECS", default_value = "75", value_parser = values::seconds::<1>)]
    pub idle_timeout: Duration,

    /// How long an answer may take from its head to its last byte, however steadily it is read, before its connection is
    /// closed.
    #[arg(long = "answer-timeout-secs", env = "SIM_ANSWER_TIMEOUT_SECS", default_value = "600", value_parser = values::seconds::<1>)]
    pub answer_timeout: Duration,

    /// How long requests in flight may take to finish after SIGTERM or SIGINT.
    #[arg(long = "shutdown-grace-secs", env = "SIM_SHUTDOWN_GRACE_SECS", default_value = "20", value_parser = values::seconds::<0>)]
    pub shutdown_grace: Duration,

    // A command line is open to everybody on its machine.
    /// `SIM_API_KEYS`.
    #[arg(skip)]
    pub api_keys: ApiKeys,

    /// The destination of spans, if tracing is on: see [`trace_settings`].
    #[arg(skip)]
    pub traces_endpoint: Option<String>,
}

impl Config {
    /// Takes the settings that `matches` holds, and from `variable` those that have no flag.
    ///
    /// # Panics
    ///
    /// `matches` is of a command without the arguments of [`Config`].
    pub(crate) fn new(matches: &ArgMatches, variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidSetting> {
        let config = Self::from_arg_matches(matches);
        let mut config = config.expect("every argument has a default, and its value has been read");
        if let Some(keys) = variable(API_KEYS) {
            let expected = "none, or NAME:KEY pairs separated by commas";
            config.api_keys =
                api_keys::parse(&keys).map_err(|fault| InvalidSetting::fault(API_KEYS, fault, expected))?;
        }
        config.traces_endpoint = traces::endpoint(variable)?;
        Ok(config)
    }

    /// Reads settings from these variables instead of the environment of the process. The last of two is taken, and an
    /// empty one is as one that is not set.
    ///
    /// # Errors
    ///
    /// A setting has an invalid value.
    ///
    /// # Panics
    ///
    /// The command line is not well defined, which any start finds.
    pub fn from_variables<'a>(variables: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, InvalidSetting> {
        let variables: Vec<_> = variables.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let value =
            |name: &str| variables.iter().rev().find(|(variable, _)| *variable == name).map(|(_, value)| *value);
        let settings = settings();
        let flags = settings
            .iter()
            .filter_map(|setting| Some(format!("--{}={}", setting.flag.as_ref()?, value(&setting.variable)?)));
        let command = Self::augment_args(Command::new("settings").no_binary_name(true));
        let matches = command.mut_args(|argument| argument.env(None::<&str>)).try_get_matches_from(flags);
        let matches = matches.map_err(|error| {
            InvalidSetting::of_clap(&error, &settings).expect("the flags are those of the settings")
        })?;
        Self::new(&matches, |name| value(name).map(str::to_owned))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variable: &str, value: &str) -> Result<Config, InvalidSetting> {
        Config::from_variables([(variable, value)])
    }

    #[test]
    fn the_defaults_are_a_configuration() {
        let config = Config::from_variables([]).unwrap();
        assert_eq!((config.host.as_str(), config.port), ("127.0.0.1", 8000));
        assert_eq!(config.shutdown_grace, Duration::from_secs(20));
        assert_eq!(config.max_model_cost, sim_api::DEFAULT_MAX_MODEL_COST);
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
            ("SIM_MAX_MODEL_COST", &["1", "1000000000000"]),
            ("SIM_COMPUTE_THREADS", &["auto", "1", "256"]),
            ("SIM_MAX_BODY_BYTES", &["1024", "67108864"]),
            ("SIM_MAX_URI_BYTES", &["256", "65536"]),
            ("SIM_MAX_HEADER_BYTES", &["1024", "65536"]),
            ("SIM_MAX_HEADERS", &["16", "1000"]),
            ("SIM_HEADER_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_REQUEST_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_IDLE_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_ANSWER_TIMEOUT_SECS", &["1", "3600"]),
            ("SIM_SHUTDOWN_GRACE_SECS", &["0", "3600"]),
            ("SIM_PUBLIC_URL", &["none", "https://api.example", "http://[::1]:8000/", "HTTPS://api.example/sim/"]),
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
        for (variable, expected, values) in [
            ("SIM_HOST", "an address or a host name", ["a b"].as_slice()),
            ("SIM_PORT", "a port, 0 to 65535", &["-1", "65536", "http", "80 ", "1e3"]),
            ("SIM_METRICS_PORT", "off, or a port, 0 to 65535", &["none", "65536", "9091/metrics"]),
            ("SIM_LOG_FORMAT", "auto, text or json", &["JSON", "xml"]),
            (
                "SIM_RATE_LIMIT",
                "off, or tokens per second, minute or hour: 100/s, 100/min or 100/h, 1 to 1000000 of them",
                &["100", "0/s", "1000001/s", "1.5/s", "/s", "1/", "1/d", "1/S", "1 / s", "none"],
            ),
            ("SIM_RATE_LIMIT_BURST", "a number, 1 to 1000000", &["0", "1000001", "off"]),
            ("SIM_CLIENT_IP_HEADER", "none, or the name of a header", &["Fly Client IP", "Fly-Client-IP:", "a,b"]),
            (
                "SIM_CORS_ORIGINS",
                "none, or origins separated by commas, each as a browser sends it: https://app.example",
                &["*", "app.example", "https://app.example/"],
            ),
            ("SIM_MAX_CONNECTIONS", "a number, 1 to 1000000", &["0", "1000001", "many"]),
            ("SIM_MAX_IN_FLIGHT", "a number, 1 to 1000000", &["0", "1000001"]),
            ("SIM_MAX_MODEL_COST", "a number, 1 to 1000000000000", &["0", "1000000000001", "4e9"]),
            ("SIM_COMPUTE_THREADS", "auto, or a number, 1 to 256", &["0", "257", "all"]),
            ("SIM_MAX_BODY_BYTES", "a number, 1024 to 67108864", &["1023", "67108865", "1MiB"]),
            ("SIM_MAX_URI_BYTES", "a number, 256 to 65536", &["255", "65537"]),
            ("SIM_MAX_HEADER_BYTES", "a number, 1024 to 65536", &["1023", "65537"]),
            ("SIM_MAX_HEADERS", "a number, 16 to 1000", &["15", "1001"]),
            ("SIM_HEADER_TIMEOUT_SECS", "seconds, 1 to 3600", &["0", "3601", "1.5", "10s"]),
            ("SIM_REQUEST_TIMEOUT_SECS", "seconds, 1 to 3600", &["0", "3601"]),
            ("SIM_IDLE_TIMEOUT_SECS", "seconds, 1 to 3600", &["0", "3601"]),
            ("SIM_ANSWER_TIMEOUT_SECS", "seconds, 1 to 3600", &["0", "3601"]),
            ("SIM_SHUTDOWN_GRACE_SECS", "seconds, 0 to 3600", &["-1", "3601"]),
            (
                "SIM_PUBLIC_URL",
                "none, or an address without query: https://api.example/sim",
                &[
                    "/sim",
                    "api.example",
                    "ftp://api.example",
                    "https://",
                    "https://a@b",
                    "https://a/?b",
                    "https://a/#b",
                ],
            ),
        ] {
            let flag = variable.trim_start_matches("SIM_").to_lowercase().replace('_', "-");
            for value in values {
                let error = with(variable, value).unwrap_err().to_string();
                assert_eq!(error, format!("{variable} (--{flag}) is {value:?}, expected {expected}"));
            }
            assert!(with(variable, "").is_ok(), "an empty {variable} is as one that is not set");
        }
    }
}
