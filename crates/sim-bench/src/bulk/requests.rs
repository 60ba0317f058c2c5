//! What is asked for.

use sim_core::Lcg31;

use super::transfer::Request;
use super::turns::{Group, Turn};

/// The most simulations of a batch.
const ITEMS: u32 = 10_000;
/// The most values of a trajectory.
const VALUES: u32 = 10_000_000;
/// How long a trajectory is as binary numbers.
const BYTES: u64 = 4 * VALUES as u64;

/// A batch, as three servers run it.
pub(super) fn batches() -> Group {
    let turn = |name, server| Turn { name, server, request: batch(), calls: 8 };
    Group {
        title: "POST /simulate/batch, 10000 simulations",
        unit: "item",
        units: ITEMS,
        turns: vec![turn("poem-openapi", "poem"), turn("hyper, serde", "hyper"), turn("sim-server", "sim-server")],
    }
}

/// A long trajectory in each media type, beside as many bytes as its binary form has that are always the same.
pub(super) fn transfers() -> Group {
    let constant = |name, frame: u64, turn: u64| Turn {
        name,
        server: "hyper",
        request: Request::get(&format!("/constant?frame={frame}&turn={turn}&length={BYTES}"), "*/*", BYTES),
        calls: 1,
    };
    let stream = |stream: Stream| Turn { name: stream.name, server: "sim-server", request: stream.request, calls: 1 };
    let mut turns = vec![
        // As the product sends: 16 KiB at a time, and other connections have their turn after twice as much.
        constant("constant buffer, in turns", 16 << 10, 32 << 10),
        constant("constant buffer, without a pause", 32 << 10, BYTES),
    ];
    turns.extend(streams().map(stream));
    Group { title: "GET /simulate/42/trajectory?count=10000000", unit: "value", units: VALUES, turns }
}

/// A trajectory in one media type.
pub(crate) struct Stream {
    pub(crate) name: &'static str,
    pub(crate) request: Request,
}

/// A long trajectory in each media type. Texts have at least a digit and a separator a value.
pub(crate) fn streams() -> [Stream; 4] {
    let least = u64::from(VALUES) * 2;
    [
        ("application/octet-stream", BYTES),
        ("application/json", least),
        ("text/csv", least),
        ("application/x-ndjson", least),
    ]
    .map(|(name, bytes)| Stream {
        name,
        request: Request::get(&format!("/simulate/42/trajectory?count={VALUES}"), name, bytes),
    })
}

/// Seeds and steps of all lengths.
fn batch() -> Request {
    let simulation = |(seed, steps): (u32, u32)| {
        let sign = if steps & (1 << 30) == 0 { "" } else { "-" };
        format!(r#"{{"seed":{sign}{seed},"steps":{}}}"#, 1 + (steps >> 7) % 100_000)
    };
    let simulations: Vec<_> = Lcg31::new(1).zip(Lcg31::new(2)).take(ITEMS as usize).map(simulation).collect();
    let body = format!(r#"{{"simulations":[{}]}}"#, simulations.join(","));
    // The answer repeats the request and adds to it.
    Request::post("/simulate/batch", &body, body.len() as u64)
}
