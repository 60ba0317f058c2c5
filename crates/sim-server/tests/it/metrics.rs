//! What Prometheus reads: every metric is documented and well formed, moves when it should, and grows without bound by
//! nothing that a stranger sends.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Client, JSON, KEY, Process, Server, repository_file, request, web_key};

/// The metrics of a server by series: the name and the labels as they are written.
struct Metrics {
    text: String,
    series: BTreeMap<String, f64>,
}

impl Metrics {
    #[track_caller]
    fn read(server: &Server) -> Self {
        let answer = Client::connect(server.metrics_address).get("/metrics");
        assert_eq!(answer.status, 200);
        let text = answer.text().to_owned();
        let mut series = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line:?} has no value"));
            let value = value.parse().unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!(series.insert(name.to_owned(), value), None, "{name} is there once");
        }
        Self { text, series }
    }

    /// The sum of the series of a metric that have these labels.
    fn sum(&self, metric: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
        let is_wanted = |series: &str| {
            let (name, rest) = series.split_once('{').unwrap_or((series, ""));
            let written: Vec<_> = rest.trim_end_matches('}').split(',').collect();
            name == metric && labels.iter().all(|label| written.contains(&label.as_str()))
        };
        self.series.iter().filter(|(series, _)| is_wanted(series)).map(|(_, value)| value).sum()
    }

    /// The sum of the series of a metric that counts.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are small")]
    fn count(&self, metric: &str, labels: &[(&str, &str)]) -> usize {
        self.sum(metric, labels) as usize
    }

    /// How many requests with these labels have been answered.
    fn requests(&self, labels: &[(&str, &str)]) -> usize {
        self.count("http_server_request_duration_seconds_count", labels)
    }

    fn rejected(&self, reason: &str) -> usize {
        self.count("sim_requests_rejected_total", &[("reason", reason)])
    }

    /// The type of each metric.
    fn types(&self) -> BTreeMap<&str, &str> {
        self.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect()
    }

    /// The values that a label has.
    fn values(&self, label: &str) -> BTreeSet<&str> {
        let start = format!("{label}=\"");
        self.series.keys().filter_map(|series| series.split(&start).nth(1)?.split('"').next()).collect()
    }
}

#[test]
fn a_request_is_counted_by_operation_status_and_application() {
    let server = Server::with(|config| config.api_keys = web_key());
    let mut client = server.connect();
    let body = br#"{"seed":42,"steps":1000}"#;
    client.send(request("POST", "/simulate", &[JSON, ("X-API-Key", KEY)], Some(body)));
    let answer = client.answer();
    assert_eq!(answer.status, 200);
    client.send(request("POST", "/simulate", &[JSON], Some(body)));
    assert_eq!(client.answer().status, 401);
    let metrics = Metrics::read(&server);
    let simulate = [("http_request_method", "POST"), ("http_route", "/simulate"), ("operation_id", "simulate")];
    let with = |status, application| {
        let more = [("http_response_status_code", status), ("application", application)];
        [simulate.as_slice(), &more].concat()
    };
    assert_eq!(metrics.requests(&simulate), 2);
    assert_eq!(metrics.requests(&with("200", "web")), 1);
    assert_eq!(metrics.requests(&with("401", "")), 1);
    let bytes = |metric: &str| metrics.count(&format!("{metric}_sum"), &with("200", "web"));
    assert_eq!(bytes("http_server_request_body_size_bytes"), body.len());
    assert_eq!(bytes("http_server_response_body_size_bytes"), answer.body.len());
    assert!(metrics.sum("http_server_request_duration_seconds_sum", &simulate) > 0.0);
    assert_eq!(metrics.rejected("api_key"), 1);
    assert!(!metrics.text.contains(KEY));
}

#[test]
fn every_rejection_has_its_reason() {
    let server = Server::with(|config| {
        config.max_uri_bytes = 256;
        config.max_body_bytes = 1024;
        config.rate_limit = sim_server::Config::from_variables([("SIM_RATE_LIMIT", "1/h")]).expect("a rate").rate_limit;
        config.rate_limit_burst = 5.try_into().expect("not zero");
    });
    let long = format!("/{}", "x".repeat(256));
    let large = "x".repeat(1025);
    for (reason, request) in [
        ("not_found", request("GET", "/nope", &[], None)),
        ("method_not_allowed", request("PUT", "/simulate", &[], None)),
        ("uri_too_long", request("GET", &long, &[], None)),
        ("media_type", request("POST", "/simulate", &[], Some(b"{}"))),
        ("invalid", request("POST", "/simulate", &[JSON], Some(b"{}"))),
        ("body_too_large", request("POST", "/simulate", &[JSON], Some(large.as_bytes()))),
        ("not_acceptable", request("GET", "/simulate/1/trajectory", &[("Accept", "text/html")], None)),
        (
            "range",
            request(
                "GET",
                "/simulate/1/trajectory",
                &[("Accept", "application/octet-stream"), ("Range", "bytes=9999-")],
                None,
            ),
        ),
        ("precondition", request("GET", "/health", &[("If-Match", "\"x\"")], None)),
        ("transfer_coding", request("POST", "/simulate", &[("Transfer-Encoding", "gzip, chunked")], None)),
        ("rate_limit", request("GET", "/simulate/1", &[], None)),
        ("bad_request", b"hello\r\n\r\n".to_vec()),
    ] {
        let mut client = server.connect();
        client.send(request);
        assert!(client.answer().status >= 400);
        assert_eq!(Metrics::read(&server).rejected(reason), 1, "{reason}");
    }
}

