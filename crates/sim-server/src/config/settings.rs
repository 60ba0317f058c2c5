//! Every setting.

use super::Setting;

pub(super) const HOST: Setting = Setting {
    variable: "SIM_HOST",
    flag: Some("host"),
    default: "127.0.0.1",
    expected: "an address or a host name",
    meaning: "The address to listen on. `0.0.0.0` or `::` takes requests from other machines.",
};
pub(super) const PORT: Setting = Setting {
    variable: "SIM_PORT",
    flag: Some("port"),
    default: "8000",
    expected: "a port, 0 to 65535",
    meaning: "The port to listen on. 0 takes a free one, which the log names.",
};
pub(super) const METRICS_PORT: Setting = Setting {
    variable: "SIM_METRICS_PORT",
    flag: Some("metrics-port"),
    default: "off",
    expected: "off, or a port, 0 to 65535",
    meaning: "The port on which Prometheus reads `/metrics`, at the same address. Keep it from the public. 0 takes a free \
              one, which the log names.",
};
pub(super) const LOG_FORMAT: Setting = Setting {
    variable: "SIM_LOG_FORMAT",
    flag: Some("log-format"),
    default: "auto",
    expected: "auto, text or json",
    meaning: "How the log is written: `text` for people, `json` for programs, `auto` for text on a terminal and JSON \
              elsewhere.",
};
pub(super) const RATE_LIMIT: Setting = Setting {
    variable: "SIM_RATE_LIMIT",
    flag: Some("rate-limit"),
    default: "off",
    expected: "off, or tokens per second, minute or hour: 100/s, 100/min or 100/h, 1 to 1000000 of them",
    meaning: "How many tokens a client may use: `100/s`, `100/min` or `100/h`, for one. A client is an application where \
              there are API keys, or else an address.",
};
pub(super) const RATE_LIMIT_BURST: Setting = Setting {
    variable: "SIM_RATE_LIMIT_BURST",
    flag: Some("rate-limit-burst"),
    default: "100",
    expected: "a number, 1 to 1000000",
    meaning: "How many tokens a client that has rested may use at once.",
};
pub(super) const CLIENT_IP_HEADER: Setting = Setting {
    variable: "SIM_CLIENT_IP_HEADER",
    flag: Some("client-ip-header"),
    default: "none",
    expected: "none, or the name of a header",
    meaning: "The header in which a proxy says whose a request is, such as `Fly-Client-IP`. Name one only where every \
              request comes through that proxy: it is believed. `none` takes the peer of the connection.",
};
pub(super) const CORS_ORIGINS: Setting = Setting {
    variable: "SIM_CORS_ORIGINS",
    flag: Some("cors-origins"),
    default: "none",
    expected: "none, or origins separated by commas, each as a browser sends it: https://app.example",
    meaning: "The origins whose web pages may call the service from a browser, separated by commas: \
              `https://app.example,http://localhost:3000`, for one.",
};
pub(super) const MAX_CONNECTIONS: Setting = Setting {
    variable: "SIM_MAX_CONNECTIONS",
    flag: Some("max-connections"),
    default: "10000",
    expected: "a number, 1 to 1000000",
    meaning: "How many connections are open at once. Further ones wait to be accepted.",
};
pub(super) const MAX_IN_FLIGHT: Setting = Setting {
    variable: "SIM_MAX_IN_FLIGHT",
    flag: Some("max-in-flight"),
    default: "1000",
    expected: "a number, 1 to 1000000",
    meaning: "How many simulations are carried out at once, from their headers to their answers. Further ones are a 503 at \
              once.",
};
pub(super) const MAX_BODY_BYTES: Setting = Setting {
    variable: "SIM_MAX_BODY_BYTES",
    flag: Some("max-body-bytes"),
    default: "1048576",
    expected: "a number, 1024 to 67108864",
    meaning: "How many bytes a body may have. As many as that may be in memory for each simulation at once.",
};
pub(super) const MAX_URI_BYTES: Setting = Setting {
    variable: "SIM_MAX_URI_BYTES",
    flag: Some("max-uri-bytes"),
    default: "8192",
    expected: "a number, 256 to 65536",
    meaning: "How many bytes the path and the query of an address may have.",
};
pub(super) const MAX_HEADER_BYTES: Setting = Setting {
    variable: "SIM_MAX_HEADER_BYTES",
    flag: Some("max-header-bytes"),
    default: "16384",
    expected: "a number, 1024 to 65536",
    meaning: "How many bytes a header section may have, with its request line.",
};
pub(super) const MAX_HEADERS: Setting = Setting {
    variable: "SIM_MAX_HEADERS",
    flag: Some("max-headers"),
    default: "100",
    expected: "a number, 16 to 1000",
    meaning: "How many headers a request may have.",
};
pub(super) const HEADER_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_HEADER_TIMEOUT_SECS",
    flag: Some("header-timeout-secs"),
    default: "10",
    expected: "seconds, 1 to 3600",
    meaning: "How long a request's header section may take, and a new connection's first byte.",
};
pub(super) const REQUEST_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_REQUEST_TIMEOUT_SECS",
    flag: Some("request-timeout-secs"),
    default: "10",
    expected: "seconds, 1 to 3600",
    meaning: "How long a request may take from its headers to its answer; a body that is slower is a 408.",
};
pub(super) const IDLE_TIMEOUT_SECS: Setting = Setting {
    variable: "SIM_IDLE_TIMEOUT_SECS",
    flag: Some("idle-timeout-secs"),
    default: "75",
    expected: "seconds, 1 to 3600",
    meaning: "How long a connection may be idle between requests, or a reader may stall, before it is closed.",
};
pub(super) const SHUTDOWN_GRACE_SECS: Setting = Setting {
    variable: "SIM_SHUTDOWN_GRACE_SECS",
    flag: Some("shutdown-grace-secs"),
    default: "20",
    expected: "seconds, 0 to 3600",
    meaning: "How long requests in flight may take to finish after SIGTERM or SIGINT.",
};

/// No flag: a command line is open to everybody on its machine.
pub(super) const API_KEYS: Setting = Setting {
    variable: "SIM_API_KEYS",
    flag: None,
    default: "none",
    expected: "none, or NAME:KEY pairs separated by commas",
    meaning: "The keys that a simulation needs one of: `NAME:KEY` pairs separated by commas, one for each application, \
              two while it changes its key. `none` leaves the service open to everybody.",
};

/// Every setting, in the order they are documented.
pub const SETTINGS: &[Setting] = &[
    HOST,
    PORT,
    METRICS_PORT,
    LOG_FORMAT,
    API_KEYS,
    RATE_LIMIT,
    RATE_LIMIT_BURST,
    CLIENT_IP_HEADER,
    CORS_ORIGINS,
    MAX_CONNECTIONS,
    MAX_IN_FLIGHT,
    MAX_BODY_BYTES,
    MAX_URI_BYTES,
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    HEADER_TIMEOUT_SECS,
    REQUEST_TIMEOUT_SECS,
    IDLE_TIMEOUT_SECS,
    SHUTDOWN_GRACE_SECS,
];
