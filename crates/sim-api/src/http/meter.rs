//! What a request costs, for a server that limits its callers.
//!
//! A request costs one unit, and more if it is more work. A unit stands for the work of the cheapest operation with a body,
//! the reading of the request and the sending of the answer included.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

/// Counts the units that a request costs beyond its first, and the steps of the generator that it answers for.
///
/// Among the parameters of a handler it is the meter of the request. Clones share one count.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    cost: AtomicU32,
    steps: AtomicU64,
    samples: AtomicU64,
    model_cost: AtomicU64,
}

/// What a run of a model costs for each unit: a unit is about 12 microseconds of work.
const MODEL_COST_PER_UNIT: u64 = 50_000;

impl Meter {
    /// The units counted so far, the first not among them.
    #[must_use]
    pub fn cost(&self) -> u32 {
        self.0.cost.load(Ordering::Relaxed)
    }

    /// The steps simulated, from each seed to the last state in its answer.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }

    /// Forgets what was counted: nothing of it is sent.
    pub(crate) fn clear(&self) {
        self.0.cost.store(0, Ordering::Relaxed);
        self.0.steps.store(0, Ordering::Relaxed);
    }

    /// The samples of models that were drawn for it.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.0.samples.load(Ordering::Relaxed)
    }

    /// What the runs of models cost, in the units of [`CheckedModel::cost`](sim_model::CheckedModel::cost).
    #[must_use]
    pub fn model_cost(&self) -> u64 {
        self.0.model_cost.load(Ordering::Relaxed)
    }

    /// Counts the samples of a run and what it costs, and charges for it.
    pub(crate) fn count_run(&self, samples: u64, cost: u64) {
        self.0.samples.fetch_add(samples, Ordering::Relaxed);
        self.0.model_cost.fetch_add(cost, Ordering::Relaxed);
        self.charge(cost, MODEL_COST_PER_UNIT);
    }

    /// Counts a unit for each `items_per_unit` items.
    pub(crate) fn charge(&self, items: u64, items_per_unit: u64) {
        let units = u32::try_from(items / items_per_unit).unwrap_or(u32::MAX);
        self.0.cost.fetch_add(units, Ordering::Relaxed);
    }

    /// Counts the steps from a seed to the last state that is answered for it.
    pub(crate) fn count_steps(&self, steps: u64) {
        self.0.steps.fetch_add(steps, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use poem::{Body, Request, http::Method};
    use serde_json::json;

    use super::Meter;
    use crate::testing;

    /// What is counted of a request.
    fn metered(method: Method, address: &str, headers: &[(&str, &str)], body: Body) -> Meter {
        let request = Request::builder().method(method).uri_str(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let (response, meter) = testing::metered(request.body(body));
        assert!(response.status().is_success() || response.status() == 304 || response.status() == 422);
        meter
    }

    /// The units beyond the first that a request costs.
    fn cost(method: Method, address: &str, headers: &[(&str, &str)], body: Body) -> u32 {
        metered(method, address, headers, body).cost()
    }

    /// The steps that a `GET` answers for.
    fn steps(address: &str, headers: &[(&str, &str)]) -> u64 {
        metered(Method::GET, address, headers, Body::empty()).steps()
    }

    fn get(address: &str, headers: &[(&str, &str)]) -> u32 {
        cost(Method::GET, address, headers, Body::empty())
    }

    fn batch(count: usize) -> u32 {
        let body = json!({ "simulations": vec![json!({"seed": 42}); count] }).to_string();
        cost(Method::POST, "/simulate/batch", &[("Content-Type", "application/json")], body.into())
    }

    #[test]
    fn a_simulation_costs_one_unit_whatever_its_steps() {
        let body = r#"{"seed":42,"steps":100000}"#;
        assert_eq!(cost(Method::POST, "/simulate", &[("Content-Type", "application/json")], body.into()), 0);
        assert_eq!(get("/simulate/42?steps=100000", &[]), 0);
    }

    #[test]
    fn a_batch_costs_a_unit_more_for_each_50_simulations() {
        for (count, units) in [(1, 0), (49, 0), (50, 1), (10_000, 200), (10_001, 0)] {
            assert_eq!(batch(count), units, "{count}");
        }
    }

    #[test]
    fn a_trajectory_costs_a_unit_more_for_each_2000_values_that_it_answers() {
        for (count, units) in [(1, 0), (1999, 0), (2000, 1), (10_000_000, 5000)] {
            for media_type in crate::simulations::trajectory::MEDIA_TYPES {
                let address = format!("/simulate/42/trajectory?count={count}");
                assert_eq!(get(&address, &[("Accept", media_type)]), units, "{count} {media_type}");
            }
        }
    }

    #[test]
    fn a_part_of_a_trajectory_costs_no_more_than_itself() {
        let address = "/simulate/42/trajectory?count=10000000";
        let binary = ("Accept", "application/octet-stream");
        assert_eq!(get(address, &[binary, ("Range", "bytes=0-7999")]), 1);
        assert_eq!(get(address, &[binary, ("If-None-Match", "*")]), 0);
    }

    #[test]
    fn the_steps_are_those_from_each_seed_to_the_last_state_answered() {
        let post = |address, body: &str| {
            metered(Method::POST, address, &[("Content-Type", "application/json")], body.to_owned().into()).steps()
        };
        assert_eq!(post("/simulate", r#"{"seed":42,"steps":1000}"#), 1000);
        assert_eq!(post("/simulate", r#"{"seed":42,"steps":0}"#), 0);
        assert_eq!(post("/simulate/batch", r#"{"simulations":[{"seed":1,"steps":5},{"seed":2}]}"#), 15);
        assert_eq!(steps("/simulate/42?steps=7", &[]), 7);
        assert_eq!(steps("/simulate/42?steps=7", &[("If-None-Match", "*")]), 0);
        for media_type in crate::simulations::trajectory::MEDIA_TYPES {
            let accept = ("Accept", media_type);
            assert_eq!(steps("/simulate/42/trajectory?start=3&stride=10&count=5", &[accept]), 43, "{media_type}");
        }
        let part = [("Accept", "application/octet-stream"), ("Range", "bytes=4-8")];
        assert_eq!(steps("/simulate/42/trajectory?start=3&stride=10&count=5", &part), 23);
    }
}
