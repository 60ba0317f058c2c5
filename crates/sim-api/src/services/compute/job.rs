//! One run, as threads share it.

use std::{
    mem,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sim_model::{CheckedModel, Report, Run, Shard};
use tokio::sync::oneshot;

use super::RunError;

/// The most values of all outputs together of a run that is not large: half a megabyte.
const SMALL: u64 = 1 << 16;

type Answer = oneshot::Sender<Result<Report, RunError>>;

/// A run of a model.
pub(super) struct Job {
    model: Arc<CheckedModel>,
    seed: u64,
    samples: u64,
    is_large: bool,
    has_left: AtomicBool,
    state: Mutex<State>,
}

struct State {
    answer: Option<Answer>,
    /// How many runs of the pool have not ended.
    in_flight: Arc<AtomicUsize>,
    run: Stage,
    /// Parts of the run that no thread is working on.
    idle: Vec<Shard>,
    /// Parts that are done and not yet taken in.
    done: Vec<Shard>,
    /// How many parts threads are working on.
    busy: usize,
    /// How many threads have the job in hand or in the queue.
    threads: usize,
}

/// The run itself, without the parts that it has given away.
enum Stage {
    New,
    /// A thread is working on it.
    Taken,
    Idle(Box<Run>),
    Ended,
}

/// What a turn has come to.
pub(super) enum Turn {
    /// There is more to do, for this thread and for as many `helpers`.
    Again { helpers: usize },
    /// Other threads do what there is to do.
    NothingToDo,
    /// The run has ended.
    Ended,
}

impl Job {
    /// A run, counted in `in_flight` until it has ended.
    pub(super) fn new(
        model: Arc<CheckedModel>,
        seed: u64,
        samples: u64,
        answer: Answer,
        in_flight: Arc<AtomicUsize>,
    ) -> Self {
        in_flight.fetch_add(1, Ordering::Relaxed);
        let values = samples.saturating_mul(u64::try_from(model.outputs()).unwrap_or(u64::MAX));
        let (idle, done) = (Vec::new(), Vec::new());
        let state = State { answer: Some(answer), in_flight, run: Stage::New, idle, done, busy: 0, threads: 1 };
        Self { model, seed, samples, is_large: values > SMALL, has_left: AtomicBool::new(false), state: state.into() }
    }

    /// Whether the run needs much memory. Such a run is also cut into parts.
    pub(super) fn is_large(&self) -> bool {
        self.is_large
    }

    /// Says that the job gives its place among the large ones up. True once.
    pub(super) fn leave(&self) -> bool {
        !self.has_left.swap(true, Ordering::Relaxed)
    }

    /// Ends the run because of a panic.
    pub(super) fn fail(&self) {
        self.lock().end(Err(RunError::Failed));
    }

    /// Does a piece of work, about a millisecond. At most `threads` threads share the job.
    pub(super) fn take_turn(&self, threads: usize) -> Turn {
        let mut state = self.lock();
        if state.answer.as_ref().is_none_or(Answer::is_closed) {
            return state.end(Err(RunError::Failed));
        }
        if let Some(shard) = state.idle.pop() {
            state.busy += 1;
            drop(state);
            return self.advance_part(shard);
        }
        let run = match mem::replace(&mut state.run, Stage::Taken) {
            Stage::New => None,
            Stage::Idle(run) => Some(run),
            Stage::Taken => return state.let_go(),
            Stage::Ended => return state.end(Err(RunError::Failed)),
        };
        drop(state);
        match run.map_or_else(|| Run::new(Arc::clone(&self.model), self.seed, self.samples).map(Box::new), Ok) {
            Ok(run) => self.advance_run(run, threads),
            Err(error) => self.lock().end(Err(RunError::Model(error))),
        }
    }

    fn advance_part(&self, mut shard: Shard) -> Turn {
        let is_done = shard.advance();
        let mut state = self.lock();
        state.busy -= 1;
        if matches!(state.run, Stage::Ended) {
            return Turn::Ended;
        }
        if is_done {
            state.done.push(shard);
        } else {
            state.idle.push(shard);
        }
        Turn::Again { helpers: 0 }
    }

    /// Takes in the parts that are done, gives new ones away where a pass begins, and goes on with the rest.
    fn advance_run(&self, mut run: Box<Run>, threads: usize) -> Turn {
        let mut helpers = 0;
        {
            let mut state = self.lock();
            for shard in mem::take(&mut state.done) {
                // A run takes in every part that it has given away.
                let _ = run.merge(shard);
            }
            if self.is_large && threads > 1 && state.idle.is_empty() && state.busy == 0 {
                state.idle = run.split(u32::try_from(threads).unwrap_or(u32::MAX));
                helpers = state.idle.len().min(threads.saturating_sub(state.threads));
                state.threads += helpers;
            }
            if run.is_waiting() && state.idle.is_empty() && state.busy > 0 {
                // The thread that ends a part comes back for the run.
                state.run = Stage::Idle(run);
                return state.let_go();
            }
        }
        let advanced = run.advance();
        let mut state = self.lock();
        match advanced {
            Ok(None) if matches!(state.run, Stage::Ended) => Turn::Ended,
            Ok(None) => {
                state.run = Stage::Idle(run);
                Turn::Again { helpers }
            }
            Ok(Some(report)) => state.end(Ok(report)),
            Err(error) => state.end(Err(RunError::Model(error))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Leaves the job to the other threads that have it.
    fn let_go(&mut self) -> Turn {
        self.threads -= 1;
        Turn::NothingToDo
    }

    /// Answers, unless that is done, and drops what is left of the run.
    fn end(&mut self, answer: Result<Report, RunError>) -> Turn {
        if let Some(sender) = self.answer.take() {
            self.in_flight.fetch_sub(1, Ordering::Relaxed);
            // The caller may be gone.
            let _ = sender.send(answer);
        }
        self.run = Stage::Ended;
        self.idle.clear();
        self.done.clear();
        Turn::Ended
    }
}
