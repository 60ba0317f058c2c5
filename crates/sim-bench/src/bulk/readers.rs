//! Many long streams at once, and short requests beside them.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::requests::Stream;
use crate::load::exchange;
use crate::markdown::table;
use crate::scenario::SIMULATE;
use crate::server::ServerCommand;
use crate::statistics::percentile;

/// From one short request to the next.
const INTERVAL: Duration = Duration::from_millis(10);

/// What was found while streams of one media type were read.
#[derive(Debug)]
pub(super) struct Readers {
    name: &'static str,
    /// The most memory that the server held, in KiB.
    peak_kib: u32,
    /// From the time a short request was due to its answer, in nanoseconds, sorted.
    latencies: Vec<u32>,
    bytes: u64,
    elapsed: Duration,
}

impl Readers {
    /// Has a fresh server, on all cores like its clients, send `count` streams.
    pub(super) fn measure(command: &ServerCommand, stream: &Stream, count: usize) -> Result<Self> {
        let server = command.start_anywhere()?;
        let (address, left) = (server.address, AtomicUsize::new(count));
        let started = Instant::now();
        let (bytes, mut latencies) = thread::scope(|scope| {
            let read = || {
                let bytes = stream.request.transfer(address);
                left.fetch_sub(1, Ordering::Relaxed);
                bytes
            };
            let readers: Vec<_> = (0..count).map(|_| scope.spawn(read)).collect();
            let latencies = short_requests(address, || left.load(Ordering::Relaxed) > 0)?;
            let bytes = readers.into_iter().map(|reader| reader.join().expect("a reader does not panic"));
            anyhow::Ok((bytes.sum::<Result<u64>>()?, latencies))
        })?;
        let elapsed = started.elapsed();
        latencies.sort_unstable();
        Ok(Self { name: stream.name, peak_kib: server.process.peak_resident_kib()?, latencies, bytes, elapsed })
    }

    fn row(&self) -> Vec<String> {
        let milliseconds = |percent| {
            let nanoseconds = percentile(&self.latencies, percent).map_or(f64::NAN, f64::from);
            format!("{:.2}", nanoseconds / 1e6)
        };
        #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
        let rate = self.bytes as f64 / 1e9 / self.elapsed.as_secs_f64();
        vec![
            self.name.to_owned(),
            format!("{:.1}", f64::from(self.peak_kib) / 1024.0),
            format!("{rate:.2}"),
            self.latencies.len().to_string(),
            milliseconds(50),
            milliseconds(99),
        ]
    }
}

/// Sends a short request whenever one is due while `go_on` says so. One that has to wait for the one before it is late,
/// and its latency counts from when it was due.
fn short_requests(address: SocketAddr, go_on: impl Fn() -> bool) -> Result<Vec<u32>> {
    let mut latencies = Vec::new();
    let mut due = Instant::now();
    while go_on() {
        thread::sleep(due.saturating_duration_since(Instant::now()));
        exchange(address, &SIMULATE).context("a short request")?;
        latencies.push(u32::try_from(due.elapsed().as_nanos()).unwrap_or(u32::MAX));
        due += INTERVAL;
    }
    Ok(latencies)
}

/// The table of all media types.
pub(super) fn section(count: usize, readers: &[Readers]) -> String {
    let titles = ["answer", "peak MiB", "GB/s", "short requests", "p50 ms", "p99 ms"];
    let table = table(&titles, readers.iter().map(Readers::row));
    format!(
        "### {count} readers of 10000000 values each, 100 short requests a second beside them\n\n\
         Server and clients share all cores; each short request has a connection of its own.\n\n{table}"
    )
}
