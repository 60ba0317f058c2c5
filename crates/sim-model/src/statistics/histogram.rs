//! Histograms between two quantiles.

use super::moments::as_double;
use super::quantile::between;
use crate::model::{HistogramRequest, HistogramScale};
use crate::real;
use crate::report::HistogramReport;

/// The largest integer up to which all integers are doubles.
const LARGEST_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Bins, and how many values are in each.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Histogram {
    /// One more than there are bins, ascending.
    edges: Vec<f64>,
    /// The lowest values of what is below the bins, of each bin, and of what is above them; and the upper end, infinity.
    starts: Vec<f64>,
    /// How many values are below, in each bin, and above.
    counts: Vec<u64>,
    /// Bins for each unit, by which the place of a value is guessed. It may be of any size: the starts alone decide.
    density: f64,
}

impl Histogram {
    /// Without values, from `from` to `to`. On a logarithmic scale, `from` is above 0.
    ///
    /// A bin holds its lower edge and not its upper one; the last bin holds both. If all values are integers and the scale is
    /// linear, edges are integers, bins are of one width, there may be fewer than requested, and none holds its upper edge. If
    /// `from` is `to`, there is one bin of this value.
    pub(crate) fn new(request: &HistogramRequest, from: f64, to: f64, whole: bool) -> Self {
        let logarithmic = request.scale == HistogramScale::Log;
        let whole = whole && !logarithmic && to - from <= LARGEST_WHOLE / 2.0;
        let edges = if whole {
            whole_edges(request.bins, from, to)
        } else if from < to {
            spread_edges(request.bins, from, to, logarithmic)
        } else {
            vec![from, to]
        };
        let bins = edges.len() - 1;
        let mut starts = vec![f64::NEG_INFINITY];
        starts.extend(&edges);
        if !whole {
            starts[bins + 1] = edges[bins].next_up();
        }
        starts.push(f64::INFINITY);
        let density = as_double(bins as u64) / (edges[bins] - edges[0]);
        Self { counts: vec![0; bins + 2], starts, density, edges }
    }

    /// A copy of the bins, without values.
    pub(crate) fn empty(&self) -> Self {
        Self { counts: vec![0; self.counts.len()], ..self.clone() }
    }

    /// Adds finite values.
    pub(crate) fn add(&mut self, values: &[f64]) {
        for block in values.chunks(BLOCK) {
            let mut places = [0; BLOCK];
            guess(block, self.edges[0], self.density, as_double(self.counts.len() as u64 - 1), &mut places);
            for (&value, &place) in block.iter().zip(&places) {
                let guessed = usize::from(place);
                let is_there = |place: usize| self.starts[place] <= value && value < self.starts[place + 1];
                let place = if is_there(guessed) { guessed } else { self.search(value) };
                self.counts[place] += 1;
            }
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, other)| *count += other);
    }

    pub(crate) fn report(&self) -> HistogramReport {
        let above = self.counts.len() - 1;
        HistogramReport {
            edges: self.edges.clone(),
            counts: self.counts[1..above].to_vec(),
            below: self.counts[0],
            above: self.counts[above],
        }
    }

    /// The place of a value that was not where it was guessed.
    #[cold]
    fn search(&self, value: f64) -> usize {
        self.starts.partition_point(|&start| start <= value).clamp(1, self.counts.len()) - 1
    }
}

/// Values whose places are guessed at once.
const BLOCK: usize = 512;

/// Guesses each value's place among what is below, the bins, and what is above: 0 to `last`.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2"), dispatcher = "direct")]
fn guess(values: &[f64], from: f64, density: f64, last: f64, places: &mut [u16; BLOCK]) {
    // Adding it leaves the nearest integer in the low bits.
    const INTEGER: f64 = 6_755_399_441_055_744.0;
    for (place, value) in places.iter_mut().zip(values) {
        // The nearest integer is 1 for the whole of the first bin, 2 for the second, and so on.
        let position = (value - from) * density + 0.5;
        let position = if position > 0.0 { position } else { 0.0 };
        let position = if position < last { position } else { last };
        *place = low_bits(position + INTEGER);
    }
}

#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is wanted")]
const fn low_bits(value: f64) -> u16 {
    value.to_bits() as u16
}

/// Edges at equal distances, or at equal ratios.
fn spread_edges(bins: u32, from: f64, to: f64, logarithmic: bool) -> Vec<f64> {
    let (low, high) = if logarithmic { (real::ln(from), real::ln(to)) } else { (from, to) };
    let inner = (1..bins).map(|bin| {
        let edge = between(low, high, f64::from(bin) / f64::from(bins));
        let edge = if logarithmic { real::exp(edge) } else { edge };
        edge.clamp(from, to)
    });
    std::iter::once(from).chain(inner).chain([to]).collect()
}

