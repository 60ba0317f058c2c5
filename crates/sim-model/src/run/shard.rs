//! Parts of a pass.

use std::ops::Range;
use std::sync::Arc;

use crate::checked::{CheckedModel, Source};
use crate::evaluation::{BLOCK, Evaluation};
use crate::statistics::Tally;

/// The work of one piece, in additions over columns: about a millisecond.
const PIECE: u64 = 2 << 20;
/// What a pass over a kept value costs, in additions.
const KEPT_COST: u64 = 20;

const BLOCK_U64: u64 = BLOCK as u64;

/// A part of a pass of a [`Run`](super::Run): a range of samples, and what was gathered of those that are done.
#[derive(Debug)]
pub struct Shard {
    model: Arc<CheckedModel>,
    /// One for all parts of a pass.
    pass: Arc<()>,
    values: Values,
    /// Room to compute values in, once it is needed.
    evaluation: Option<Box<Evaluation>>,
    /// The samples that are not done.
    range: Range<u64>,
    /// How many samples there were when the run gave the shard away.
    given: u64,
    tallies: Vec<Option<Tally>>,
    kept: Option<Vec<Vec<f64>>>,
    invalid: InvalidSamples,
}

/// Where the values of outputs come from.
#[derive(Clone, Debug)]
pub(super) enum Values {
    /// They are computed, and kept for later passes or not.
    Computed { seed: u64, samples: u64, keep: bool },
    /// They were kept: the values of each output in valid samples.
    Kept(Arc<Vec<Vec<f64>>>),
}

impl Values {
    pub(super) fn samples(&self) -> u64 {
        match self {
            Self::Computed { samples, .. } => *samples,
            Self::Kept(kept) => kept.first().map_or(0, |values| values.len() as u64),
        }
    }
}

/// Samples in which an output has no finite value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct InvalidSamples {
    pub(super) count: u64,
    /// The first of them, and what has no finite value in it.
    pub(super) first: Option<(u64, Source)>,
}

impl InvalidSamples {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.first = match (self.first, other.first) {
            (Some(first), Some(other)) => Some(if other.0 < first.0 { other } else { first }),
            (first, other) => first.or(other),
        };
    }
}

impl Shard {
    /// All samples of a pass that gathers `tallies`.
    pub(super) fn whole(model: Arc<CheckedModel>, values: Values, tallies: Vec<Option<Tally>>) -> Self {
        let keep = matches!(values, Values::Computed { keep: true, .. });
        Self {
            kept: keep.then(|| kept_room(model.outputs.len(), values.samples())),
            pass: Arc::new(()),
            evaluation: None,
            range: 0..values.samples(),
            given: 0,
            invalid: InvalidSamples::default(),
            model,
            values,
            tallies,
        }
    }

    /// How many samples are not done.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.range.end - self.range.start
    }

    /// Does about a millisecond's work. True once no samples are left.
    pub fn advance(&mut self) -> bool {
        match &self.values {
            Values::Computed { seed, .. } => {
                let seed = *seed;
                let mut evaluation =
                    self.evaluation.take().unwrap_or_else(|| Box::new(Evaluation::new(Arc::clone(&self.model), seed)));
                let blocks = PIECE / (self.model.sample_cost() * BLOCK_U64).max(1);
                for _ in 0..blocks.max(1) {
                    self.compute_block(&mut evaluation);
                }
                self.evaluation = Some(evaluation);
            }
            Values::Kept(kept) => {
                let outputs = self.model.outputs.len() as u64;
                let start = self.range.start;
                let end = self.range.end.min(start + (PIECE / KEPT_COST / outputs.max(1)).max(BLOCK_U64));
                for ((output, values), tally) in self.model.outputs.iter().zip(kept.iter()).zip(&mut self.tallies) {
                    if let Some(tally) = tally {
                        let place = |sample: u64| usize::try_from(sample).unwrap_or(usize::MAX);
                        let values = values.get(place(start)..place(end)).unwrap_or_default();
                        values.chunks(BLOCK).for_each(|values| tally.add(values, &output.request));
                    }
                }
                self.range.start = end;
            }
        }
        self.range.is_empty()
    }

    fn compute_block(&mut self, evaluation: &mut Evaluation) {
        let start = self.range.start;
        // A block of the costliest models would take seconds.
        let length = self.left().min(BLOCK_U64).min((PIECE / self.model.sample_cost().max(1)).max(1));
        if length == 0 {
            return;
        }
        evaluation.evaluate(start, length as usize);
        let invalid = evaluation.invalid();
        let first = invalid.first().map(|(sample, source)| (start + *sample as u64, *source));
        self.invalid.add(InvalidSamples { count: invalid.len() as u64, first });
        for (place, tally) in self.tallies.iter_mut().enumerate() {
            let values = evaluation.values(place);
            if let Some(tally) = tally {
                tally.add(values, &self.model.outputs[place].request);
            }
            if let Some(kept) = &mut self.kept {
                kept[place].extend_from_slice(values);
            }
        }
        self.range.start += length;
    }

    /// Cuts what is left into `parts` of about equal size, keeps the first and gives the others away.
    pub(super) fn split(&mut self, parts: u32) -> Vec<Self> {
        let size = self.left().div_ceil(u64::from(parts.max(1))).next_multiple_of(BLOCK_U64);
        let mut shards = Vec::new();
        let (end, first_end) = (self.range.end, self.range.end.min(self.range.start.saturating_add(size)));
        let mut start = first_end;
        while start < end {
            let range = start..end.min(start.saturating_add(size));
            start = range.end;
            shards.push(Self {
                model: Arc::clone(&self.model),
                pass: Arc::clone(&self.pass),
                values: self.values.clone(),
                evaluation: None,
                given: range.end - range.start,
                tallies: self.tallies.iter().map(|tally| tally.as_ref().map(Tally::empty)).collect(),
                kept: self.kept.as_ref().map(|kept| kept_room(kept.len(), range.end - range.start)),
                invalid: InvalidSamples::default(),
                range,
            });
        }
        self.range.end = first_end;
        shards
    }

    /// How many samples the run gave away with it.
    pub(super) const fn given(&self) -> u64 {
        self.given
    }

    /// Whether both are parts of one pass of one run.
    pub(super) fn belongs_with(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pass, &other.pass)
    }

    /// Takes in another part that is done.
    pub(super) fn merge(&mut self, other: Self) {
        for (tally, other) in self.tallies.iter_mut().zip(other.tallies) {
            if let (Some(tally), Some(other)) = (tally, other) {
                tally.merge(other);
            }
        }
        if let (Some(kept), Some(others)) = (&mut self.kept, other.kept) {
            kept.iter_mut().zip(others).for_each(|(kept, other)| kept.extend(other));
        }
        self.invalid.add(other.invalid);
    }

    /// What was gathered, the values that were kept, and the invalid samples.
    #[expect(clippy::type_complexity, reason = "taken apart where it is called")]
    pub(super) fn into_parts(self) -> (Vec<Option<Tally>>, Option<Vec<Vec<f64>>>, InvalidSamples) {
        (self.tallies, self.kept, self.invalid)
    }
}

/// Room to keep the values of so many outputs in so many samples.
fn kept_room(outputs: usize, samples: u64) -> Vec<Vec<f64>> {
    let samples = usize::try_from(samples).unwrap_or(usize::MAX);
    std::iter::repeat_with(|| Vec::with_capacity(samples)).take(outputs).collect()
}
