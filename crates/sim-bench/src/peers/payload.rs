//! The bodies, as hyper's and axum's users would write them.

use serde::{Deserialize, Serialize};
use sim_core::Lcg31;

/// Body of a request.
#[derive(Deserialize)]
pub(super) struct Simulate {
    seed: i64,
    #[serde(default = "default_steps")]
    steps: u64,
}

/// Body of its answer.
#[derive(Serialize)]
pub(super) struct Simulated {
    seed: i64,
    steps: u64,
    result: u32,
}

/// Body of a batch.
#[derive(Deserialize)]
pub(super) struct Batch {
    simulations: Vec<Simulate>,
}

/// Body of its answer.
#[derive(Serialize)]
pub(super) struct BatchRun {
    simulations: Vec<Simulated>,
}

impl Batch {
    /// Runs the simulations.
    pub(super) fn run(self) -> BatchRun {
        BatchRun { simulations: self.simulations.into_iter().map(Simulate::run).collect() }
    }
}

/// Body of a health answer.
#[derive(Serialize)]
pub(super) struct Health {
    pub(super) status: &'static str,
}

impl Simulate {
    /// Runs the simulation.
    pub(super) fn run(self) -> Simulated {
        let Self { seed, steps } = self;
        let result = simulate(seed, steps);
        Simulated { seed, steps, result }
    }
}

/// The generator's state after `steps` steps from `seed`.
pub(super) fn simulate(seed: i64, steps: u64) -> u32 {
    let mut generator = Lcg31::new(seed);
    generator.advance(steps);
    generator.state()
}

/// Steps when a request names none.
pub(super) fn default_steps() -> u64 {
    10
}