/// Whole edges of the least whole width with which `bins` bins reach beyond `to`.
fn whole_edges(bins: u32, from: f64, to: f64) -> Vec<f64> {
    // A quantile may lie between two whole values.
    let (from, to) = (from.floor(), to.floor());
    let values = to - from + 1.0;
    let width = (values / f64::from(bins)).ceil();
    let bins = (values / width).ceil();
    let mut edges = vec![from];
    let mut bin = 1.0;
    while bin <= bins {
        edges.push(from + bin * width);
        bin += 1.0;
    }
    edges
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::{Histogram, HistogramReport, HistogramRequest, HistogramScale};

    fn request(bins: u32, scale: HistogramScale) -> HistogramRequest {
        HistogramRequest { bins, scale, ..HistogramRequest::default() }
    }

    fn linear(bins: u32, from: f64, to: f64, values: &[f64]) -> HistogramReport {
        let mut histogram = Histogram::new(&request(bins, HistogramScale::Linear), from, to, false);
        histogram.add(values);
        histogram.report()
    }

    #[test]
    fn a_bin_holds_its_lower_edge_and_the_last_its_upper_one_too() {
        let histogram = linear(4, 0.0, 4.0, &[-0.1, 0.0, 0.99, 1.0, 3.0, 4.0, 4.1]);
        assert_eq!(histogram.edges, [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(histogram.counts, [2, 1, 0, 2]);
        assert_eq!((histogram.below, histogram.above), (1, 1));
    }

    #[test]
    fn edges_of_a_logarithmic_scale_have_equal_ratios() {
        let histogram = Histogram::new(&request(3, HistogramScale::Log), 1.0, 1_000.0, true);
        assert_eq!(histogram.edges[0].to_bits(), 1.0_f64.to_bits());
        assert_eq!(histogram.edges[3].to_bits(), 1_000.0_f64.to_bits());
        assert!((histogram.edges[1] - 10.0).abs() < 1e-14 && (histogram.edges[2] - 100.0).abs() < 1e-13);
    }

    #[test]
    fn bins_of_whole_values_have_a_whole_width() {
        let whole = |bins, from, to| Histogram::new(&request(bins, HistogramScale::Linear), from, to, true).edges;
        assert_eq!(whole(40, 0.0, 3.0), [0.0, 1.0, 2.0, 3.0, 4.0]);
        assert_eq!(whole(4, 1.0, 9.5), [1.0, 4.0, 7.0, 10.0]);
        assert_eq!(whole(40, 7.0, 7.0), [7.0, 8.0]);
    }

    #[test]
    fn equal_values_are_in_one_bin() {
        let histogram = linear(40, 2.5, 2.5, &[2.5; 10]);
        assert_eq!((histogram.edges, histogram.counts), (vec![2.5, 2.5], vec![10]));
    }

    #[test]
    fn the_widest_range_has_finite_edges() {
        let histogram = linear(4, -f64::MAX, f64::MAX, &[f64::MAX, -f64::MAX, 0.0]);
        assert!(histogram.edges.iter().all(|edge| edge.is_finite()));
        assert_eq!(histogram.counts, [1, 0, 1, 1]);
    }

    proptest! {
        #[test]
        fn counts_follow_from_the_edges(
            values in prop::collection::vec(-2.0..12.0, 0..200), bins in 1_u32..50, to in 1.0..10.0, log in any::<bool>(),
        ) {
            let scale = if log { HistogramScale::Log } else { HistogramScale::Linear };
            let mut histogram = Histogram::new(&request(bins, scale), 0.5, to, false);
            let (first, second) = values.split_at(values.len() / 3);
            let mut other = histogram.clone();
            histogram.add(second);
            other.add(first);
            histogram.merge(&other);
            let histogram = histogram.report();
            prop_assert!(histogram.edges.is_sorted());
            for (bin, edges) in histogram.edges.windows(2).enumerate() {
                let last = bin + 1 == histogram.counts.len();
                let inside = values.iter().filter(|&&value| {
                    edges[0] <= value && (value < edges[1] || (last && value == edges[1]))
                });
                prop_assert_eq!(histogram.counts[bin], inside.count() as u64);
            }
            let all = histogram.below + histogram.counts.iter().sum::<u64>() + histogram.above;
            prop_assert_eq!(all, values.len() as u64);
        }
    }
}
