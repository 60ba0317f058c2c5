//! The servers to compare with, each in about as many lines as its users would write.
//!
//! None of them limits sizes or steps, logs, counts or sets headers: every advantage is theirs. They run
//! on their framework's usual runtime, which has one worker thread because the process has one core.

mod axum;
mod constant;
mod floor;
mod hyper;
mod payload;
mod poem;

use std::io::{self, Write as _};
use std::net::SocketAddr;

use anyhow::Result;
use clap::ValueEnum;
use tokio::runtime::Runtime;

/// A server to compare with.
#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
pub(crate) enum Peer {
    /// Answers without looking: what the kernel alone costs
    Floor,
    /// hyper without a framework: the baseline of all ratios
    Hyper,
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
            Self::Axum => "axum",
            Self::Poem => "poem",
        }
    }

    /// Serves on the loopback address until the process is killed.
    pub(crate) fn serve(self, port: u16) -> Result<()> {
        match self {
            Self::Floor => floor::serve(port),
            Self::Hyper => Runtime::new()?.block_on(hyper::serve(port)),
            Self::Axum => Runtime::new()?.block_on(axum::serve(port)),
            Self::Poem => Runtime::new()?.block_on(poem::serve(port)),
        }
    }
}

/// Says where a peer listens, in the form of the product's log line.
fn announce(address: SocketAddr) -> io::Result<()> {
    let line = serde_json::json!({"message": "listening", "url": format!("http://{address}")});
    writeln!(io::stdout(), "{line}")
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::Peer;

    #[test]
    fn names_are_those_of_the_command_line() {
        for peer in Peer::value_variants() {
            assert_eq!(Peer::from_str(peer.name(), false), Ok(*peer));
        }
    }
}
