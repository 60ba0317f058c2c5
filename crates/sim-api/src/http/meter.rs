//! What a request costs, for a server that limits its callers, and how much it simulates, for one that keeps count.
//!
//! A request costs one token, and more where it is more work. A token stands for the work of `simulate`, the reading of
//! the request and the sending of the answer included.

use std::sync::{
    Arc,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use poem::{Request, Result};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// Counts the tokens that a request costs beyond its first, and the steps that it simulates.
///
/// A server that wants to know calls an [`Operation`](crate::Operation) with one; clones share one count.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    tokens: AtomicU32,
    steps: AtomicU64,
}

impl Meter {
    /// The tokens counted so far.
    #[must_use]
    pub fn tokens(&self) -> u32 {
        self.0.tokens.load(Ordering::Relaxed)
    }

    /// The steps from each seed to the last state that is answered for it.
    #[must_use]
    pub fn steps(&self) -> u64 {
        self.0.steps.load(Ordering::Relaxed)
    }
}

/// Among the parameters of an operation: what it does is counted.
#[derive(Debug)]
pub(crate) struct Metered(Option<Meter>);

impl Metered {
    /// Counts by a meter, if there is one.
    pub(crate) fn by(meter: Option<&Meter>) -> Self {
        Self(meter.cloned())
    }

    /// Counts a token for each `units_per_token` units of work.
    pub(crate) fn count(&self, units: u64, units_per_token: u64) {
        if let Some(Meter(counts)) = &self.0 {
            let more = u32::try_from(units / units_per_token).unwrap_or(u32::MAX);
            counts.tokens.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// Counts the steps from a seed to the last state that is answered for it.
    pub(crate) fn simulate(&self, steps: u64) {
        if let Some(Meter(counts)) = &self.0 {
            counts.steps.fetch_add(steps, Ordering::Relaxed);
        }
    }
}

impl<'a> ApiExtractor<'a> for Metered {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];

    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(request: &'a Request, _: &mut poem::RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        Ok(Self(request.extensions().get().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use poem::{Body, Endpoint, Request, http::Method};
    use serde_json::json;

    use super::Meter;
    use crate::{http::api_key::ApiKeys, operations::operations, services::Readiness};

    /// What is counted of a request.
    fn metered(method: Method, address: &str, headers: &[(&str, &str)], body: Body) -> Meter {
        let request = Request::builder().method(method).uri_str(address);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let meter = Meter::default();
        let request = request.extension(meter.clone()).body(body);
        let service = operations(Readiness::default(), &ApiKeys::default());
        let response = service.get_response(request).now_or_never().expect("an operation waits for nothing");
        assert!(response.status().is_success() || response.status() == 304 || response.status() == 422);
        meter
    }

    /// The tokens beyond the first that a request costs.
    fn cost(method: Method, address: &str, headers: &[(&str, &str)], body: Body) -> u32 {
        metered(method, address, headers, body).tokens()
    }

    /// The steps that a `GET` simulates.
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
    fn a_simulation_costs_its_token_whatever_its_steps() {
        let body = r#"{"seed":42,"steps":100000}"#;
        assert_eq!(cost(Method::POST, "/simulate", &[("Content-Type", "application/json")], body.into()), 0);
        assert_eq!(get("/simulate/42?steps=100000", &[]), 0);
    }

    #[test]
    fn a_batch_costs_a_token_more_for_each_50_simulations() {
        for (count, tokens) in [(1, 0), (49, 0), (50, 1), (10_000, 200), (10_001, 0)] {
            assert_eq!(batch(count), tokens, "{count}");
        }
    }

    #[test]
    fn a_trajectory_costs_a_token_more_for_each_2000_values_that_it_answers() {
        for (count, tokens) in [(1, 0), (1999, 0), (2000, 1), (10_000_000, 5000)] {
            for media_type in crate::simulations::trajectory::MEDIA_TYPES {
                let address = format!("/simulate/42/trajectory?count={count}");
                assert_eq!(get(&address, &[("Accept", media_type)]), tokens, "{count} {media_type}");
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
