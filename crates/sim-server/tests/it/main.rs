//! The service over real sockets, and its binary as a process.
//!
//! Most tests start the server within the test process, with the settings they need, and speak HTTP/1.1 to it byte by
//! byte; those of the command line, of signals and of the log start the binary. Nothing waits by sleeping: a test reads
//! until what it waits for is there, and a read that takes too long fails it.

#![expect(clippy::panic, reason = "a test that cannot go on says where and why")]

mod api_keys;
mod bad_input;
mod command_line;
mod connections;
mod contract;
mod cors;
mod deployment;
mod deviations;
mod documents;
mod log;
mod metrics;
mod models;
mod negotiation;
mod overload;
mod pages;
mod parity;
mod rate_limits;
mod restart;
mod routing;
mod shutdown;
mod simulations;
mod support;
mod traces;
mod trajectories;
