//! Deals requests that are due to connections that are free. It is told the time and sends nothing, so that a test can
//! play through any course of events.
//!
//! A request that finds every connection busy waits here, and its latency counts from when it was due all the same. A
//! client that counted from the sending would leave out that wait, and a server that stalls would look good: that is
//! coordinated omission.

use std::collections::VecDeque;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hdrhistogram::Histogram;

/// Latencies from here on are recorded as this.
const LONGEST: Duration = Duration::from_mins(1);

/// What was found, in nanoseconds.
#[derive(Debug)]
pub(super) struct Record {
    /// From when a request was due to its answer.
    pub(super) latency: Histogram<u64>,
    /// From when a request was due and a connection free to the sending: how late the client was.
    pub(super) lateness: Histogram<u64>,
    /// Requests that found no connection free when they were due.
    pub(super) queued: u32,
}

/// The course of one open-loop run. Times are since its start.
#[derive(Debug)]
pub(super) struct Dispatch<'a> {
    schedule: &'a [Duration],
    sent: usize,
    answered: usize,
    /// Which connections have been free since when, the longest first.
    free: VecDeque<(usize, Duration)>,
    /// By connection: when the request under way was due.
    under_way: Vec<Option<Duration>>,
    record: Record,
}

impl<'a> Dispatch<'a> {
    /// All requests are to be sent, and all connections are free.
    pub(super) fn new(schedule: &'a [Duration], connections: usize) -> Result<Self> {
        let histogram = || Histogram::new_with_bounds(1, nanoseconds(LONGEST), 3);
        Ok(Self {
            schedule,
            sent: 0,
            answered: 0,
            free: (0..connections).map(|connection| (connection, Duration::ZERO)).collect(),
            under_way: vec![None; connections],
            record: Record { latency: histogram()?, lateness: histogram()?, queued: 0 },
        })
    }

    /// The connection on which to send a request now, if one is due and a connection free.
    pub(super) fn due(&mut self, now: Duration) -> Option<usize> {
        let due = self.schedule.get(self.sent).copied().filter(|due| *due <= now)?;
        let (connection, free_since) = self.free.pop_front()?;
        self.sent += 1;
        self.under_way[connection] = Some(due);
        self.record.queued += u32::from(free_since > due);
        self.record.lateness.saturating_record(nanoseconds(now.saturating_sub(due.max(free_since))));
        Some(connection)
    }

    /// A connection has had its answer.
    pub(super) fn answered(&mut self, connection: usize, now: Duration) -> Result<()> {
        let due = self.under_way[connection].take().context("an answer without a request")?;
        self.answered += 1;
        self.free.push_back((connection, now));
        self.record.latency.saturating_record(nanoseconds(now.saturating_sub(due)));
        Ok(())
    }

    /// Whether an answer is awaited.
    pub(super) fn waits(&self) -> bool {
        self.sent > self.answered
    }

    /// Whether every request of the schedule has been sent and answered.
    pub(super) fn complete(&self) -> bool {
        self.answered == self.schedule.len()
    }

    /// What was found.
    pub(super) fn into_record(self) -> Record {
        self.record
    }
}

/// Saturates after five centuries.
fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(nanoseconds: u64) -> Duration {
        Duration::from_nanos(nanoseconds)
    }

    const EVERY_TEN: [Duration; 5] = [at(0), at(10), at(20), at(30), at(40)];

    /// The recorded figures in ascending order.
    fn figures(histogram: &Histogram<u64>) -> Vec<u64> {
        let times = |figure: u64| std::iter::repeat_n(figure, histogram.count_at(figure).try_into().expect("few"));
        histogram.iter_recorded().flat_map(|step| times(step.value_iterated_to())).collect()
    }

    #[test]
    fn requests_that_queue_while_the_server_stalls_count_from_when_they_were_due() {
        let mut dispatch = Dispatch::new(&EVERY_TEN, 2).expect("a start");
        assert_eq!((dispatch.due(at(0)), dispatch.due(at(10))), (Some(0), Some(1)));
        assert_eq!((dispatch.due(at(20)), dispatch.due(at(99))), (None, None), "both connections are busy");
        for (connection, now) in [(0, 100), (1, 110), (0, 120)] {
            dispatch.answered(connection, at(now)).expect("awaited");
            assert_eq!(dispatch.due(at(now)), Some(connection));
        }
        dispatch.answered(1, at(125)).expect("awaited");
        assert!(!dispatch.complete() && dispatch.waits());
        dispatch.answered(0, at(130)).expect("awaited");
        assert!(dispatch.complete() && !dispatch.waits());
        let record = dispatch.into_record();
        assert_eq!(figures(&record.latency), [90, 95, 100, 100, 100]);
        assert_eq!(record.queued, 3);
        assert_eq!(record.lateness.max(), 0, "the server was late, not the client");
    }

    #[test]
    fn a_client_that_sends_late_says_so_and_its_lateness_is_in_the_latency() {
        let mut dispatch = Dispatch::new(&EVERY_TEN[..2], 2).expect("a start");
        assert_eq!((dispatch.due(at(3)), dispatch.due(at(17))), (Some(0), Some(1)));
        dispatch.answered(0, at(20)).expect("awaited");
        dispatch.answered(1, at(20)).expect("awaited");
        let record = dispatch.into_record();
        assert_eq!((figures(&record.lateness), record.queued), (vec![3, 7], 0));
        assert_eq!(figures(&record.latency), [10, 20]);
    }

    #[test]
    fn requests_are_dealt_to_free_connections_in_turn_and_none_before_it_is_due() {
        let mut dispatch = Dispatch::new(&EVERY_TEN, 3).expect("a start");
        assert_eq!((dispatch.due(at(0)), dispatch.due(at(9)), dispatch.due(at(10))), (Some(0), None, Some(1)));
        dispatch.answered(1, at(15)).expect("awaited");
        dispatch.answered(0, at(16)).expect("awaited");
        assert_eq!((dispatch.due(at(20)), dispatch.due(at(30)), dispatch.due(at(40))), (Some(2), Some(1), Some(0)));
        assert_eq!(dispatch.due(at(50)), None, "all have been sent");
    }

    #[test]
    fn an_answer_without_a_request_is_an_error() {
        let mut dispatch = Dispatch::new(&EVERY_TEN, 1).expect("a start");
        assert!(dispatch.answered(0, at(5)).is_err());
    }
}
