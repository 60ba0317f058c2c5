//! The load for training a build: its profile says which code is hot.
//!
//! A build made with `-C profile-generate` counts what it executes and writes that down at its end. Here it is asked for
//! what clients ask for most, as it comes and with every layer on; `just profile` does the rest.

mod stream;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::compare::progress;
use crate::instructions::OPERATIONS;
use crate::load::{Limit, Load};
use crate::options::{every_layer, product_command};
use crate::report::Verdict;
use crate::scenario::{SIMULATE, SIMULATE_LONG, Scenario};
use stream::{MEDIA_TYPES, read_trajectory};

/// Requests of each kind. They settle which side of a branch is the usual one long before.
const REQUESTS: u32 = 20_000;

/// Connections they come over.
const CONNECTIONS: usize = 64;

/// Settings of a training.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A build of sim-server with `-C profile-generate`
    #[arg(long, value_name = "PATH")]
    server: String,
}

/// Sends the load, and ends the build so that it writes its profile.
pub(crate) fn train(options: &Options) -> Result<Verdict> {
    let plain = product_command(&options.server)?;
    for command in [&every_layer(&plain), &plain] {
        let server = command.start_anywhere()?;
        for scenario in scenarios() {
            progress(&format!("{}: {}", server.name, scenario.name));
            Load::connect(server.address, scenario, CONNECTIONS)?.run(Limit::Requests(REQUESTS))?;
            server.empty_log()?;
        }
        // Streams carry no key, so only a server that asks for none sends them.
        if command.environment.is_empty() {
            for media_type in MEDIA_TYPES {
                progress(&format!("{}: a trajectory as {media_type}", server.name));
                read_trajectory(server.address, media_type).context(media_type)?;
            }
        }
        server.end()?;
    }
    Ok(Verdict::Conclusive)
}

/// All short requests, and twice the one that most clients send.
fn scenarios() -> impl Iterator<Item = &'static Scenario> {
    OPERATIONS.iter().map(|operation| operation.scenario).chain([&SIMULATE_LONG, &SIMULATE])
}
