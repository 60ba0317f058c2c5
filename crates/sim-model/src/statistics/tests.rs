use proptest::prelude::{Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use super::{Room, Statistics, Tally};
use crate::model::{HistogramRequest, HistogramScale, Output};
use crate::report::OutputReport;

const ROOM: Room = Room { cells: 1 << 12, values: 1 << 10 };

/// The report of values that come in shards, merged from the last to the first.
fn report(values: &[f64], request: &Output, shard: usize) -> OutputReport {
    let mut statistics = Statistics::new("x", request.clone(), values.len() as u64, ROOM);
    while let Some(empty) = statistics.pass() {
        let mut whole = empty.empty();
        for values in values.chunks(shard).rev() {
            let mut tally: Tally = empty.empty();
            tally.add(values, request);
            whole.merge(tally);
        }
        while !statistics.settle(&mut whole).unwrap() {}
    }
    statistics.report().unwrap()
}

fn request(quantiles: Vec<f64>) -> Output {
    let histogram = HistogramRequest { bins: 7, from: 0.1, to: 0.9, scale: HistogramScale::Linear };
    Output { quantiles, histogram: Some(histogram), thresholds: vec![-0.5, 0.0, 2.0] }
}

fn columns() -> impl Strategy<Value = Vec<f64>> {
    let value = prop_oneof![-3.0..3.0, (-3_i8..3).prop_map(f64::from), -1e6..1e6];
    prop_oneof![
        prop::collection::vec(value, 1..400),
        prop::collection::vec((-4_i8..4).prop_map(f64::from), 1..400),
        prop::collection::vec(1e9..1e9 + 1e-3, 1..400),
    ]
    .prop_map(|values| values.into_iter().map(|value: f64| value + 0.0).collect())
}

/// Type 7 by sorting.
fn quantile(values: &[f64], probability: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = crate::statistics::moments::as_double(sorted.len() as u64 - 1) * probability;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 0")]
    let lower = position as usize;
    let fraction = position - position.trunc();
    let next = sorted[(lower + 1).min(sorted.len() - 1)];
    sorted[lower] + (next - sorted[lower]) * fraction
}

/// The standard deviation about a mean, both rounded as they come.
fn deviation(values: &[f64]) -> f64 {
    let count = crate::statistics::moments::as_double(values.len() as u64);
    let mean = values.iter().map(|value| value - values[0]).sum::<f64>() / count;
    let squares: f64 = values.iter().map(|value| (value - values[0] - mean) * (value - values[0] - mean)).sum();
    (squares / (count - 1.0)).sqrt()
}

// By hand: mean 5, Σ(x − 5)² = 32 and Σ(x − 5)⁴ = 356 of 8 values.
#[test]
fn moments_and_their_errors_are_those_of_a_hand_computation() {
    let report = report(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], &request(vec![]), 3);
    let variance = 32.0_f64 / 7.0;
    assert_eq!(report.mean.value, Some(5.0));
    assert_eq!(report.standard_deviation.value, Some(variance.sqrt()));
    assert_eq!(report.mean.standard_error, Some(variance.sqrt() / 8.0_f64.sqrt()));
    let of_variance = ((356.0 / 8.0 - variance * variance * 5.0 / 7.0) / 8.0).sqrt();
    let expected = of_variance / (2.0 * variance.sqrt());
    assert!((report.standard_deviation.standard_error.unwrap() - expected).abs() < 1e-15);
    let shares: Vec<_> = report.thresholds.iter().map(|above| above.above.value.unwrap()).collect();
    assert_eq!(shares, [1.0, 1.0, 0.875]);
    assert_eq!(report.thresholds[2].above.standard_error, Some((0.875_f64 * 0.125 / 8.0).sqrt()));
}

#[test]
fn a_deviation_far_below_the_mean_is_exact() {
    let values: Vec<f64> = [1.0, 2.0, 3.0].iter().map(|step| 1e15 + step * 0.125).collect();
    assert_eq!(report(&values, &request(vec![]), 2).standard_deviation.value, Some(0.125));
}

proptest! {
    #[test]
    fn shards_in_any_order_have_one_report(values in columns(), shard in 1_usize..300) {
        let request = request(vec![0.0, 0.3, 0.5, 0.975, 1.0]);
        prop_assert_eq!(report(&values, &request, shard), report(&values, &request, values.len()));
    }

    #[test]
    fn a_report_is_that_of_sorted_values(values in columns(), probability in 0.0..=1.0, rare in any::<bool>()) {
        let probability = if rare { probability * 0.01 } else { probability };
        let report = report(&values, &request(vec![probability]), 100);
        let of = report.quantiles[0].value;
        prop_assert_eq!(of.to_bits(), quantile(&values, probability).to_bits());
        prop_assert_eq!(report.minimum.to_bits(), quantile(&values, 0.0).to_bits());
        prop_assert_eq!(report.maximum.to_bits(), quantile(&values, 1.0).to_bits());
        let quantile = &report.quantiles[0];
        prop_assert_eq!(quantile.low <= quantile.value && quantile.value <= quantile.high, true);
        for above in &report.thresholds {
            let count = values.iter().filter(|&&value| value > above.threshold).count();
            let share = crate::statistics::moments::as_double(count as u64) / crate::statistics::moments::as_double(values.len() as u64);
            prop_assert_eq!(above.above.value, Some(share));
        }
        let histogram = report.histogram.unwrap();
        let all = histogram.below + histogram.counts.iter().sum::<u64>() + histogram.above;
        prop_assert_eq!(all, values.len() as u64);
        if values.len() > 1 {
            let (of, judge) = (report.standard_deviation.value.unwrap(), deviation(&values));
            prop_assert_eq!((of - judge).abs() <= 1e-9 * judge, true, "{} against {}", of, judge);
        }
    }
}
