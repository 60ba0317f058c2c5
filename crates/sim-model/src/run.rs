//! Runs of a model, in pieces.

mod shard;

use std::sync::Arc;

use crate::checked::CheckedModel;
use crate::model::{Invalid, MAX_SAMPLES, MAX_SEED, ModelError};
use crate::report::{InvalidReport, Report};
use crate::statistics::{Room, Statistics, Tally};

pub use shard::Shard;
use shard::{InvalidSamples, Values};

/// The version of the numerics that this crate computes with.
pub const ENGINE: u32 = 1;

/// The most cells of all outputs together: 16 MiB.
const CELLS: u64 = 4 << 20;
/// The most values of all outputs together that a pass collects: 16 MiB.
const COLLECTED_VALUES: u64 = 2 << 20;

/// A run of a model: a number of samples under a seed, and in the end a report.
///
/// [`advance`](Self::advance) does about a millisecond's work. Between two calls the run is plain data: it can wait, move to
/// another thread, or be dropped, which cancels it.
///
/// A run makes one or more passes over its samples. If the values of its outputs are few enough to be kept, only the first
/// pass computes them. Threads can share a pass: [`split`](Self::split) gives away parts of it, and [`merge`](Self::merge)
/// takes them in. The report depends neither on the pieces nor on the parts and their order.
///
/// A run takes at most 64 MiB, whatever the number of samples and outputs. Each [`Shard`] that is given away takes at most as
/// much again.
///
/// ```
/// use std::sync::Arc;
///
/// use sim_model::{Model, Run};
///
/// let model = r#"{"inputs": {"x": {"kind": "uniform", "min": 0, "max": 1}}, "outputs": {"x": {}}}"#;
/// let model: Model = serde_json::from_str(model).unwrap();
/// let mut run = Run::new(Arc::new(model.check().unwrap()), 7, 10_000).unwrap();
/// let report = loop {
///     if let Some(report) = run.advance().unwrap() {
///         break report;
///     }
/// };
/// let mean = &report.outputs["x"].mean;
/// assert!((mean.value.unwrap() - 0.5).abs() < 4.0 * mean.standard_error.unwrap());
/// ```
#[derive(Debug)]
pub struct Run {
    model: Arc<CheckedModel>,
    seed: u64,
    samples: u64,
    statistics: Vec<Statistics>,
    values: Values,
    /// Known once the first pass has ended.
    invalid: Option<InvalidSamples>,
    passes: u32,
    stage: Stage,
}

/// How far a run is.
#[derive(Debug)]
enum Stage {
    /// In a pass over the samples.
    Pass {
        /// Parts that are not done.
        left: Vec<Shard>,
        /// The parts that are done, merged.
        done: Option<Box<Shard>>,
        /// How many samples are in parts that were given away.
        away: u64,
    },
    /// Between passes: the tallies of outputs that are not taken in yet. The last one is next.
    Settle(Vec<Option<Tally>>),
    Failed(ModelError),
    Finished(Box<Report>),
}

/// How much of a run is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The number of the pass, from 1.
    pub pass: u32,
    /// How many samples of the pass are done.
    pub done: u64,
    /// How many samples of the pass are left, those of parts that were given away among them.
    pub left: u64,
}

impl Run {
    /// A run of `samples` samples, 1 to 2^32 - 1, under a seed from 0 to 2^53 - 1. Nothing is computed yet.
    ///
    /// # Errors
    ///
    /// The seed or the number of samples is out of range.
    pub fn new(model: Arc<CheckedModel>, seed: u64, samples: u64) -> Result<Self, ModelError> {
        if seed > MAX_SEED {
            let message = format!("the seed is at most {MAX_SEED}; it is {seed}");
            return Err(ModelError::new("less_than_equal", vec!["seed".into()], message));
        }
        if !(1..=MAX_SAMPLES).contains(&samples) {
            let message = format!("there are 1 to {MAX_SAMPLES} samples, not {samples}");
            return Err(ModelError::new("samples", vec!["samples".into()], message));
        }
        let outputs = model.outputs.len().max(1) as u64;
        let room = Room { cells: CELLS / outputs, values: COLLECTED_VALUES / outputs };
        let statistics = |(name, request)| Statistics::new(name, request, samples, room);
        let outputs = model.outputs.iter().map(|output| (output.name.as_str(), output.request.clone()));
        let statistics: Vec<Statistics> = outputs.map(statistics).collect();
        let values = Values::Computed { seed, samples, keep: model.keeps(samples) };
        let stage = Stage::Settle(Vec::new());
        let mut run = Self { model, seed, samples, statistics, values, invalid: None, passes: 0, stage };
        run.begin_pass();
        Ok(run)
    }

