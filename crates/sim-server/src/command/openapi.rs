//! `sim-server openapi`: prints the contract.

use anyhow::{Context, Result};
use clap::ArgMatches;
use sim_api::OpenApiVersion;

use super::{OPENAPI_VERSION, print};

/// Prints the document in the version asked for.
pub(super) fn run(options: &ArgMatches) -> Result<()> {
    let version = options.get_one(OPENAPI_VERSION).copied().unwrap_or(OpenApiVersion::V3_1);
    print(&sim_api::document(version)).context("cannot print the document")
}
