//! Threads for work that would hold up those that answer requests.
//!
//! Runs of models take turns: a thread takes the next run from the queue, does a piece of about a millisecond, and puts the
//! run back at the end. So a short run is done soon beside a long one. A run whose samples are many is cut into parts, which
//! threads work on side by side; the report does not depend on that. A run whose caller is gone is dropped at its next turn.

mod job;
#[cfg(test)]
mod tests;

use std::{
    collections::VecDeque,
    fmt,
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use sim_model::{CheckedModel, ModelError, Report};
use tokio::sync::oneshot;

use job::{Job, Turn};

/// The threads that run models, and the runs that wait for them. Clones share them. The threads start with the first run.
#[derive(Clone)]
pub struct Compute(Arc<Shared>);

struct Shared {
    threads: NonZero<usize>,
    /// What each thread calls first.
    begin: fn(),
    state: Mutex<State>,
    /// A job was queued, or the threads are to end.
    changed: Condvar,
    /// How many runs have not ended.
    in_flight: Arc<AtomicUsize>,
    busy_nanoseconds: AtomicU64,
}

#[derive(Default)]
struct State {
    started: bool,
    /// The jobs that take turns. One that is worked on by several threads stands here as often.
    queue: VecDeque<Arc<Job>>,
    /// Large jobs under way; at most one for each thread, since each needs memory.
    large: usize,
    /// Large jobs that have not begun.
    waiting: VecDeque<Arc<Job>>,
}

/// Why there is no report.
#[derive(Debug)]
pub enum RunError {
    /// The model cannot be run.
    Model(ModelError),
    /// The run failed; the cause is a fault of the service.
    Failed,
}

impl Default for Compute {
    /// A pool with a thread for each core.
    fn default() -> Self {
        Self::new(Self::cores(), || {})
    }
}

impl Compute {
    /// The number of cores.
    #[must_use]
    pub fn cores() -> NonZero<usize> {
        thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN)
    }

    /// A pool of `threads` threads, each of which calls `begin` first: to lower its priority, for example.
    #[must_use]
    pub fn new(threads: NonZero<usize>, begin: fn()) -> Self {
        let (state, changed, in_flight) = (Mutex::default(), Condvar::new(), Arc::default());
        Self(Arc::new(Shared { threads, begin, state, changed, in_flight, busy_nanoseconds: AtomicU64::new(0) }))
    }

    /// Runs a model. Dropping the future ends the run at its next turn.
    ///
    /// # Errors
    ///
    /// The model cannot be run, or samples are invalid.
    pub async fn run(&self, model: Arc<CheckedModel>, seed: u64, samples: u64) -> Result<Report, RunError> {
        let (sender, receiver) = oneshot::channel();
        self.submit(Arc::new(Job::new(model, seed, samples, sender, Arc::clone(&self.0.in_flight))));
        receiver.await.unwrap_or(Err(RunError::Failed))
    }

    /// How many runs are waiting or under way.
    #[must_use]
    pub fn queue_length(&self) -> usize {
        self.0.in_flight.load(Ordering::Relaxed)
    }

    /// How many threads there are.
    #[must_use]
    pub fn threads(&self) -> usize {
        self.0.threads.get()
    }

    /// How long threads have worked, all together.
    #[must_use]
    pub fn busy(&self) -> Duration {
        Duration::from_nanos(self.0.busy_nanoseconds.load(Ordering::Relaxed))
    }

    fn submit(&self, job: Arc<Job>) {
        let mut state = self.0.lock();
        if !state.started {
            state.started = true;
            self.start();
        }
        if !job.is_large() {
            state.queue.push_back(job);
        } else if state.large < self.0.threads.get() {
            state.large += 1;
            state.queue.push_back(job);
        } else {
            state.waiting.push_back(job);
        }
        drop(state);
        self.0.changed.notify_one();
    }

    fn start(&self) {
        for _ in 0..self.0.threads.get() {
            let shared = Arc::clone(&self.0);
            // A system that starts no thread leaves the others to do the work.
            let _ = thread::Builder::new().name("sim-compute".to_owned()).spawn(move || shared.work());
        }
    }
}

impl fmt::Debug for Compute {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Compute").field("threads", &self.0.threads).finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes jobs in turn, forever.
    fn work(&self) {
        (self.begin)();
        loop {
            let job = {
                let mut state = self.lock();
                loop {
                    if let Some(job) = state.queue.pop_front() {
                        break job;
                    }
                    state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            };
            let started = Instant::now();
            // A panic is a fault of the engine. It ends the run that met it and nothing else.
            let turn = catch_unwind(AssertUnwindSafe(|| job.take_turn(self.threads.get())));
            let elapsed = u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
            self.busy_nanoseconds.fetch_add(elapsed, Ordering::Relaxed);
            match turn {
                Ok(Turn::Again { helpers }) => self.queue(&job, 1 + helpers),
                Ok(Turn::NothingToDo) => {}
                Ok(Turn::Ended) => self.end(&job),
                Err(_) => {
                    job.fail();
                    self.end(&job);
                }
            }
        }
    }

    fn queue(&self, job: &Arc<Job>, times: usize) {
        let mut state = self.lock();
        state.queue.extend((0..times).map(|_| Arc::clone(job)));
        drop(state);
        for _ in 0..times {
            self.changed.notify_one();
        }
    }

    /// Lets the next large job begin, once a large one has ended.
    fn end(&self, job: &Job) {
        if !job.is_large() || !job.leave() {
            return;
        }
        let mut state = self.lock();
        match state.waiting.pop_front() {
            Some(next) => {
                state.queue.push_back(next);
                drop(state);
                self.changed.notify_one();
            }
            None => state.large -= 1,
        }
    }
}
