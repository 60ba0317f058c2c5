//! Sends by the clock, whatever the server does. Between requests it polls instead of sleeping, for a sleep ends late.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use mio::Events;

use super::dispatch::{Dispatch, Record};
use crate::load::{Load, PATIENCE};

/// Sends the requests of a schedule and gives what was found once all are answered.
pub(super) fn run(load: &mut Load<'_>, schedule: &[Duration]) -> Result<Record> {
    let dispatch = Dispatch::new(schedule, load.connections())?;
    let mut events = Events::with_capacity(load.connections());
    let mut run = Run { load, dispatch, started: Instant::now(), moved: Duration::ZERO };
    while !run.dispatch.complete() {
        run.send()?;
        run.load.glance(&mut events)?;
        for event in &events {
            run.receive(event.token().0)?;
            run.send()?;
        }
    }
    Ok(run.dispatch.into_record())
}

struct Run<'a, 'b> {
    load: &'a mut Load<'b>,
    dispatch: Dispatch<'a>,
    started: Instant,
    /// When something was last sent or received.
    moved: Duration,
}

impl Run<'_, '_> {
    /// Sends one request if one is due. Only one, so that a client that is behind looks for answers in between.
    fn send(&mut self) -> Result<()> {
        let now = self.started.elapsed();
        if let Some(connection) = self.dispatch.due(now) {
            self.load.send(connection, self.started + now)?;
            self.moved = now;
        }
        let silence = now.saturating_sub(self.moved);
        ensure!(silence < PATIENCE || !self.dispatch.waits(), "no answer within {PATIENCE:?}");
        Ok(())
    }

    fn receive(&mut self, connection: usize) -> Result<()> {
        if self.load.receive(connection)? {
            self.moved = self.started.elapsed();
            self.dispatch.answered(connection, self.moved)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::tests::server;
    use crate::scenario::HEALTH;

    /// Sends requests over two connections, which took the first answer of each.
    fn record(statuses: &'static [&'static str], schedule: &[Duration]) -> Result<Record> {
        run(&mut Load::connect(server(statuses), &HEALTH, 2)?, schedule)
    }

    #[test]
    fn every_request_of_the_schedule_is_sent_and_counted_once() {
        let schedule: Vec<_> = (0..30).map(|index| Duration::from_micros(100 * index)).collect();
        let record = record(&["200 OK"; 31], &schedule).expect("thirty answers");
        assert_eq!((record.latency.len(), record.lateness.len()), (30, 30));
    }

    #[test]
    fn requests_that_are_due_at_once_wait_for_a_connection() {
        let record = record(&["200 OK"; 11], &[Duration::ZERO; 10]).expect("ten answers");
        assert_eq!((record.latency.len(), record.queued), (10, 8));
    }

    #[test]
    fn a_wrong_answer_or_a_closed_connection_ends_the_run() {
        for statuses in [&["200 OK", "503 Unavailable"][..], &["200 OK"]] {
            assert!(record(statuses, &[Duration::ZERO; 2]).is_err());
        }
    }
}
