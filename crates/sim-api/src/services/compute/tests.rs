use std::{num::NonZero, sync::Arc};

use futures_util::future::join_all;
use sim_model::{CheckedModel, Model};

use super::{Compute, RunError};

fn model() -> Arc<CheckedModel> {
    let model = r#"{
        "inputs": {"a": {"kind": "normal", "mean": 1, "sd": 2}, "b": {"kind": "uniform", "min": 1, "max": 3}},
        "formulas": {"ratio": "a / b"},
        "outputs": {"ratio": {"thresholds": [0]}, "a": {"quantiles": [0.5]}}
    }"#;
    let model: Model = serde_json::from_str(model).unwrap();
    Arc::new(model.check().unwrap())
}

fn pool(threads: usize) -> Compute {
    Compute::new(NonZero::new(threads).unwrap(), || {})
}

#[tokio::test]
async fn a_report_does_not_depend_on_the_number_of_threads() {
    for samples in [1, 1000, 200_000] {
        let alone = pool(1).run(model(), 7, samples).await.unwrap();
        for threads in [2, 3, 7] {
            assert_eq!(pool(threads).run(model(), 7, samples).await.unwrap(), alone, "{threads} threads");
        }
    }
}

#[tokio::test]
async fn runs_that_share_the_threads_do_not_disturb_each_other() {
    let pool = pool(2);
    let runs = (0..40).map(|seed| (seed, if seed % 4 == 0 { 100_000 } else { 500 }));
    let shared = join_all(runs.clone().map(|(seed, samples)| pool.run(model(), seed, samples))).await;
    for ((seed, samples), report) in runs.zip(shared) {
        assert_eq!(report.unwrap(), self::pool(1).run(model(), seed, samples).await.unwrap(), "seed {seed}");
    }
    assert_eq!(pool.queue_length(), 0);
}

#[tokio::test]
async fn a_run_without_a_caller_gives_its_place_to_the_next() {
    let pool = pool(1);
    for seed in 0..3 {
        // Ten thousand seconds of work, whose future is dropped once it was polled.
        let endless = pool.run(model(), seed, u64::from(u32::MAX));
        let mut endless = std::pin::pin!(endless);
        assert!(futures_util::poll!(&mut endless).is_pending());
    }
    let report = pool.run(model(), 7, 100_000).await.unwrap();
    assert_eq!(report.samples, 100_000);
}

#[tokio::test]
async fn a_run_that_the_model_refuses_ends_with_the_reason() {
    let Err(RunError::Model(error)) = pool(2).run(model(), 7, 0).await else { panic!("there is a report") };
    assert!(error.to_string().starts_with("samples: "), "{error}");
}

#[tokio::test]
async fn the_time_that_threads_work_is_counted() {
    let pool = pool(1);
    assert!(pool.busy().is_zero());
    pool.run(model(), 7, 10_000).await.unwrap();
    // The last turn is counted after the answer; the one before it is not the last.
    pool.run(model(), 7, 10_000).await.unwrap();
    assert!(!pool.busy().is_zero());
}
