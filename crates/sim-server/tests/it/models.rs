//! Runs of models beside everything else: they end with their client and their time, and leave other requests alone.

use std::{num::NonZeroUsize, time::Duration};

use serde_json::json;
use sim_server::Config;

use crate::support::{Client, JSON, SECOND, Server, request};

/// How often a test reads the metrics for what should come soon. Only a failing test reads so often.
const READS: usize = 100_000;

/// A server that admits runs of any cost and leaves them an hour.
fn patient(change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        config.max_model_cost = u64::MAX;
        config.request_timeout = Duration::from_hours(1);
        change(config);
    })
}

/// A request for a run that takes a core for a minute and more.
fn long_run() -> Vec<u8> {
    let names: Vec<_> = (0..100).map(|number| format!("x{number}")).collect();
    let gamma = json!({"kind": "gamma", "shape": 2.5, "scale": 1});
    let inputs: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), gamma.clone())).collect();
    let model = json!({"inputs": inputs, "formulas": {"sum": names.join(" + ")}, "outputs": {"sum": {}}});
    let body = json!({"model": model, "seed": 7, "samples": 10_000_000}).to_string();
    request("POST", "/models/run", &[JSON], Some(body.as_bytes()))
}

/// A client whose run is under way or waits.
fn begin_run(server: &Server) -> Client {
    let mut client = server.connect();
    client.send(long_run());
    client
}

/// Reads the metrics until so many runs are in flight.
#[track_caller]
fn await_runs(server: &Server, count: usize) {
    let mut client = Client::connect(server.metrics_address);
    let line = format!("\nsim_model_runs_in_flight {count}\n");
    assert!((0..READS).any(|_| client.get("/metrics").text().contains(&line)), "not {count} runs in flight");
}

#[test]
fn a_run_ends_soon_after_its_client_breaks_the_connection_off() {
    let server = patient(|_| {});
    let client = begin_run(&server);
    await_runs(&server, 1);
    client.reset();
    await_runs(&server, 0);
}

#[test]
fn a_run_ends_soon_after_its_client_has_closed_the_connection() {
    let server = patient(|_| {});
    let client = begin_run(&server);
    await_runs(&server, 1);
    drop(client);
    await_runs(&server, 0);
}

#[test]
fn a_run_ends_when_its_time_is_up() {
    let server = patient(|config| config.request_timeout = SECOND);
    let mut client = begin_run(&server);
    assert_eq!(client.answer().status, 408);
    await_runs(&server, 0);
}

#[test]
fn a_simulation_is_answered_while_every_thread_for_models_is_busy() {
    let server = patient(|config| config.compute_threads = NonZeroUsize::new(2));
    let clients: Vec<_> = (0..4).map(|_| begin_run(&server)).collect();
    await_runs(&server, 4);
    for _ in 0..20 {
        assert_eq!(server.simulate(r#"{"seed":42}"#).status, 200);
    }
    await_runs(&server, 4);
    drop(clients);
    await_runs(&server, 0);
}

#[test]
fn a_run_that_costs_more_than_is_set_is_refused() {
    let server = Server::with(|config| config.max_model_cost = 1_000_000);
    let mut client = begin_run(&server);
    let error = client.answer().error(422);
    assert!(error["msg"].as_str().is_some_and(|message| message.contains("1000000")), "{error}");
    await_runs(&server, 0);
}

#[test]
fn samples_cost_and_time_of_runs_are_counted() {
    let server = Server::start();
    let model = json!({"inputs": {"x": {"kind": "normal", "mean": 0, "sd": 1}}, "formulas": {}, "outputs": {"x": {}}});
    let check = json!({"model": model, "samples": 1000}).to_string();
    let answer = server.call("POST", "/models/check", &[JSON], Some(check.as_bytes()));
    let cost = answer.json()["cost"].as_u64().expect("a cost is a number");
    let run = json!({"model": model, "seed": 7, "samples": 1000}).to_string();
    for _ in 0..2 {
        assert_eq!(server.call("POST", "/models/run", &[JSON], Some(run.as_bytes())).status, 200);
    }
    let metrics = Client::connect(server.metrics_address).get("/metrics");
    let value = |name: &str| {
        let line = metrics.text().lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name}")).to_owned()
    };
    assert_eq!(value("sim_model_samples_total"), "2000");
    assert_eq!(value("sim_model_cost_units_total"), (2 * cost).to_string());
    // The first run has been counted by the time of the second.
    assert!(value("sim_compute_busy_seconds_total").parse::<f64>().is_ok_and(|seconds| seconds > 0.0));
}

#[test]
fn threads_for_models_give_way_to_those_that_answer() {
    let server = Server::start();
    let run =
        br#"{"model":{"inputs":{"x":{"kind":"uniform","min":0,"max":1}},"formulas":{},"outputs":{"x":{}}},"seed":7}"#;
    assert_eq!(server.call("POST", "/models/run", &[JSON], Some(run)).status, 200);
    let process = procfs::process::Process::myself().expect("the system tells of its processes");
    let tasks = process.tasks().expect("a process has threads").flatten().filter_map(|task| task.stat().ok());
    let compute: Vec<_> = tasks.filter(|stat| stat.comm == "sim-compute").map(|stat| stat.nice).collect();
    assert!(compute.iter().any(|nice| *nice >= 10), "{compute:?}");
}