#[test]
fn every_reason_is_there_before_its_first_rejection() {
    let metrics = Metrics::read(&Server::start());
    assert_eq!(metrics.values("reason").len(), 16, "{:?}", metrics.values("reason"));
    assert!(metrics.values("reason").iter().all(|reason| metrics.rejected(reason) == 0));
}

#[test]
fn an_unhealthy_service_has_turned_nobody_away() {
    let mut server = Server::start();
    let (mut client, mut metrics) = (server.connect(), Client::connect(server.metrics_address));
    assert_eq!(client.get("/health").status, 200);
    assert_eq!(metrics.get("/metrics").status, 200);
    server.begin_shutdown();
    while server.connect().get("/health").status != 503 {}
    assert!(metrics.get("/metrics").text().contains("sim_requests_rejected_total{reason=\"overload\"} 0\n"));
}

#[test]
fn what_a_stranger_makes_up_is_no_label() {
    let server = Server::start();
    let mut client = server.connect();
    for number in 0..50 {
        for request in [
            request("GET", &format!("/made/up/{number}"), &[], None),
            request(&format!("M{number}"), "/simulate", &[], None),
            request("GET", &format!("/simulate/{number}?steps={number}"), &[], None),
            request("GET", &format!("/docs?{number}"), &[("X-API-Key", "made-up")], None),
        ] {
            client.send(request);
            client.answer();
        }
    }
    let metrics = Metrics::read(&server);
    assert_eq!(metrics.values("http_request_method"), ["GET", "POST", "_OTHER"].into());
    assert_eq!(metrics.values("application"), [""].into());
    let routes = ["", "/docs", "/simulate/{seed}"];
    let seen: BTreeSet<_> = metrics.values("http_route");
    assert!(routes.iter().all(|route| seen.contains(route)), "{seen:?}");
    assert!(seen.iter().all(|route| !route.contains("made")), "{seen:?}");
    assert_eq!(metrics.requests(&[("http_route", "")]), 100);
    assert!(!metrics.text.contains("made-up"));
}

