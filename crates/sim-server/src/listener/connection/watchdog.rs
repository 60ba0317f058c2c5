//! Ends a connection that waits for its peer too long.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::time::{Instant, Sleep, sleep};

use super::{
    ConnectionLimits,
    activity::{Activity, Phase},
};

/// How long the peer may take to close after the last answer.
const LINGER: Duration = Duration::from_secs(2);

/// A future that is ready when the connection has waited too long.
///
/// A request that is read, handled and answered in one go never touches the timer. The timer is reset when a head is
/// half-read or the connection is half-closed. For an idle connection it is checked only when it fires, so the
/// connection lives for one to two limits.
pub(super) struct Watchdog {
    activity: Arc<Activity>,
    limits: ConnectionLimits,
    timer: Pin<Box<Sleep>>,
    seen: u64,
}

impl Watchdog {
    pub(super) fn new(activity: Arc<Activity>, limits: ConnectionLimits) -> Self {
        Self { activity, limits, timer: Box::pin(sleep(limits.header)), seen: 0 }
    }

    fn limit(&self, phase: Phase) -> Duration {
        match phase {
            Phase::New | Phase::ReadingHead => self.limits.header,
            Phase::Handling | Phase::Answered => self.limits.idle,
            Phase::Lingering => LINGER,
        }
    }
}

impl Future for Watchdog {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        loop {
            let (phase, progress) = (self.activity.phase(), self.activity.progress());
            let is_new = progress != self.seen;
            if is_new && matches!(phase, Phase::ReadingHead | Phase::Lingering) {
                self.restart(phase, progress);
            }
            ready!(self.timer.as_mut().poll(context));
            // The application has a time limit of its own.
            if !is_new && phase != Phase::Handling {
                return Poll::Ready(());
            }
            self.restart(phase, progress);
        }
    }
}

impl Watchdog {
    fn restart(&mut self, phase: Phase, progress: u64) {
        self.seen = progress;
        let deadline = Instant::now() + self.limit(phase);
        self.timer.as_mut().reset(deadline);
    }
}
