//! Reports do not depend on how a run is done.

use std::sync::Arc;
use std::thread;

use proptest::prelude::{ProptestConfig, prop, prop_assert_eq, proptest};
use sim_model::{Report, Run};

use crate::{checked, finish, report};

const MODEL: &str = r#"{
    "inputs": {
        "units": {"kind": "normal", "mean": 1000, "sd": 200},
        "price": {"kind": "triangular", "min": 8, "mode": 10, "max": 13},
        "cost": {"kind": "lognormal", "mean": 6, "sd": 1}
    },
    "constants": {"fixed": 2000},
    "formulas": {"profit": "units * (price - cost) - fixed", "lost": "profit < 0", "root": "sqrt(profit)"},
    "outputs": {
        "profit": {"quantiles": [0, 0.01, 0.5, 0.99, 1], "histogram": {"bins": 30}, "thresholds": [0, 5000]},
        "lost": {"histogram": {}},
        "root": {"histogram": {"scale": "log", "from": 0, "to": 1, "bins": 7}}
    },
    "invalid": "omit"
}"#;

fn text(report: &Report) -> String {
    serde_json::to_string(report).unwrap()
}

/// The report of a run of which every pass is shared among threads.
fn shared(model: &str, seed: u64, samples: u64, threads: u32) -> Report {
    let mut run = Run::new(checked(model), seed, samples).unwrap();
    let mut pass = 0;
    loop {
        if run.progress().pass != pass && run.progress().left > 0 {
            pass = run.progress().pass;
            let workers = run.split(threads).into_iter().map(|mut shard| {
                thread::spawn(move || {
                    while !shard.advance() {}
                    shard
                })
            });
            // All start, and the last is taken in first.
            let workers: Vec<_> = workers.collect();
            for worker in workers.into_iter().rev() {
                run.merge(worker.join().unwrap()).unwrap();
            }
        }
        if let Some(report) = run.advance().unwrap() {
            return report;
        }
    }
}

#[test]
fn a_report_is_the_same_bytes_with_any_number_of_threads() {
    let alone = text(&report(MODEL, 7, 200_000));
    for threads in [2, 3, 8] {
        assert_eq!(text(&shared(MODEL, 7, 200_000, threads)), alone, "{threads} threads");
    }
}