#[test]
fn steps_are_counted_as_they_are_simulated() {
    let server = Server::start();
    assert_eq!(server.simulate(r#"{"seed":42,"steps":1000}"#).status, 200);
    assert_eq!(server.get("/simulate/42?steps=7").status, 200);
    assert_eq!(server.get("/simulate/42/trajectory?start=3&stride=10&count=5").status, 200);
    assert_eq!(server.simulate(r#"{"seed":42,"steps":0}"#).status, 422);
    let metrics = Metrics::read(&server);
    assert_eq!(metrics.count("sim_simulated_steps_total", &[]), 1050);
}

#[test]
fn an_answer_is_counted_whole_once_its_stream_has_ended() {
    let server = Server::start();
    let mut client = server.connect();
    let answer = client.get("/simulate/1/trajectory?count=100000");
    // The end of the stream has been read, so it has been told by the time of the next answer.
    assert_eq!(client.get("/health").status, 200);
    let metrics = Metrics::read(&server);
    let sent = metrics.count("http_server_response_body_size_bytes_sum", &[("operation_id", "get_trajectory")]);
    assert_eq!(sent, answer.body.len());
}

#[test]
fn what_is_going_on_is_there_to_see() {
    let server = Server::with(|config| (config.max_connections, config.max_in_flight) = (77, 33));
    let (first, mut second) = (server.connect(), server.connect());
    second.send(crate::support::head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(second.answer().status, 100);
    let metrics = Metrics::read(&server);
    for (metric, value) in [
        ("sim_connections_open", 2),
        ("sim_connections_accepted_total", 2),
        ("sim_connections_limit", 77),
        ("sim_simulations_in_flight", 1),
        ("sim_simulations_in_flight_limit", 33),
        ("sim_connection_accept_errors_total", 0),
    ] {
        assert_eq!(metrics.count(metric, &[]), value, "{metric}");
    }
    assert_eq!(metrics.count("http_server_active_requests", &[("operation_id", "simulate")]), 1);
    second.send(br#"{"seed":42}"#);
    assert_eq!(second.answer().status, 200);
    let metrics = Metrics::read(&server);
    assert_eq!(metrics.count("http_server_active_requests", &[]), 0);
    assert_eq!(metrics.count("sim_simulations_in_flight", &[]), 0);
    drop(first);
}

#[test]
fn the_process_and_its_build_are_told() {
    let metrics = Metrics::read(&Server::start());
    for metric in ["resident_memory_bytes", "virtual_memory_bytes", "open_fds", "max_fds", "threads"] {
        assert!(metrics.sum(&format!("process_{metric}"), &[]) > 0.0, "{metric}");
    }
    assert!(metrics.sum("process_start_time_seconds", &[]) > 1.7e9);
    assert_eq!(metrics.count("sim_build_info", &[("version", env!("CARGO_PKG_VERSION"))]), 1);
}

#[test]
fn names_types_and_units_are_as_prometheus_wants_them() {
    let server = Server::start();
    assert_eq!(server.get("/health").status, 200);
    let metrics = Metrics::read(&server);
    let types = metrics.types();
    assert!(types.len() > 20);
    for (name, kind) in &types {
        let help = metrics.text.lines().find_map(|line| line.strip_prefix(&format!("# HELP {name} ")));
        assert!(help.is_some_and(|help| help.len() > 10), "{name} has no help");
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
        assert_eq!(name.ends_with("_total"), *kind == "counter", "{name} is a {kind}");
        for unit in ["milliseconds", "microseconds", "_ms", "_us", "kilobytes", "_kb", "_mib"] {
            assert!(!name.contains(unit), "{name} is in base units");
        }
        if *kind == "histogram" {
            assert!(name.ends_with("_seconds") || name.ends_with("_bytes"), "{name} has a unit");
        }
    }
    for series in metrics.series.keys() {
        let name = series.split('{').next().expect("a name");
        let family = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
        assert!(types.contains_key(name) || family.is_some_and(|family| types.contains_key(family)), "{name}");
    }
}

#[test]
fn every_metric_is_documented_with_its_type() {
    let server = Server::start();
    assert_eq!(server.get("/health").status, 200);
    let metrics = Metrics::read(&server);
    let document = repository_file("docs/metrics.md");
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let is_type = |word: &str| ["counter", "gauge", "histogram"].contains(&word);
    let typed = rows.map(|(name, rest)| (name, rest.split(' ').next().unwrap_or("")));
    let listed: BTreeMap<_, _> = typed.filter(|(_, kind)| is_type(kind)).collect();
    assert_eq!(listed, metrics.types());
}

#[test]
fn metrics_are_on_their_own_port_and_nothing_else_is() {
    let server = Server::start();
    assert_eq!(server.get("/metrics").status, 404);
    let mut client = Client::connect(server.metrics_address);
    assert_eq!(client.get("/health").status, 404);
    client.send(request("POST", "/metrics", &[], None));
    let answer = client.answer();
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD")));
    client.send(request("HEAD", "/metrics", &[], None));
    let answer = client.head_of_answer();
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/plain; version=0.0.4")));
}

#[test]
fn the_log_names_the_port_of_the_metrics_where_there_is_one() {
    let process = Process::start(&["--port", "0", "--metrics-port", "0"], &[]);
    let event = process.event("listening");
    let url = event["metrics"].as_str().and_then(|url| url.strip_prefix("http://")).expect("an address");
    let (address, path) = url.split_once('/').expect("a path");
    let answer = Client::connect(address.parse().expect("an address")).get(&format!("/{path}"));
    assert!(answer.text().contains("sim_build_info"));
    let process = Process::start(&["--port", "0"], &[]);
    assert_eq!(process.event("listening")["metrics"], "off");
}

#[test]
fn the_first_failure_of_an_operation_changes_a_series_that_is_there() {
    for (server, application) in [(Server::start(), ""), (Server::with(|config| config.api_keys = web_key()), "web")] {
        let metrics = Metrics::read(&server);
        for (method, operation, caller) in
            [("POST", "simulate", application), ("GET", "get_trajectory", application), ("GET", "get_health", "")]
        {
            for status in ["200", "500", "503"] {
                let labels = [
                    format!("http_request_method=\"{method}\""),
                    format!("http_response_status_code=\"{status}\""),
                    format!("operation_id=\"{operation}\""),
                    format!("application=\"{caller}\""),
                ];
                let is_it = |series: &&String| {
                    series.starts_with("http_server_request_duration_seconds_count")
                        && labels.iter().all(|label| series.contains(label.as_str()))
                };
                let known: Vec<_> = metrics.series.keys().filter(is_it).collect();
                assert_eq!(known.len(), 1, "{labels:?}");
                assert!(metrics.series[known[0]].abs() < f64::EPSILON);
            }
        }
    }
}
