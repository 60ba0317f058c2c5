//! What operations depend on.

pub(crate) mod compute;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use compute::Compute;

/// Whether the service accepts requests: from the start until shutdown begins.
///
/// Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    shutting_down: Arc<AtomicBool>,
}

impl Readiness {
    /// Marks the beginning of shutdown.
    pub fn begin_shutdown(&self) {
        self.shutting_down.store(true, Ordering::Relaxed);
    }

    /// Whether shutdown has begun.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.shutting_down.load(Ordering::Relaxed)
    }
}

/// What a run of a model may cost unless a server sets another limit: about a second of a core.
pub const DEFAULT_MAX_MODEL_COST: u64 = 4_000_000_000;

/// What operations depend on. The default is for a process that serves nobody: one that prints the contract, and tests.
#[derive(Debug, Clone)]
pub struct Services {
    /// Whether the service accepts requests.
    pub readiness: Readiness,
    /// Runs models.
    pub compute: Compute,
    /// What a run of a model may cost, in the units of [`CheckedModel::cost`](sim_model::CheckedModel::cost).
    pub max_model_cost: u64,
}

impl Default for Services {
    fn default() -> Self {
        let (readiness, compute) = (Readiness::default(), Compute::default());
        Self { readiness, compute, max_model_cost: DEFAULT_MAX_MODEL_COST }
    }
}
