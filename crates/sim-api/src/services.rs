//! What the operations are given to work with.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Whether the service takes requests: true from the start until shutdown begins, and never again.
///
/// Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Readiness {
    shutting_down: Arc<AtomicBool>,
}

impl Readiness {
    /// Says that shutdown has begun.
    pub fn begin_shutdown(&self) {
        self.shutting_down.store(true, Ordering::Relaxed);
    }

    /// Whether shutdown has begun.
    #[must_use]
    pub fn is_shutting_down(&self) -> bool {
        self.shutting_down.load(Ordering::Relaxed)
    }
}

/// What the operations are given to work with. The default is for a process that serves nobody: one that prints the
/// contract, and tests.
#[derive(Debug, Clone, Default)]
pub struct Services {
    /// Whether the service takes requests.
    pub readiness: Readiness,
}
