//! Traces: what a collector receives, and that requests do not depend on it.

use std::{
    collections::BTreeSet,
    io::Read,
    net::{Ipv4Addr, TcpListener},
    thread,
};

use opentelemetry_proto::tonic::trace::v1::{Span, Status, span::SpanKind, status::StatusCode};
use serde_json::{Value, json};
use sim_server::{Setting, trace_settings};

use crate::support::{
    Client, Collector, Export, JSON, KEY, Process, attributes, head_of_post, repository_file, request, run,
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
/// Spans are not gathered for longer.
const AT_ONCE: (&str, &str) = ("OTEL_BSP_SCHEDULE_DELAY", "1");
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CALLER: &str = "00f067aa0ba902b7";

fn with_message<'a>(events: &'a [Value], message: &str) -> Vec<&'a Value> {
    events.iter().filter(|event| event["message"] == message).collect()
}

/// Calls a service that sends its spans to a collector; the spans, in order, and the events of the log.
fn traced(environment: &[(&str, &str)], call: impl FnOnce(&mut Client)) -> (Vec<Span>, Vec<Value>) {
    let collector = Collector::start();
    let environment = [&[(ENDPOINT, collector.url.as_str())], environment].concat();
    let process = Process::start(&["--port", "0"], &environment);
    call(&mut process.connect());
    let events = process.stop();
    (collector.spans(), events)
}

/// Sends one request to `/health` with this `traceparent` to a traced service; the spans.
fn traced_with(environment: &[(&str, &str)], traceparent: &str) -> Vec<Span> {
    let call = |client: &mut Client| {
        client.send(request("GET", "/health", &[("traceparent", traceparent)], None));
        assert_eq!(client.answer().status, 200);
    };
    traced(environment, call).0
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xF]);
    digits.map(|digit| char::from_digit(digit.into(), 16).expect("a hexadecimal digit")).collect()
}

fn outcome(span: &Span) -> StatusCode {
    span.status.as_ref().map_or(StatusCode::Unset, Status::code)
}

fn traceparent(flags: &str) -> String {
    format!("00-{TRACE}-{CALLER}-{flags}")
}