    /// How much is done.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let samples = self.values.samples();
        let left = match &self.stage {
            Stage::Pass { left, away, .. } => left.iter().map(Shard::left).sum::<u64>() + away,
            _ => 0,
        };
        Progress { pass: self.passes, done: samples - left, left }
    }

    /// Does about a millisecond's work; the report once there is nothing left to do. Does nothing while all that is left of a
    /// pass was given away.
    ///
    /// # Errors
    ///
    /// Samples were invalid and the model refuses them, or all were, or a histogram cannot be made of the values. The run has
    /// ended then, and further calls give the error again.
    pub fn advance(&mut self) -> Result<Option<Report>, ModelError> {
        match &mut self.stage {
            Stage::Pass { left, .. } => {
                if left.last_mut().is_some_and(Shard::advance)
                    && let Some(shard) = left.pop()
                {
                    self.take_in(shard);
                }
            }
            Stage::Settle(tallies) => {
                let last = tallies.len().saturating_sub(1);
                match (tallies.last_mut(), self.statistics.get_mut(last)) {
                    (Some(Some(tally)), Some(statistics)) => match statistics.settle(tally) {
                        Ok(true) => drop(tallies.pop()),
                        Ok(false) => {}
                        Err(error) => self.stage = Stage::Failed(error),
                    },
                    (Some(_), _) => drop(tallies.pop()),
                    (None, _) => self.begin_pass(),
                }
            }
            Stage::Failed(error) => return Err(error.clone()),
            Stage::Finished(report) => return Ok(Some(Report::clone(report))),
        }
        Ok(None)
    }

    /// Gives away parts of what is left of the current pass: it is cut into `parts` of about equal size, and the run keeps one
    /// of them. None are given if little is left, or the run is between passes or has ended.
    #[must_use]
    pub fn split(&mut self, parts: u32) -> Vec<Shard> {
        let Stage::Pass { left, away, .. } = &mut self.stage else { return Vec::new() };
        let shards: Vec<Shard> = left.last_mut().map(|shard| shard.split(parts)).unwrap_or_default();
        *away += shards.iter().map(Shard::left).sum::<u64>();
        shards
    }

    /// Whether all that is left of the current pass was given away, so that [`advance`](Self::advance) has nothing to do.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        matches!(&self.stage, Stage::Pass { left, away, .. } if left.is_empty() && *away > 0)
    }

    /// Takes in a part that was given away. If it is not done, the run goes on with it.
    ///
    /// # Errors
    ///
    /// The shard itself, if it is no part of the current pass of this run.
    pub fn merge(&mut self, shard: Shard) -> Result<(), Box<Shard>> {
        let Stage::Pass { left, done, away } = &mut self.stage else { return Err(shard.into()) };
        if left.iter().chain(done.as_deref()).any(|other| !shard.belongs_with(other)) {
            return Err(shard.into());
        }
        *away -= shard.given();
        if shard.left() > 0 {
            left.push(shard);
        } else {
            self.take_in(shard);
        }
        Ok(())
    }

    /// Merges a part that is done, and ends the pass if it was the last.
    fn take_in(&mut self, shard: Shard) {
        let Stage::Pass { left, done, away } = &mut self.stage else { return };
        let merged = match done.take() {
            Some(mut done) => {
                done.merge(shard);
                done
            }
            None => Box::new(shard),
        };
        if left.is_empty() && *away == 0 {
            self.end_pass(*merged);
        } else {
            *done = Some(merged);
        }
    }

    fn end_pass(&mut self, shard: Shard) {
        let (tallies, kept, invalid) = shard.into_parts();
        if self.invalid.is_none() {
            if let Some(error) = self.refusal(&invalid) {
                self.stage = Stage::Failed(error);
                return;
            }
            self.invalid = Some(invalid);
        }
        if let Some(kept) = kept {
            self.values = Values::Kept(Arc::new(kept));
        }
        self.stage = Stage::Settle(tallies);
    }

    /// Begins the next pass, or finishes the run if there is none.
    fn begin_pass(&mut self) {
        let tallies: Vec<Option<Tally>> = self.statistics.iter().map(Statistics::pass).collect();
        if tallies.iter().all(Option::is_none) {
            self.stage = Stage::Finished(Box::new(self.report()));
            return;
        }
        self.passes += 1;
        let shard = Shard::whole(Arc::clone(&self.model), self.values.clone(), tallies);
        self.stage = Stage::Pass { left: vec![shard], done: None, away: 0 };
    }

    /// The error that ends the run because of invalid samples, if they do.
    fn refusal(&self, invalid: &InvalidSamples) -> Option<ModelError> {
        let (sample, source) = invalid.first?;
        let refused = self.model.invalid == Invalid::Refuse;
        if !refused && invalid.count < self.samples {
            return None;
        }
        let name = self.model.name(source);
        let message = format!(
            "{} of {} samples have no finite value; the first is sample {sample}, in which `{name}` has none{}",
            invalid.count,
            self.samples,
            if refused { ". With \"invalid\": \"omit\" they are counted and left out" } else { "" },
        );
        Some(ModelError::new("invalid_samples", self.model.path(source), message))
    }

    fn report(&self) -> Report {
        let omitted =
            (self.model.invalid == Invalid::Omit).then(|| self.invalid.as_ref().map_or(0, |invalid| invalid.count));
        let outputs = self.model.outputs.iter().zip(&self.statistics);
        Report {
            digest: self.model.digest.clone(),
            engine: ENGINE,
            seed: self.seed,
            samples: self.samples,
            cost: self.model.cost(self.samples),
            invalid: omitted.map(|count| InvalidReport { count }),
            outputs: outputs.filter_map(|(output, of)| Some((output.name.clone(), of.report()?))).collect(),
        }
    }
}