// Ten outputs of 400,000 samples are more than a run keeps.
#[test]
fn samples_that_are_computed_again_give_the_report_of_those_that_are_kept() {
    let more = |outputs: &str| {
        let formulas: Vec<String> = (0..7).map(|place| format!(r#""more_{place}": "units + {place}""#)).collect();
        MODEL
            .replace(r#""formulas": {"#, &format!(r#""formulas": {{{}, "#, formulas.join(", ")))
            .replace(r#""outputs": {"#, &format!(r#""outputs": {{{outputs}"#))
    };
    let outputs: Vec<String> = (0..7).map(|place| format!(r#""more_{place}": {{}}, "#)).collect();
    let kept = report(&more(""), 7, 400_000);
    let computed = report(&more(&outputs.concat()), 7, 400_000);
    assert_eq!(computed.outputs.len(), 10);
    for (name, output) in &kept.outputs {
        assert_eq!(&computed.outputs[name], output, "{name}");
    }
    let threads = shared(&more(&outputs.concat()), 7, 400_000, 3);
    assert_eq!(text(&threads), text(&computed));
}

#[test]
fn another_spelling_of_a_model_has_the_same_report() {
    let one = r#"{"inputs": {"a": {"kind": "uniform", "min": 0, "max": 1}, "b": {"kind": "uniform", "max": 2.0, "min": 1}},
        "formulas": {"y": "a + b"}, "outputs": {"y": {}, "a": {}}}"#;
    let other = r#"{"outputs": {"a": {}, "y": {"thresholds": []}}, "formulas": {"y": "a + b"},
        "inputs": {"b": {"kind": "uniform", "min": 1.0, "max": 2}, "a": {"max": 1, "min": 0, "kind": "uniform"}}}"#;
    assert_eq!(text(&report(one, 7, 1_000)), text(&report(other, 7, 1_000)));
}

#[test]
fn other_inputs_and_outputs_do_not_change_an_output() {
    let one = r#"{"inputs": {"x": {"kind": "normal", "mean": 0, "sd": 1}}, "outputs": {"x": {}}}"#;
    let two = r#"{"inputs": {"x": {"kind": "normal", "mean": 0, "sd": 1}, "a": {"kind": "uniform", "min": 0, "max": 1}},
        "outputs": {"x": {}, "a": {}}}"#;
    assert_eq!(report(one, 7, 10_000).outputs["x"], report(two, 7, 10_000).outputs["x"]);
}

#[test]
fn a_single_sample_has_no_standard_error() {
    let report = report(MODEL, 7, 1);
    let profit = &report.outputs["profit"];
    assert_eq!(profit.mean.value, Some(profit.minimum));
    assert_eq!(profit.mean.standard_error, None);
    assert_eq!((profit.standard_deviation.value, profit.standard_deviation.standard_error), (None, None));
    assert!(profit.quantiles.iter().all(|quantile| quantile.value == profit.minimum));
}

#[test]
fn values_up_to_the_ends_of_the_range_have_a_report() {
    let model = r#"{"inputs": {"x": {"kind": "uniform", "min": -1, "max": 1}}, "formulas": {"y": "x * 1.7e308", "z": "x * 4e-320"},
        "outputs": {"y": {"histogram": {}}, "z": {"histogram": {}}}}"#;
    let report = report(model, 7, 10_000);
    let (y, z) = (&report.outputs["y"], &report.outputs["z"]);
    let near = |estimate: &sim_model::Estimate, value: f64| (estimate.value.unwrap() / value - 1.0).abs() < 0.05;
    assert!(near(&y.standard_deviation, 1.7e308 / 3.0_f64.sqrt()), "{:?}", y.standard_deviation);
    assert!(near(&z.standard_deviation, 4e-320 / 3.0_f64.sqrt()), "{:?}", z.standard_deviation);
    // That of 10,000 uniforms is √(0.2 / n) of the standard deviation.
    assert!(
        (y.standard_deviation.standard_error.unwrap() / y.standard_deviation.value.unwrap() - 0.004_47).abs() < 2e-4
    );
    for output in [y, z] {
        let histogram = output.histogram.as_ref().unwrap();
        assert_eq!(histogram.counts.iter().sum::<u64>() + histogram.below + histogram.above, 10_000);
        assert!(histogram.edges.is_sorted() && histogram.edges.iter().all(|edge| edge.is_finite()));
    }
}

#[test]
fn equal_values_have_a_report() {
    let model = r#"{"inputs": {"x": {"kind": "uniform", "min": -1, "max": 1}}, "formulas": {"y": "0 * x + 2.5"},
        "outputs": {"y": {"histogram": {}, "thresholds": [2.5]}}}"#;
    let report = report(model, 7, 200_000);
    let y = &report.outputs["y"];
    assert_eq!(
        (y.mean.value, y.standard_deviation.value, y.standard_deviation.standard_error),
        (Some(2.5), Some(0.0), Some(0.0))
    );
    assert_eq!((y.minimum, y.maximum), (2.5, 2.5));
    assert_eq!(y.histogram.as_ref().unwrap().counts, [200_000]);
    assert_eq!(y.thresholds[0].above.value, Some(0.0));
}

#[test]
fn a_shard_of_another_run_is_given_back() {
    let model = checked(MODEL);
    let run = || Run::new(Arc::clone(&model), 7, 10_000).unwrap();
    let (mut one, mut other) = (run(), run());
    let shard = one.split(2).pop().unwrap();
    assert_eq!(other.merge(shard).unwrap_err().left(), 4_880);
}

#[test]
fn a_part_that_comes_back_undone_is_done_by_the_run() {
    let mut run = Run::new(checked(MODEL), 7, 10_000).unwrap();
    for shard in run.split(5) {
        run.merge(shard).unwrap();
    }
    assert_eq!(text(&finish(run).unwrap()), text(&report(MODEL, 7, 10_000)));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn a_report_is_the_same_bytes_for_any_pieces(splits in prop::collection::vec(1_u32..6, 0..6), samples in 1_u64..40_000) {
        let mut run = Run::new(checked(MODEL), 11, samples).unwrap();
        let mut away = Vec::new();
        for parts in splits {
            away.extend(run.split(parts));
            if away.len() % 2 == 1 && let Some(mut shard) = away.pop() {
                shard.advance();
                run.merge(shard).unwrap();
            }
            run.advance().unwrap();
        }
        for shard in away {
            run.merge(shard).unwrap();
        }
        let alone = report(MODEL, 11, samples);
        prop_assert_eq!(text(&finish(run).unwrap()), text(&alone));
    }
}
