//! The threads that run models, and the runs that they have.

use prometheus::{
    Counter, Error, Gauge,
    core::{Collector, Desc},
    proto::MetricFamily,
};
use sim_api::Compute;

/// Reads the state of the threads each time it is asked.
#[derive(Debug)]
pub(super) struct ComputeMetrics {
    compute: Compute,
    descriptions: Vec<Desc>,
}

impl ComputeMetrics {
    pub(super) fn new(compute: Compute) -> Result<Self, Error> {
        let metrics = read(&compute)?;
        let descriptions = metrics.iter().flat_map(|metric| metric.desc().into_iter().cloned()).collect();
        Ok(Self { compute, descriptions })
    }
}

fn read(compute: &Compute) -> Result<Vec<Box<dyn Collector>>, Error> {
    let count = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let gauge = |name: &str, help: &str, value| {
        let gauge = Gauge::new(name, help)?;
        gauge.set(value);
        Ok::<Box<dyn Collector>, Error>(Box::new(gauge))
    };
    let busy = Counter::new("sim_compute_busy_seconds_total", "Time that the threads that run models have worked.")?;
    busy.inc_by(compute.busy().as_secs_f64());
    Ok(vec![
        Box::new(busy),
        gauge("sim_compute_threads", "How many threads run models (SIM_COMPUTE_THREADS).", count(compute.threads()))?,
        gauge("sim_model_runs_in_flight", "Runs of models that wait or are under way.", count(compute.queue_length()))?,
    ])
}

impl Collector for ComputeMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        read(&self.compute).into_iter().flatten().flat_map(|metric| metric.collect()).collect()
    }
}
