//! How many requests are carried out at once: beyond that many, one is turned away before it costs anything.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Counts the requests that are being carried out.
#[derive(Debug)]
pub(crate) struct InFlight {
    count: AtomicUsize,
    most: usize,
}

/// The place of a request; free again when dropped.
#[derive(Debug)]
pub(crate) struct InFlightPermit<'a>(&'a AtomicUsize);

impl InFlight {
    pub(crate) fn new(most: usize) -> Self {
        Self { count: AtomicUsize::new(0), most }
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// Says at any time how many there are.
    pub(crate) fn counter(self: &Arc<Self>) -> impl Fn() -> usize + Send + Sync + 'static {
        let in_flight = Arc::clone(self);
        move || in_flight.count()
    }

    /// Takes a place, if there is one.
    pub(crate) fn enter(&self) -> Option<InFlightPermit<'_>> {
        let place = InFlightPermit(&self.count);
        // The place is counted before it is known to be one; dropping it takes that back.
        (self.count.fetch_add(1, Ordering::Relaxed) < self.most).then_some(place)
    }
}

impl Drop for InFlightPermit<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_as_many_places_as_there_are_and_each_is_free_again() {
        let in_flight = InFlight::new(2);
        for _ in 0..3 {
            let places = [in_flight.enter(), in_flight.enter()];
            assert!(places.iter().all(Option::is_some));
            assert!(in_flight.enter().is_none() && in_flight.enter().is_none());
        }
        assert_eq!(in_flight.count(), 0);
    }
}
