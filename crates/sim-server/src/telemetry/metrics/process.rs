//! The system's figures about the process, under the names that Prometheus' clients use.
//!
//! Not the collector of the `prometheus` crate: it counts CPU time in whole seconds, so the rate of a service that needs
//! a hundredth of a core is zero for 100 seconds, and then a step.

use procfs::{
    ProcError, ProcResult,
    process::{LimitValue, Process},
};
use prometheus::{
    Counter, Error, Gauge,
    core::{Collector, Desc},
    proto::MetricFamily,
};

/// Reads `/proc` each time it is asked.
#[derive(Debug)]
pub(super) struct ProcessMetrics {
    process: Process,
    descriptions: Vec<Desc>,
}

/// The metrics as they are now.
struct Reading {
    cpu: f64,
    start: f64,
    resident: f64,
    virtual_memory: f64,
    threads: f64,
    open_files: f64,
    max_files: f64,
}

impl ProcessMetrics {
    pub(super) fn new() -> ProcResult<Self> {
        let process = Process::myself()?;
        let metrics = Reading::take(&process)?.metrics().map_err(|error| ProcError::Other(error.to_string()))?;
        let descriptions = metrics.iter().flat_map(|metric| metric.desc().into_iter().cloned()).collect();
        Ok(Self { process, descriptions })
    }
}

impl Reading {
    #[expect(clippy::cast_precision_loss, reason = "a metric is a double")]
    fn take(process: &Process) -> ProcResult<Self> {
        let status = process.stat()?;
        let ticks_per_second = procfs::ticks_per_second() as f64;
        let started = status.starttime as f64 / ticks_per_second;
        let files = process.limits()?.max_open_files.soft_limit;
        Ok(Self {
            cpu: (status.utime + status.stime) as f64 / ticks_per_second,
            start: procfs::boot_time_secs()? as f64 + started,
            resident: (status.rss * procfs::page_size()) as f64,
            virtual_memory: status.vsize as f64,
            threads: status.num_threads as f64,
            open_files: process.fd_count()? as f64,
            max_files: match files {
                LimitValue::Value(most) => most as f64,
                LimitValue::Unlimited => f64::INFINITY,
            },
        })
    }

    fn metrics(&self) -> Result<Vec<Box<dyn Collector>>, Error> {
        let cpu = Counter::new("process_cpu_seconds_total", "CPU time of the process, in the kernel and outside.")?;
        cpu.inc_by(self.cpu);
        let gauge = |name: &str, help: &str, value| {
            let gauge = Gauge::new(name, help)?;
            gauge.set(value);
            Ok::<Box<dyn Collector>, Error>(Box::new(gauge))
        };
        Ok(vec![
            Box::new(cpu),
            gauge("process_start_time_seconds", "When the process started, in Unix time.", self.start)?,
            gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.", self.resident)?,
            gauge("process_virtual_memory_bytes", "Address space of the process.", self.virtual_memory)?,
            gauge("process_threads", "Threads of the process.", self.threads)?,
            gauge("process_open_fds", "Open files of the process, connections among them.", self.open_files)?,
            gauge("process_max_fds", "How many files the process may have open.", self.max_files)?,
        ])
    }
}

impl Collector for ProcessMetrics {
    fn desc(&self) -> Vec<&Desc> {
        self.descriptions.iter().collect()
    }

    /// Returns nothing if the system does not tell.
    fn collect(&self) -> Vec<MetricFamily> {
        let metrics = Reading::take(&self.process).ok().and_then(|reading| reading.metrics().ok());
        metrics.into_iter().flatten().flat_map(|metric| metric.collect()).collect()
    }
}