#[test]
fn each_request_is_a_span_by_the_conventions() {
    let calls = [
        ("POST", "/simulate", Some(&br#"{"seed":42}"#[..])),
        ("POST", "/simulate", Some(b"{}")),
        ("GET", "/simulate/42?steps=7", None),
        ("GET", "/simulate/42/trajectory?count=100000", None),
        ("GET", "/docs", None),
        ("GET", "/nope", None),
        ("BREW", "/nope", None),
    ];
    let mut ids = Vec::new();
    let (spans, _) = traced(&[], |client| {
        for (method, target, body) in calls {
            client.send(request(method, target, &[JSON], body));
            let answer = client.answer();
            ids.push(answer.header("x-request-id").expect("every answer has an id").to_owned());
        }
    });
    let expected = [
        json!(["POST /simulate", "/simulate", "simulate", "/simulate", 200]),
        json!(["POST /simulate", "/simulate", "simulate", "/simulate", 422]),
        json!(["GET /simulate/{seed}", "/simulate/{seed}", "get_simulation", "/simulate/42", 200]),
        json!([
            "GET /simulate/{seed}/trajectory",
            "/simulate/{seed}/trajectory",
            "get_trajectory",
            "/simulate/42/trajectory",
            200
        ]),
        json!(["GET /docs", "/docs", null, "/docs", 200]),
        json!(["GET", null, null, "/nope", 404]),
        json!(["HTTP", null, null, "/nope", 404]),
    ];
    assert_eq!(spans.len(), expected.len(), "{spans:?}");
    for ((span, id), (expected, (method, ..))) in spans.iter().zip(ids).zip(expected.iter().zip(calls)) {
        let mut attributes = attributes(&span.attributes);
        let mut take = |name: &str| attributes.as_object_mut().expect("an object").remove(name);
        let status = take("http.response.status_code");
        assert_eq!(
            json!([span.name, take("http.route"), take("sim.operation_id"), take("url.path"), status]),
            *expected
        );
        assert_eq!(take("sim.request_id"), Some(id.into()));
        let mut rest = json!({"http.request.method": method, "url.scheme": "http", "network.protocol.version": "1.1"});
        if method == "BREW" {
            rest["http.request.method"] = "_OTHER".into();
            rest["http.request.method_original"] = "BREW".into();
        }
        assert_eq!(attributes, rest);
        assert_eq!((span.kind(), span.parent_span_id.len()), (SpanKind::Server, 0));
        assert_eq!(outcome(span), StatusCode::Unset);
        assert!(span.start_time_unix_nano <= span.end_time_unix_nano && span.start_time_unix_nano > 0);
    }
    let traces: BTreeSet<_> = spans.iter().map(|span| &span.trace_id).collect();
    assert_eq!(traces.len(), spans.len(), "requests without a caller's trace have one each");
}

#[test]
fn every_variable_and_every_attribute_is_documented() {
    let document = repository_file("docs/traces.md");
    let variables: Vec<_> = document.lines().filter(|line| line.starts_with("| `OTEL_")).collect();
    let expected: Vec<_> = trace_settings()
        .iter()
        .map(|Setting { variable, default, meaning, .. }| format!("| `{variable}` | `{default}` | {meaning} |"))
        .collect();
    assert_eq!(variables, expected);
    let rows = document.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let documented: BTreeSet<_> = rows.map(|(name, _)| name).filter(|name| !name.starts_with("OTEL_")).collect();
    let (spans, _) = traced(&[], |client| {
        for method in ["GET", "BREW"] {
            client.send(request(method, "/simulate/42", &[], None));
            client.answer();
        }
    });
    let sent: BTreeSet<_> =
        spans.iter().flat_map(|span| &span.attributes).map(|attribute| attribute.key.as_str()).collect();
    let rarer = BTreeSet::from(["error.type", "sim.application", "sim.cut_off"]);
    assert_eq!(documented, &sent | &rarer);
}

#[test]
fn the_log_names_the_trace() {
    let (spans, events) = traced(&[], |client| {
        assert_eq!(client.get("/simulate/42").status, 200);
        assert_eq!(client.get("/nope").status, 404);
    });
    let logged: Vec<_> = with_message(&events, "request").iter().map(|event| event["trace_id"].clone()).collect();
    let sent: Vec<_> = spans.iter().map(|span| Value::from(hexadecimal(&span.trace_id))).collect();
    assert_eq!(logged, sent);
}

#[test]
fn without_a_collector_there_is_no_trace() {
    for environment in [
        [].as_slice(),
        &[(ENDPOINT, "http://192.0.2.1:4318"), ("OTEL_SDK_DISABLED", "true")],
        &[(ENDPOINT, "http://192.0.2.1:4318"), ("OTEL_TRACES_EXPORTER", "none")],
    ] {
        let process = Process::start(&["--port", "0"], environment);
        let mut client = process.connect();
        client.send(request("GET", "/health", &[("traceparent", &traceparent("01"))], None));
        assert_eq!(client.answer().status, 200);
        drop(client);
        let events = process.stop();
        let logged = with_message(&events, "request");
        assert_eq!((logged.len(), logged[0].get("trace_id")), (1, None), "{environment:?}");
    }
}

#[test]
fn a_fault_of_the_service_is_an_error() {
    let (spans, _) = traced(&[("SIM_MAX_IN_FLIGHT", "1")], |client| {
        client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
        assert_eq!(client.answer().status, 100);
        assert_eq!(client.peer().get("/simulate/42").status, 503);
        client.send(br#"{"seed":42}"#);
        assert_eq!(client.answer().status, 200);
    });
    let outcomes: Vec<_> = spans
        .iter()
        .map(|span| {
            let attributes = attributes(&span.attributes);
            json!([span.name, attributes["http.response.status_code"], attributes["error.type"], outcome(span) as i32])
        })
        .collect();
    let (unset, error) = (StatusCode::Unset as i32, StatusCode::Error as i32);
    assert_eq!(
        outcomes,
        [json!(["GET /simulate/{seed}", 503, "503", error]), json!(["POST /simulate", 200, null, unset])]
    );
}

#[test]
fn an_answer_that_breaks_off_is_a_span_that_says_so() {
    let collector = Collector::start();
    let process = Process::start(&["--port", "0"], &[(ENDPOINT, &collector.url)]);
    let mut client = process.connect();
    client.send(request("GET", "/simulate/42/trajectory?count=10000000", &[], None));
    assert_eq!(client.head_of_answer().status, 200);
    client.reset();
    assert_eq!(process.event("request")["cut_off"], true);
    process.stop();
    let spans = collector.spans();
    assert_eq!(attributes(&spans[0].attributes)["sim.cut_off"], true);
}

#[test]
fn the_application_is_named_and_nothing_private_is_sent() {
    let collector = Collector::start();
    let keys = format!("web:{KEY}");
    let process = Process::start(&["--port", "0"], &[(ENDPOINT, &collector.url), ("SIM_API_KEYS", &keys)]);
    let mut client = process.connect();
    let private = ["7654321", "1234567", "private-agent", "203.0.113.7", "private-host", "private-cookie"];
    let headers = [
        JSON,
        ("X-API-Key", KEY),
        ("User-Agent", private[2]),
        ("X-Forwarded-For", private[3]),
        ("X-Forwarded-Host", private[4]),
        ("Cookie", private[5]),
    ];
    client.send(request("POST", "/simulate?private=7654321", &headers, Some(br#"{"seed":1234567}"#)));
    assert_eq!(client.answer().status, 200);
    drop(client);
    process.stop();
    let exports = collector.exports();
    let spans: Vec<_> = exports.iter().flat_map(Export::spans).collect();
    assert_eq!(attributes(&spans[0].attributes)["sim.application"], "web");
    let sent: String =
        exports.iter().map(|export| export.head.clone() + &String::from_utf8_lossy(&export.body)).collect();
    for private in private.into_iter().chain([KEY, "private"]) {
        assert!(!sent.contains(private), "{private}: {sent}");
    }
}

#[test]
fn spans_tell_which_service_and_which_process_they_are_of() {
    let resource = |environment: &[(&str, &str)]| {
        let collector = Collector::start();
        let environment = [&[(ENDPOINT, collector.url.as_str()), AT_ONCE], environment].concat();
        let process = Process::start(&["--port", "0"], &environment);
        assert_eq!(process.connect().get("/simulate/42").status, 200);
        collector.export().resource()
    };
    let (first, second) = (resource(&[]), resource(&[]));
    assert_eq!((&first["service.name"], &first["service.version"]), (&json!("sim"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(first["telemetry.sdk.language"], "rust");
    assert!(first["service.instance.id"].is_string());
    assert_ne!(first["service.instance.id"], second["service.instance.id"]);
    let named = resource(&[
        ("OTEL_RESOURCE_ATTRIBUTES", "service.name=lost,deployment.environment.name=a%2Cb,service.instance.id=7"),
        ("OTEL_SERVICE_NAME", "sim-eu"),
    ]);
    assert_eq!((&named["service.name"], &named["service.instance.id"]), (&json!("sim-eu"), &json!("7")));
    assert_eq!(named["deployment.environment.name"], "a,b");
    assert_eq!(resource(&[("OTEL_RESOURCE_ATTRIBUTES", "service.name=sim-us")])["service.name"], "sim-us");
}

#[test]
fn the_trace_of_the_caller_is_continued() {
    let (spans, events) = traced(&[], |client| {
        let headers = [("traceparent", traceparent("01")), ("tracestate", "a=1,b=2".to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        client.send(request("GET", "/health", &headers, None));
        assert_eq!(client.answer().status, 200);
    });
    assert_eq!(hexadecimal(&spans[0].trace_id), TRACE);
    assert_eq!(hexadecimal(&spans[0].parent_span_id), CALLER);
    assert_ne!(hexadecimal(&spans[0].span_id), CALLER);
    assert_eq!(spans[0].trace_state, "a=1,b=2");
    assert_eq!(with_message(&events, "request")[0]["trace_id"], TRACE);
}

#[test]
fn a_trace_that_the_caller_does_not_sample_has_no_span() {
    let (spans, events) = traced(&[], |client| {
        client.send(request("GET", "/health", &[("traceparent", &traceparent("00"))], None));
        assert_eq!(client.answer().status, 200);
    });
    assert_eq!(spans, []);
    assert_eq!(with_message(&events, "request")[0].get("trace_id"), None);
}

#[test]
fn a_malformed_caller_is_ignored() {
    let spans = traced_with(&[], &format!("00-{TRACE}-{CALLER}-0g"));
    assert_eq!(spans.len(), 1);
    assert!(spans[0].parent_span_id.is_empty() && hexadecimal(&spans[0].trace_id) != TRACE);
}

#[test]
fn the_sampler_decides_which_requests_have_a_span() {
    let sampled = traceparent("01");
    let unsampled = traceparent("00");
    for (sampler, arg, traceparent, count) in [
        ("always_off", "", &sampled, 0),
        ("always_on", "", &unsampled, 1),
        ("traceidratio", "0", &sampled, 0),
        ("traceidratio", "1", &unsampled, 1),
        ("parentbased_always_off", "", &sampled, 1),
        ("parentbased_always_off", "", &String::new(), 0),
        ("parentbased_traceidratio", "0.0", &String::new(), 0),
        ("parentbased_traceidratio", "0.0", &sampled, 1),
    ] {
        let environment = [("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", arg)];
        assert_eq!(traced_with(&environment, traceparent).len(), count, "{sampler} {arg} {traceparent:?}");
    }
}

#[test]
fn the_collector_is_asked_as_it_wants_and_its_headers_are_not_logged() {
    let collector = Collector::start();
    let endpoint = format!("{}/spans", collector.url);
    let environment = [
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20secret, x-tenant=7"),
        ("RUST_LOG", "trace"),
    ];
    let process = Process::start(&["--port", "0"], &environment);
    assert_eq!(process.connect().get("/simulate/42").status, 200);
    let events = process.stop();
    let head = collector.export().head.to_ascii_lowercase();
    assert!(head.starts_with("post /spans http/1.1\r\n"), "{head}");
    let host = format!("host: {}", collector.url.trim_start_matches("http://"));
    for line in ["content-type: application/x-protobuf", "authorization: bearer secret", "x-tenant: 7", &host] {
        assert_eq!(head.lines().filter(|header| *header == line).count(), 1, "{line}: {head}");
    }
    assert!(!json!(events).to_string().contains("secret"), "{events:?}");
}

#[test]
fn full_batches_are_sent_without_waiting() {
    let collector = Collector::start();
    let environment = [
        (ENDPOINT, collector.url.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "3"),
    ];
    let process = Process::start(&["--port", "0"], &environment);
    let mut client = process.connect();
    for _ in 0..3 {
        assert_eq!(client.get("/simulate/42").status, 200);
    }
    assert_eq!(collector.export().spans().len(), 3);
}

#[test]
fn a_collector_that_is_not_there_costs_one_warning() {
    // Bound and not listening: nobody answers, and nobody else gets the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
    let url = format!("http://{}", socket.local_addr().expect("a socket has an address"));
    let environment = [(ENDPOINT, url.as_str()), AT_ONCE, ("OTEL_BSP_MAX_QUEUE_SIZE", "8")];
    let process = Process::start(&["--port", "0"], &environment);
    let mut client = process.connect();
    assert_eq!(client.get("/simulate/42").status, 200);
    let warning = process.event("traces cannot be sent");
    assert_eq!((&warning["level"], &warning["endpoint"]), (&json!("WARN"), &json!(format!("{url}/v1/traces"))));
    assert!(warning["reason"].as_str().is_some_and(|reason| reason.contains("refused")), "{warning}");
    for _ in 0..1000 {
        assert_eq!(client.get("/simulate/42").status, 200);
    }
    drop(client);
    let events = process.stop();
    let levels: Vec<_> = events.iter().map(|event| event["level"].as_str().expect("a level")).collect();
    assert!(levels.iter().all(|level| *level == "INFO"), "{events:?}");
}

#[test]
fn a_collector_that_works_again_is_told_of_once() {
    let collector = Collector::with_answers([400, 401]);
    let process = Process::start(&["--port", "0"], &[(ENDPOINT, collector.url.as_str()), AT_ONCE]);
    let mut client = process.connect();
    for _ in 0..4 {
        assert_eq!(client.get("/simulate/42").status, 200);
        collector.export();
    }
    drop(client);
    let events = process.stop();
    let told: Vec<_> = events
        .iter()
        .filter(|event| event["message"].as_str().is_some_and(|message| message.starts_with("traces ")))
        .map(|event| json!([event["level"], event["message"], event["reason"]]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["WARN", "traces cannot be sent", "the answer is 400 Bad Request"]),
            json!(["INFO", "traces are sent again", null]),
        ]
    );
}

#[test]
fn a_collector_that_does_not_answer_does_not_hold_up_the_end() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
    let silent = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut request = Vec::new();
        // Until the process is gone, and its side of the connection with it.
        let _ = stream.read_to_end(&mut request);
        request
    });
    let process = Process::start(&["--port", "0"], &[(ENDPOINT, &url), ("OTEL_EXPORTER_OTLP_TIMEOUT", "3600000")]);
    assert_eq!(process.connect().get("/simulate/42").status, 200);
    let events = process.stop();
    let warnings = with_message(&events, "traces cannot be sent");
    assert_eq!(warnings.len(), 1, "{events:?}");
    assert_eq!(warnings[0]["reason"], "the process has ended before the last spans were taken");
    assert!(!silent.join().expect("the connection ends").is_empty());
}

#[test]
fn an_address_that_spans_cannot_be_sent_to_ends_the_process() {
    for address in ["https://collector:4318", "collector:4318", "http://"] {
        let output = run(&["--port", "0"], &[(ENDPOINT, address)]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""));
        let start = format!("failure: {ENDPOINT} is {address:?}, expected an address such as http://localhost:4318, ");
        assert!(output.stderr.starts_with(&start) && output.stderr.lines().count() == 1, "{}", output.stderr);
    }
}

#[test]
fn a_variable_that_the_sdk_cannot_read_is_warned_of() {
    let collector = Collector::start();
    for (variable, value) in [("OTEL_TRACES_SAMPLER", "sometimes"), ("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")] {
        let process = Process::start(&["--port", "0"], &[(ENDPOINT, &collector.url), (variable, value)]);
        let warning = process.line().expect("a line");
        assert!(warning.contains("WARN") && warning.contains(variable) && warning.contains(value), "{warning}");
        assert_eq!(process.connect().get("/simulate/42").status, 200);
    }
}

#[test]
fn a_variable_that_is_empty_is_as_one_that_is_not_set() {
    let environment = [
        ("OTEL_SDK_DISABLED", ""),
        ("OTEL_TRACES_EXPORTER", ""),
        ("OTEL_TRACES_SAMPLER_ARG", ""),
        ("OTEL_SERVICE_NAME", ""),
        ("OTEL_RESOURCE_ATTRIBUTES", ""),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", ""),
        ("OTEL_EXPORTER_OTLP_HEADERS", ""),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", ""),
        ("OTEL_BSP_MAX_QUEUE_SIZE", ""),
    ];
    assert_eq!(traced_with(&environment, &traceparent("01")).len(), 1);
}

#[test]
fn a_health_check_has_a_span_only_where_its_caller_traces_it() {
    let (spans, _) = traced(&[], |client| {
        for (method, target) in [("GET", "/health"), ("HEAD", "/health"), ("OPTIONS", "/"), ("OPTIONS", "*")] {
            client.send(request(method, target, &[], None));
            let _ = if method == "HEAD" { client.head_of_answer() } else { client.answer() };
        }
        client.send(request("GET", "/health", &[("traceparent", &traceparent("01"))], None));
        assert_eq!(client.answer().status, 200);
    });
    assert_eq!(spans.iter().map(|span| span.name.as_str()).collect::<Vec<_>>(), ["GET /health"]);
}
