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

/// How long the application may work for a peer that has ended its sending side. It may be gone: nothing tells a peer that
/// closes its socket from one that waits for the answer.
const HALF_CLOSED: Duration = Duration::from_secs(2);

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
    seen_at: Instant,
    /// The number of the request whose answer is being sent, and when that was first seen.
    answer: Option<(u64, Instant)>,
}

impl Watchdog {
    pub(super) fn new(activity: Arc<Activity>, limits: ConnectionLimits) -> Self {
        Self { activity, limits, timer: Box::pin(sleep(limits.header)), seen: 0, seen_at: Instant::now(), answer: None }
    }

    fn limit(&self, phase: Phase) -> Duration {
        match phase {
            Phase::New | Phase::ReadingHead => self.limits.header,
            Phase::Handling | Phase::Answered => self.limits.idle,
            Phase::HalfClosed => HALF_CLOSED,
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
            if is_new && matches!(phase, Phase::ReadingHead | Phase::HalfClosed | Phase::Lingering) {
                self.restart(phase, progress);
            }
            ready!(self.timer.as_mut().poll(context));
            // The application has a time limit of its own.
            if phase != Phase::Handling && !is_new {
                let deadline = self.seen_at + self.limit(phase);
                if deadline <= Instant::now() {
                    return Poll::Ready(());
                }
                self.timer.as_mut().reset(deadline);
                continue;
            }
            if phase == Phase::Answered && self.is_answer_overdue() {
                return Poll::Ready(());
            }
            self.restart(phase, progress);
        }
    }
}

impl Watchdog {
    fn restart(&mut self, phase: Phase, progress: u64) {
        (self.seen, self.seen_at) = (progress, Instant::now());
        let limit = self.limit(phase);
        let limit = if phase == Phase::Answered { limit.min(self.limits.answer) } else { limit };
        self.timer.as_mut().reset(self.seen_at + limit);
    }

    /// Whether the answer that is being sent takes too long. Its time begins when the timer first finds it, so that a short
    /// answer costs no look at the clock.
    fn is_answer_overdue(&mut self) -> bool {
        let request = self.activity.requests();
        match self.answer {
            Some((seen, since)) if seen == request => since.elapsed() >= self.limits.answer,
            _ => {
                self.answer = Some((request, Instant::now()));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::timeout;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const LIMITS: ConnectionLimits = ConnectionLimits {
        header_bytes: 1024,
        headers: 16,
        header: Duration::from_secs(10),
        idle: Duration::from_secs(75),
        answer: Duration::from_mins(10),
    };

    /// Answers a request, then sends a part of the answer every second for a time; returns whether that ended the
    /// connection.
    async fn is_ended(parts: u32, then: Duration) -> bool {
        let activity = Arc::new(Activity::default());
        activity.received();
        activity.begin_request();
        activity.end_request();
        let watchdog = Watchdog::new(Arc::clone(&activity), LIMITS);
        let sent = async {
            for _ in 0..parts {
                activity.sent();
                sleep(SECOND).await;
            }
            sleep(then).await;
        };
        tokio::select! {
            () = watchdog => true,
            () = sent => false,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_that_never_comes_to_the_end_is_left() {
        assert!(timeout(SECOND * (600 + 2 * 75), is_ended(10_000, Duration::ZERO)).await.is_ok_and(|ended| ended));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_may_take_its_time() {
        assert!(!is_ended(599, Duration::ZERO).await);
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_keeps_its_own_limit() {
        assert!(!is_ended(1, 73 * SECOND).await);
        assert!(is_ended(1, 2 * LIMITS.idle + SECOND).await);
    }
}
