//! The process that serves sim: command line, configuration, telemetry, layers, documentation pages, listener and
//! shutdown. What it serves is in `sim-api`.
//!
//! A process starts in this order: command line, configuration, telemetry, bind, ready. Until the listener is bound an
//! error ends the process; from then on errors are answers.
//!
//! | module | holds |
//! |---|---|
//! | `command` | the command line and what each command does |
//! | `config` | the settings: meaning, default, variable, flag |
//! | `effective` | the settings as they are, and where each is from |
//! | `banner`, `version` | what a process says of itself |
//! | `telemetry` | the log, and traces |
//! | `server` | the accept loop and the drain |
//! | `connection` | one connection: its protocol, its time limits, its end |
//! | `app` | what every request passes through, outermost first |
//! | `exchange` | a request and its answer, for the log and the metrics |
//! | `metrics` | what is counted, and the page that Prometheus reads |
//! | `client_address`, `rate_limit` | whose a request is, and how many of them there may be |
//! | `in_flight` | how much there is to do at once |
//! | `cors` | which web pages may read answers |
//! | `compression`, `accept_encoding` | the encoding of answers |
//! | `pages` | the documentation pages and the contract |

mod accept_encoding;
mod app;
mod banner;
mod client_address;
mod command;
mod compression;
mod config;
mod connection;
mod cors;
mod descriptors;
mod effective;
mod error_response;
mod exchange;
mod healthcheck;
mod in_flight;
mod keygen;
mod metrics;
mod pages;
mod protocol_error;
mod rate_limit;
mod request_id;
mod server;
mod telemetry;
mod version;

pub use command::run;
pub use config::{
    Config, InvalidSetting, LogFormat, SETTINGS, Setting, TRACE_SETTINGS, TraceConfig, may_hold_a_secret,
};
pub use cors::Cors;
pub use rate_limit::Rate;
pub use server::{Drained, Listeners, Server};
pub use version::REVISION;
