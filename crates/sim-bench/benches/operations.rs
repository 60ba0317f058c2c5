//! Micro benchmarks of `sim-api`, called in process through what is public: `just bench-micro`, or a part of them,
//! `just bench-micro batch`.
//!
//! The allocations of a call are counted too. Unlike times they do not depend on the machine, and counting them costs each
//! a few nanoseconds.

use std::fmt;

use divan::{AllocProfiler, Bencher, counter::ItemsCount};
use futures_util::FutureExt as _;
use poem::{Body, Endpoint as _, Request, Response, http::Method};
use sim_api::{ApiKeys, Readiness, Routes, operations};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A body of `POST /simulate` in its parts: what reads it, what writes the answer, and both with all around them.
mod simulate {
    use super::{Bencher, Sent, answer, posted, routes};
    use divan::black_box;
    use futures_util::FutureExt as _;
    use poem::{IntoResponse as _, Request, RequestBody, Response};
    use poem_openapi::{ApiExtractor as _, ExtractParamOptions};
    use sim_api::{Json, SimulateRequest, SimulateResponse};

    /// From the bytes of the body to the typed request, or to the refusal that lists what is wrong.
    #[divan::bench(args = Sent::ALL)]
    fn read(bencher: Bencher, sent: Sent) {
        let parts = || posted("/simulate", sent.body()).split();
        bencher.with_inputs(parts).bench_local_values(|(request, mut body)| extract(&request, &mut body));
    }

    fn extract(request: &Request, body: &mut RequestBody) -> poem::Result<Json<SimulateRequest>> {
        let options = ExtractParamOptions {
            name: "",
            ignore_case: false,
            default_value: None,
            example_value: None,
            explode: false,
            style: None,
        };
        Json::from_request(request, body, options).now_or_never().expect("the body is there")
    }

    /// From the typed answer to a response.
    #[divan::bench]
    fn write() -> Response {
        black_box(Json(SimulateResponse { seed: 42, steps: 1_000, result: 1_363_713_826 })).into_response()
    }

    /// From a request to the bytes of its answer, routes and keys included.
    #[divan::bench(args = Sent::ALL)]
    fn whole(bencher: Bencher, sent: Sent) {
        let routes = routes();
        let status = answer(&routes, posted("/simulate", sent.body())).0;
        assert_eq!(status, sent.status(), "{sent}");
        bencher.with_inputs(|| posted("/simulate", sent.body())).bench_local_values(|request| answer(&routes, request));
    }
}

/// `POST /simulate/batch`, per simulation.
#[divan::bench(args = [100, 10_000])]
fn batch(bencher: Bencher, simulations: usize) {
    let routes = routes();
    let one = |seed| format!(r#"{{"seed":{},"steps":{}}}"#, seed * 1_000_003, seed % 100_000 + 1);
    let body = format!(r#"{{"simulations":[{}]}}"#, (0..simulations).map(one).collect::<Vec<_>>().join(","));
    let request = || posted("/simulate/batch", body.clone());
    assert_eq!(answer(&routes, request()).0, 200);
    bencher
        .counter(ItemsCount::new(simulations))
        .with_inputs(request)
        .bench_local_values(|request| answer(&routes, request));
}

/// `GET /simulate/{seed}/trajectory`, per value.
#[divan::bench(args = ["application/json", "application/x-ndjson", "text/csv", "application/octet-stream"])]
fn trajectory(bencher: Bencher, media_type: &str) {
    const VALUES: usize = 10_000;
    let routes = routes();
    let address = format!("/simulate/42/trajectory?count={VALUES}");
    let request = || Request::builder().uri_str(&address).header("Accept", media_type).finish();
    assert_eq!(answer(&routes, request()).0, 200);
    bencher
        .counter(ItemsCount::new(VALUES))
        .with_inputs(request)
        .bench_local_values(|request| answer(&routes, request));
}

/// Refusals that are no matter of a body's schema.
#[divan::bench(args = ["/simulate/42x/trajectory", "/simulate/42/trajectory?count=0&stride=x", "/simulate/42?steps=0"])]
fn refused_address(bencher: Bencher, address: &str) {
    let routes = routes();
    let request = || Request::builder().uri_str(address).finish();
    assert_eq!(answer(&routes, request()).0, 422);
    bencher.with_inputs(request).bench_local_values(|request| answer(&routes, request));
}

/// What a client sends to `POST /simulate`. Two fields have no more than two violations.
#[derive(Clone, Copy, Debug)]
enum Sent {
    Valid,
    Fractions,
    TwoViolations,
    NoJson,
}

impl Sent {
    const ALL: [Self; 4] = [Self::Valid, Self::Fractions, Self::TwoViolations, Self::NoJson];

    const fn body(self) -> &'static str {
        match self {
            Self::Valid => r#"{"seed":42,"steps":1000}"#,
            Self::Fractions => r#"{"seed":42.0,"steps":1e3}"#,
            Self::TwoViolations => r#"{"seed":"42","steps":0}"#,
            Self::NoJson => r#"{"seed":42,"steps":}"#,
        }
    }

    const fn status(self) -> u16 {
        match self {
            Self::Valid | Self::Fractions => 200,
            Self::TwoViolations | Self::NoJson => 422,
        }
    }
}

impl fmt::Display for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Valid => "valid",
            Self::Fractions => "with fractions",
            Self::TwoViolations => "two violations",
            Self::NoJson => "no JSON",
        })
    }
}

fn routes() -> Routes {
    operations(Readiness::default(), &ApiKeys::default())
}

fn posted(path: &'static str, body: impl Into<Body>) -> Request {
    Request::builder().method(Method::POST).uri_str(path).content_type("application/json").body(body)
}

/// The status and the body of an answer.
fn answer(routes: &Routes, request: Request) -> (u16, Vec<u8>) {
    let response: Response = routes.get_response(request).now_or_never().expect("an answer begins at once");
    let status = response.status().as_u16();
    // A long body lets others have their turn, and is pending then.
    let mut body = Box::pin(response.into_body().into_vec());
    loop {
        if let Some(bytes) = (&mut body).now_or_never() {
            return (status, bytes.expect("a body does not break off"));
        }
    }
}
