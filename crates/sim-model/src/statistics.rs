//! What a report says of an output, gathered in passes over its values.
//!
//! A pass gathers sums and counts that do not depend on the order of values, in a [`Tally`]. Tallies of disjoint samples
//! merge to the tally of all. Between passes, [`Statistics`] takes in the tally of all samples, and decides what the next
//! pass is to gather: first sums, extremes and rough counts; then fourth powers about the mean, and finer counts where
//! quantiles lie; last a histogram, whose edges are quantiles.

#![expect(clippy::float_cmp, reason = "where doubles are compared, the same bits are meant")]

mod exact_sum;
mod histogram;
mod moments;
mod quantile;
mod ratio;
mod selection;

use crate::model::{HistogramScale, ModelError, Output};
use crate::report::{Above, Estimate, OutputReport, QuantileReport};
use histogram::Histogram;
use moments::{FourthPowers, Sums, as_double};
use quantile::{Quantile, Ranks};
use selection::Selection;

pub(crate) use selection::Room;

/// What is known of an output.
#[derive(Clone, Debug)]
pub(crate) struct Statistics {
    name: String,
    request: Output,
    room: Room,
    /// The most bits that the first pass counts by.
    first_bits: u32,
    sums: Option<Sums>,
    above: Vec<u64>,
    fourth_powers: Option<FourthPowers>,
    quantiles: Vec<Ranks>,
    /// Where the histogram begins and ends.
    range: Option<[Ranks; 2]>,
    selection: Selection,
    histogram: Option<Histogram>,
}

/// What one pass gathers of some of the values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    sums: Option<Sums>,
    /// For each threshold, how many values are above.
    above: Vec<u64>,
    fourth_powers: Option<FourthPowers>,
    selection: Option<selection::Tally>,
    histogram: Option<Histogram>,
}

impl Tally {
    /// Adds finite values, none of them -0.
    pub(crate) fn add(&mut self, values: &[f64], request: &Output) {
        if let Some(sums) = &mut self.sums {
            sums.add(values);
            for (above, threshold) in self.above.iter_mut().zip(&request.thresholds) {
                *above += moments::count_above(values, *threshold);
            }
        }
        if let Some(fourth_powers) = &mut self.fourth_powers {
            fourth_powers.add(values);
        }
        if let Some(selection) = &mut self.selection {
            selection.add(values);
        }
        if let Some(histogram) = &mut self.histogram {
            histogram.add(values);
        }
    }

    /// A tally of the same pass without values.
    pub(crate) fn empty(&self) -> Self {
        Self {
            sums: self.sums.as_ref().map(|_| Sums::new()),
            above: vec![0; self.above.len()],
            fourth_powers: self.fourth_powers.as_ref().map(FourthPowers::empty),
            selection: self.selection.as_ref().map(selection::Tally::empty),
            histogram: self.histogram.as_ref().map(Histogram::empty),
        }
    }

    /// Adds what the same pass gathered of other values.
    pub(crate) fn merge(&mut self, other: Self) {
        merge(&mut self.sums, other.sums, Sums::merge);
        self.above.iter_mut().zip(other.above).for_each(|(above, other)| *above += other);
        merge(&mut self.fourth_powers, other.fourth_powers, FourthPowers::merge);
        merge(&mut self.selection, other.selection, selection::Tally::merge);
        merge(&mut self.histogram, other.histogram, |histogram, other| histogram.merge(&other));
    }
}

fn merge<T>(into: &mut Option<T>, other: Option<T>, merge: impl FnOnce(&mut T, T)) {
    if let (Some(into), Some(other)) = (into, other) {
        merge(into, other);
    }
}

impl Statistics {
    /// Of at most `samples` values of the output `name`.
    pub(crate) fn new(name: &str, request: Output, samples: u64, room: Room) -> Self {
        Self {
            name: name.to_owned(),
            request,
            room,
            // About four samples a cell, if they were spread evenly: they are not, and more cells would mostly be empty.
            first_bits: samples.max(1).ilog2().saturating_sub(2).clamp(8, 18),
            sums: None,
            above: Vec::new(),
            fourth_powers: None,
            quantiles: Vec::new(),
            range: None,
            selection: Selection::new(samples),
            histogram: None,
        }
    }

