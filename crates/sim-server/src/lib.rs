//! The process that serves sim: command line, configuration, telemetry, layers, documentation pages, listener and
//! shutdown. The operations are in `sim-api`.
//!
//! A process starts in this order: command line, configuration, telemetry, bind, ready. Until the listener is bound, an
//! error ends the process. After that, errors are answers.
//!
//! | module | holds | uses |
//! |---|---|---|
//! | `command` | the command line: a file for each command, and the banner | all below |
//! | `server` | listeners, what answers at each, and the drain | `app`, `listener` |
//! | `app` | what every request passes through, outermost first; the documentation pages | `listener`, `telemetry` |
//! | `listener` | the accept loop, connections with their time limits, bodies | `config` |
//! | `telemetry` | the log, metrics and traces | `config` |
//! | `config` | the settings: meaning, default, variable, flag | |
//! | `version` | what the process was built from | |

mod app;
mod command;
mod config;
mod listener;
mod server;
mod telemetry;
mod version;

pub use command::run;
pub use config::{
    Config, CorsOrigins, InvalidSetting, LogFormat, Rate, Setting, Source, may_hold_a_secret, settings, trace_settings,
};
pub use listener::Drained;
pub use server::{Listeners, Server};
pub use telemetry::log::DroppedLines;
pub use version::REVISION;
