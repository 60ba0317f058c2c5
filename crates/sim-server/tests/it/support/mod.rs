//! What the tests share: a client, a server, a process, and the files of the repository.

mod answer;
mod client;
mod collector;
mod process;
mod server;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use serde_json::Value;
use sim_api::{ApiKeys, Application, OpenApiVersion, document};

pub(crate) use answer::Answer;
pub(crate) use client::{Client, JSON, head_of_post, request};
pub(crate) use collector::{Collector, Export, attributes};
pub(crate) use process::{Process, run, run_with_bytes, run_without_reader};
pub(crate) use server::Server;

/// How long a test waits for what should come at once. Only a failing test waits that long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The shortest time limit that there is, for tests that wait for it to pass.
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// A key of an application.
pub(crate) const KEY: &str = "8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83";

/// The keys of a service that the application `web` may call, with [`KEY`].
pub(crate) fn web_key() -> ApiKeys {
    [(Application::new("web"), KEY)].into_iter().collect()
}

/// The contract, as data.
pub(crate) fn contract() -> Value {
    serde_json::from_str(&document(OpenApiVersion::V3_1)).expect("the contract is JSON")
}

/// The most bytes that a body may have, as the contract says.
pub(crate) fn max_body_bytes() -> usize {
    let error = &contract()["paths"]["/simulate"]["post"]["responses"]["413"]["content"]["application/json"]["example"];
    let max_bytes = error["detail"][0]["ctx"]["max_bytes"].as_u64().expect("the contract names the limit");
    usize::try_from(max_bytes).expect("a length fits")
}

/// A file of the repository.
pub(crate) fn repository_file(path: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
