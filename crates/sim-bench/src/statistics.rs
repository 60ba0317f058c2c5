//! Medians, quartiles and percentiles.

use serde::Serialize;

/// The middle half of a set of figures and its centre.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Quartiles {
    /// A quarter lies below.
    pub(crate) lower: f64,
    /// Half lies below.
    pub(crate) median: f64,
    /// A quarter lies above.
    pub(crate) upper: f64,
}

impl Quartiles {
    /// Interpolates linearly between neighbours; of no figures, all three are not numbers.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Self { lower: quartile(&sorted, 1), median: quartile(&sorted, 2), upper: quartile(&sorted, 3) }
    }
}

/// The median alone.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    Quartiles::of(figures).median
}

/// Nearest-rank percentile of sorted figures: the least that `per_mille` thousandths of them do not exceed.
pub(crate) fn per_mille(sorted: &[u32], per_mille: usize) -> Option<u32> {
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1);
    sorted.get(rank - 1).copied()
}

fn quartile(sorted: &[f64], quarters: usize) -> f64 {
    const WEIGHTS: [f64; 4] = [0.0, 0.25, 0.5, 0.75];
    let Some(last) = sorted.len().checked_sub(1) else {
        return f64::NAN;
    };
    let position = last * quarters;
    let below = sorted[position / 4];
    let above = sorted[(position / 4 + 1).min(last)];
    below + (above - below) * WEIGHTS[position % 4]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quartiles(lower: f64, median: f64, upper: f64) -> Quartiles {
        Quartiles { lower, median, upper }
    }

    #[test]
    fn quartiles_of_an_odd_count_are_figures_of_the_set() {
        let of = Quartiles::of([5.0, 1.0, 4.0, 2.0, 3.0]);
        assert_eq!(of, quartiles(2.0, 3.0, 4.0));
    }

    #[test]
    fn quartiles_between_figures_are_interpolated() {
        let of = Quartiles::of([4.0, 3.0, 2.0, 1.0]);
        assert_eq!(of, quartiles(1.75, 2.5, 3.25));
    }

    #[test]
    fn one_figure_is_its_own_quartiles() {
        assert_eq!(Quartiles::of([7.0]), quartiles(7.0, 7.0, 7.0));
    }

    #[test]
    fn no_figures_have_no_median() {
        assert!(median([]).is_nan());
    }

    #[test]
    fn percentiles_are_nearest_ranks() {
        let hundred: Vec<u32> = (1..=100).collect();
        assert_eq!(per_mille(&hundred, 500), Some(50));
        assert_eq!(per_mille(&hundred, 990), Some(99));
        assert_eq!(per_mille(&[3, 9], 990), Some(9));
        assert_eq!(per_mille(&[], 990), None);
        let thousands: Vec<u32> = (1..=2000).collect();
        assert_eq!(per_mille(&thousands, 999), Some(1998));
    }
}
