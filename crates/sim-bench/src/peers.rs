//! The servers to compare with, each in about as many lines as its users would write.
//!
//! None of them limits sizes or steps, logs, counts or sets headers: every advantage is theirs. They run
//! on their framework's usual runtime, which has one worker thread because the process has one core.

mod actix;
mod axum;
mod floor;
mod hyper;
mod payload;
mod poem;

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener};

use anyhow::Result;
use clap::ValueEnum;
use tokio::runtime::Runtime;

/// A server to compare with that is part of this program; those of other languages are in `external`.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Peer {
    /// Answers without looking: what the kernel alone costs
    Floor,
    /// hyper without a framework: the baseline of all ratios
    Hyper,
    /// actix-web without middleware
    Actix,
    /// axum without layers
    Axum,
    /// poem with poem-openapi, as its documentation shows
    Poem,
}

impl Peer {
    /// Name on the command line and in the report.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Hyper => "hyper",
            Self::Actix => "actix",
            Self::Axum => "axum",
            Self::Poem => "poem",
        }
    }

    /// Serves on the loopback address until the process is killed, and says where in the form of the product's log line.
    pub(crate) fn serve(self, port: u16) -> Result<()> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let url = format!("http://{}", listener.local_addr()?);
        writeln!(io::stdout(), "{}", serde_json::json!({"message": "listening", "url": url}))?;
        self.serve_on(listener)
    }

    fn serve_on(self, listener: TcpListener) -> Result<()> {
        listener.set_nonblocking(true)?;
        match self {
            Self::Floor => floor::serve(listener),
            Self::Hyper => Runtime::new()?.block_on(hyper::serve(listener)),
            Self::Actix => actix::serve(listener),
            Self::Axum => Runtime::new()?.block_on(axum::serve(listener)),
            Self::Poem => Runtime::new()?.block_on(poem::serve(listener)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, TcpListener};
    use std::thread;

    use clap::ValueEnum as _;

    use super::Peer;
    use crate::load::exchange;
    use crate::scenario::SCENARIOS;

    #[test]
    fn names_are_those_of_the_command_line() {
        for peer in Peer::value_variants() {
            assert_eq!(Peer::from_str(peer.name(), false), Ok(*peer));
        }
    }

    #[test]
    fn every_peer_answers_every_request_that_is_measured() {
        for peer in Peer::value_variants() {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
            let address = listener.local_addr().expect("an address");
            thread::spawn(move || peer.serve_on(listener));
            for scenario in SCENARIOS {
                let answer = exchange(address, scenario);
                answer.unwrap_or_else(|error| panic!("{}, {}: {error:#}", peer.name(), scenario.name));
            }
        }
    }
}
