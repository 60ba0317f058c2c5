//! What operations depend on.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

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

/// What operations depend on. The default is for a process that serves nobody: one that prints the contract, and tests.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// Whether the service accepts requests.
    pub readiness: Readiness,
}