    /// Starts the tally of the next pass; none if no further pass is needed.
    pub(crate) fn pass(&self) -> Option<Tally> {
        let Some(sums) = &self.sums else {
            return Some(Tally {
                sums: Some(Sums::new()),
                above: vec![0; self.request.thresholds.len()],
                selection: self.selection.pass(self.room, self.first_bits),
                ..Tally::default()
            });
        };
        let fourth_powers = match &self.fourth_powers {
            None => Some(FourthPowers::about(sums.mean(), sums)),
            Some(_) => None,
        };
        let selection = self.selection.pass(self.room, u32::MAX);
        let histogram = if self.histogram.is_none() { self.empty_histogram(sums) } else { None };
        let any = fourth_powers.is_some() || selection.is_some() || histogram.is_some();
        any.then(|| Tally { fourth_powers, selection, histogram, ..Tally::default() })
    }

    /// Takes in the tally of a pass over all values, a millisecond's work at a time: false if there is more to do.
    ///
    /// # Errors
    ///
    /// The histogram that was requested cannot be made of these values.
    pub(crate) fn settle(&mut self, tally: &mut Tally) -> Result<bool, ModelError> {
        if let Some(sums) = tally.sums.take() {
            self.want(&sums);
            self.sums = Some(sums);
            self.above = std::mem::take(&mut tally.above);
        }
        if let Some(fourth_powers) = tally.fourth_powers.take() {
            self.fourth_powers = Some(fourth_powers);
        }
        if let Some(histogram) = tally.histogram.take() {
            self.histogram = Some(histogram);
        }
        if let Some(selection) = &mut tally.selection {
            if !self.selection.settle(selection) {
                return Ok(false);
            }
            tally.selection = None;
        }
        self.check_scale()?;
        Ok(true)
    }

    /// The report, once no further pass is needed.
    pub(crate) fn report(&self) -> Option<OutputReport> {
        let (sums, fourth_powers) = (self.sums.as_ref()?, self.fourth_powers.as_ref()?);
        let count = as_double(sums.count);
        let deviation = (sums.count > 1).then(|| sums.standard_deviation());
        let error = deviation.map(|deviation| fourth_powers.error_of_deviation(sums.count, deviation));
        let quantiles: Option<Vec<Quantile>> = self.quantiles.iter().map(|ranks| ranks.read(&self.selection)).collect();
        let quantile = |(&probability, quantile): (&f64, Quantile)| {
            let Quantile { value, low, high } = quantile;
            QuantileReport { probability, value, low, high }
        };
        let threshold = |(&threshold, &above): (&f64, &u64)| {
            let share = as_double(above) / count;
            let error = (share * (1.0 - share) / count).sqrt();
            Above { threshold, above: Estimate { value: Some(share), standard_error: Some(error) } }
        };
        Some(OutputReport {
            mean: Estimate {
                value: Some(sums.mean()),
                standard_error: deviation.map(|deviation| deviation / count.sqrt()).and_then(finite),
            },
            standard_deviation: Estimate { value: deviation.and_then(finite), standard_error: error.and_then(finite) },
            minimum: sums.minimum,
            maximum: sums.maximum,
            quantiles: self.request.quantiles.iter().zip(quantiles?).map(quantile).collect(),
            histogram: self.histogram.as_ref().map(Histogram::report),
            thresholds: self.request.thresholds.iter().zip(&self.above).map(threshold).collect(),
        })
    }

    /// Decides which ranks are wanted, now that the values are counted.
    fn want(&mut self, sums: &Sums) {
        let ranks = |probability: &f64| Ranks::of(*probability, sums.count);
        self.quantiles = self.request.quantiles.iter().map(ranks).collect();
        self.range = self.request.histogram.as_ref().map(|request| [ranks(&request.from), ranks(&request.to)]);
        let all = self.quantiles.iter().chain(self.range.iter().flatten());
        let mut wanted: Vec<u64> = all.flat_map(|ranks| ranks.needed()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        self.selection.want(wanted);
    }

    /// None if no histogram is wanted, or its ends are not known yet.
    fn empty_histogram(&self, sums: &Sums) -> Option<Histogram> {
        let request = self.request.histogram.as_ref()?;
        let [from, to] = self.range?;
        let (from, to) = (from.read(&self.selection)?, to.read(&self.selection)?);
        Some(Histogram::new(request, from.value, to.value, sums.whole))
    }

    fn check_scale(&self) -> Result<(), ModelError> {
        let (Some(request), Some([from, _])) = (&self.request.histogram, self.range) else { return Ok(()) };
        match from.read(&self.selection) {
            Some(from) if request.scale == HistogramScale::Log && from.value <= 0.0 => {
                let path = vec!["outputs".into(), self.name.as_str().into(), "histogram".into(), "scale".into()];
                let message = format!(
                    "a logarithmic histogram begins at a positive value; the quantile of {} is {}",
                    request.from, from.value
                );
                Err(ModelError::new("histogram_scale", path, message))
            }
            _ => Ok(()),
        }
    }
}

/// None where a number is beyond the largest double, which JSON cannot say.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests;
