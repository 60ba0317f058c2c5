//! The phase of a connection, shared by its socket, its service and its watchdog.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

/// What a connection is waiting for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Phase {
    /// Its first byte.
    New,
    /// The rest of a header section.
    ReadingHead,
    /// The application.
    Handling,
    /// The application, while the peer has ended its sending side: it waits for the answer, or it is gone.
    HalfClosed,
    /// The answer to be read, then the next request.
    Answered,
    /// The peer to close, after the last answer.
    Lingering,
}

/// The phase of a connection, and a counter of its progress.
///
/// Only the task of the connection uses it. It is atomic because the task moves between threads.
#[derive(Debug, Default)]
pub(super) struct Activity {
    phase: AtomicU8,
    progress: AtomicU64,
    answer_is_due: AtomicBool,
    requests: AtomicU64,
}

impl Activity {
    pub(super) fn phase(&self) -> Phase {
        match self.phase.load(Ordering::Relaxed) {
            0 => Phase::New,
            1 => Phase::ReadingHead,
            2 => Phase::Handling,
            3 => Phase::HalfClosed,
            4 => Phase::Answered,
            _ => Phase::Lingering,
        }
    }

    /// Grows with every change of phase and every write.
    pub(super) fn progress(&self) -> u64 {
        self.progress.load(Ordering::Relaxed)
    }

    fn enter(&self, phase: Phase) {
        self.phase.store(phase as u8, Ordering::Relaxed);
        self.advance();
    }

    fn advance(&self) {
        self.progress.store(self.progress() + 1, Ordering::Relaxed);
    }

    pub(super) fn received(&self) {
        if matches!(self.phase(), Phase::New | Phase::Answered) {
            self.enter(Phase::ReadingHead);
        }
    }

    /// How many requests have begun.
    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    pub(super) fn begin_request(&self) {
        self.requests.store(self.requests() + 1, Ordering::Relaxed);
        self.enter(Phase::Handling);
    }

    /// Notes that the peer has ended its sending side while the application works.
    pub(super) fn half_close(&self) {
        self.enter(Phase::HalfClosed);
    }

    pub(super) fn end_request(&self) {
        self.enter(Phase::Answered);
        self.answer_is_due.store(true, Ordering::Relaxed);
    }

    pub(super) fn sent(&self) {
        self.answer_is_due.store(false, Ordering::Relaxed);
        self.advance();
    }

    /// Whether the next write begins with the head of the application's answer.
    pub(super) fn answer_is_due(&self) -> bool {
        self.answer_is_due.load(Ordering::Relaxed)
    }

    pub(super) fn linger(&self) {
        if self.phase() != Phase::Lingering {
            self.enter(Phase::Lingering);
        }
    }
}
