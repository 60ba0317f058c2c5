//! The buckets of many clients in bounded memory.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use governor::{nanos::Nanos, state::StateStore};
use quick_cache::sync::Cache;

use super::Client;

/// The greatest number of buckets, about ten megabytes. Beyond it, the buckets unused for longest are dropped, and
/// their clients start with full ones.
const MAX_BUCKETS: usize = 1 << 16;

/// For each client, the time when its bucket is full again, in nanoseconds since the start. That is the whole state of
/// a bucket.
///
/// Clones share the buckets.
#[derive(Clone)]
pub(super) struct Buckets(Arc<Cache<Client, Arc<AtomicU64>>>);

impl Buckets {
    pub(super) fn new() -> Self {
        Self(Arc::new(Cache::new(MAX_BUCKETS)))
    }

    fn of(&self, client: &Client) -> Arc<AtomicU64> {
        let full = || Ok::<_, Infallible>(Arc::default());
        match self.0.get_or_insert_with(client, full) {
            Ok(bucket) => bucket,
            Err(never) => match never {},
        }
    }

    /// Delays the time when a client's bucket is full again.
    pub(super) fn owe(&self, client: &Client, time: Duration) {
        let time = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        let later = |full_at: u64| Some(full_at.saturating_add(time));
        // It always gives a later time.
        let _ = self.of(client).fetch_update(Ordering::Relaxed, Ordering::Relaxed, later);
    }
}

impl StateStore for Buckets {
    type Key = Client;

    fn measure_and_replace<T, F, E>(&self, client: &Client, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let bucket = self.of(client);
        let mut full_at = bucket.load(Ordering::Relaxed);
        loop {
            let (outcome, later) = measure(Some(full_at.into()))?;
            match bucket.compare_exchange_weak(full_at, later.into(), Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(outcome),
                Err(current) => full_at = current,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn there_is_an_end_to_how_many_buckets_are_kept() {
        let buckets = Buckets::new();
        for number in 0..4 * u32::try_from(MAX_BUCKETS).unwrap() {
            buckets.owe(&Client::Network(Ipv4Addr::from_bits(number).into()), Duration::from_secs(1));
        }
        let kept = buckets.0.len();
        assert!((MAX_BUCKETS / 2..=MAX_BUCKETS).contains(&kept), "{kept}");
    }

    #[test]
    fn a_debt_has_an_end_that_a_clock_can_tell() {
        let buckets = Buckets::new();
        let client = Client::Network(Ipv4Addr::LOCALHOST.into());
        for _ in 0..2 {
            buckets.owe(&client, Duration::MAX);
        }
        assert_eq!(buckets.of(&client).load(Ordering::Relaxed), u64::MAX);
    }
}
