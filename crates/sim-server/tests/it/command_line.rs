//! The command line: what it takes, what it prints, and how it ends.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener},
    thread,
};

use serde_json::{Value, json};
use sim_api::{OpenApiVersion, document};
use sim_server::{REVISION, Setting, settings, trace_settings};
use tokio::net::TcpSocket;

use crate::support::{KEY, Process, request, run, run_with_bytes, run_without_reader};

/// Values that a setting cannot have, and what is expected.
fn bad_values(variable: &str) -> (&'static [&'static str], &'static str) {
    match variable {
        "SIM_HOST" => (&["two words"], "an address or a host name"),
        "SIM_CLIENT_IP_HEADER" => (&["two words"], "none, or the name of a header"),
        "SIM_PORT" => (&["65536", "-1", "http"], "a port, 0 to 65535"),
        "SIM_METRICS_PORT" => (&["65536", "-1", "http"], "off, or a port, 0 to 65535"),
        "SIM_LOG_FORMAT" => (&["JSON", "xml"], "auto, text or json"),
        "SIM_CORS_ORIGINS" => (
            &["*", "https://app.example/"],
            "none, or origins separated by commas, each as a browser sends it: https://app.example",
        ),
        "SIM_PUBLIC_URL" => (
            &["/sim", "ftp://api.example", "https://api.example/?a"],
            "none, or an address without query: https://api.example/sim",
        ),
        "SIM_RATE_LIMIT" => (
            &["100", "0/s"],
            "off, or tokens per second, minute or hour: 100/s, 100/min or 100/h, 1 to 1000000 of them",
        ),
        "SIM_MAX_MODEL_COST" => (&["0", "x"], "a number, 1 to 1000000000000"),
        "SIM_COMPUTE_THREADS" => (&["0", "all"], "auto, or a number, 1 to 256"),
        "SIM_MAX_BODY_BYTES" => (&["1023", "67108865"], "a number, 1024 to 67108864"),
        "SIM_MAX_URI_BYTES" => (&["255", "65537"], "a number, 256 to 65536"),
        "SIM_MAX_HEADER_BYTES" => (&["1023", "65537"], "a number, 1024 to 65536"),
        "SIM_MAX_HEADERS" => (&["15", "1001"], "a number, 16 to 1000"),
        "SIM_SHUTDOWN_GRACE_SECS" => (&["-1", "3601", "1.5"], "seconds, 0 to 3600"),
        seconds if seconds.ends_with("_SECS") => (&["0", "-1", "3601", "ten"], "seconds, 1 to 3600"),
        _ => (&["0", "-1", "99999999", "ten"], "a number, 1 to 1000000"),
    }
}

/// Asserts that the process ended with code 1 and one line, this one.
#[track_caller]
fn expect_failure(arguments: &[&str], environment: &[(&str, &str)], line: &str) {
    let output = run(arguments, environment);
    assert_eq!((output.code, output.stderr.as_str()), (Some(1), format!("failure: {line}\n").as_str()));
    assert_eq!(output.stdout, "");
}

#[test]
fn every_bad_setting_ends_with_one_line_that_names_it() {
    for Setting { variable, flag, .. } in settings() {
        let Some(flag) = flag else { continue };
        let (values, expected) = bad_values(&variable);
        let line = |value: &str| format!("{variable} (--{flag}) is {value:?}, expected {expected}");
        for value in values {
            expect_failure(&[], &[(&variable, value)], &line(value));
            expect_failure(&[&format!("--{flag}={value}")], &[], &line(value));
        }
        expect_failure(&[&format!("--{flag}=")], &[], &line(""));
        let value = values[0];
        expect_failure(&["serve", &format!("--{flag}"), value], &[], &line(value));
        expect_failure(&["healthcheck"], &[(&variable, value)], &line(value));
    }
}

#[test]
fn a_setting_that_is_not_utf_8_ends_with_one_line_that_names_it() {
    let output = run_with_bytes("SIM_HOST", b"caf\xE9");
    assert_eq!(output.code, Some(1));
    assert_eq!(output.stderr, "failure: SIM_HOST is not UTF-8, expected text\n");
}

#[test]
fn an_empty_variable_is_as_one_that_is_not_set() {
    let names: Vec<_> = settings().into_iter().chain(trace_settings()).map(|setting| setting.variable).collect();
    let environment: Vec<_> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(run(&["config"], &environment).stdout, run(&["config"], &[]).stdout);
    let process = Process::start(&["--port", "0"], &[environment, vec![("RUST_LOG", "")]].concat());
    assert_eq!(process.connect().get("/health").status, 200);
    let events = process.stop();
    assert!(events.iter().any(|event| event["message"] == "request"), "an empty RUST_LOG silences nothing");
}

#[test]
fn an_unknown_variable_is_warned_of_with_the_nearest_setting() {
    for (variable, nearest) in
        [("SIM_PROT", "SIM_PORT"), ("SIM_API_KEY", "SIM_API_KEYS"), ("SIM_RATELIMIT", "SIM_RATE_LIMIT")]
    {
        let process = Process::start(&["--port", "0"], &[(variable, "swordfish"), ("OTHER_PORT", "1")]);
        let first = process.line().expect("a line");
        assert!(!first.contains("swordfish"), "the value may be a secret: {first}");
        let warning: Value = serde_json::from_str(&first).expect("JSON");
        let expected = json!(["WARN", "the variable is not a setting", variable, nearest]);
        assert_eq!(json!([warning["level"], warning["message"], warning["variable"], warning["nearest"]]), expected);
        assert_eq!(process.event("listening")["level"], "WARN");
    }
}

#[test]
fn a_bad_secret_ends_with_one_line_that_does_not_hold_it() {
    for (value, fault) in [
        ("swordfish", "has in pair 1 no colon"),
        ("sword fish:x", "has in pair 1 a name that is not 1 to 32 letters, digits and -_."),
        (
            "web:swordfish",
            "has in pair 1 a key that is not at least 32 characters, 8 of them different (`sim-server keygen` makes one)",
        ),
    ] {
        let line = format!("SIM_API_KEYS {fault}, expected none, or NAME:KEY pairs separated by commas");
        for command in [[].as_slice(), &["config"]] {
            expect_failure(command, &[("SIM_API_KEYS", value)], &line);
        }
    }
}

#[test]
fn a_secret_has_no_flag() {
    for setting in settings().iter().filter(|setting| setting.flag.is_none()) {
        let flag = setting.variable.trim_start_matches("SIM_").to_lowercase().replace('_', "-");
        let output = run(&[&format!("--{flag}=x")], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{flag}");
    }
}

#[test]
fn keygen_prints_a_new_key_that_the_service_takes() {
    let keys = [(), ()].map(|()| {
        let output = run(&["keygen"], &[("SIM_PORT", "none")]);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
        let key = output.stdout.strip_suffix('\n').expect("a line").to_owned();
        assert!(key.len() == 48 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        key
    });
    assert_ne!(keys[0], keys[1]);
    let list = format!("web:{},web:{}", keys[0], keys[1]);
    let process = Process::start(&["--port", "0"], &[("SIM_API_KEYS", &list)]);
    let mut client = process.connect();
    for key in &keys {
        client.send(request("GET", "/simulate/42", &[("X-API-Key", key)], None));
        assert_eq!(client.answer().status, 200);
    }
}

#[test]
fn a_flag_beats_the_environment() {
    expect_failure(
        &["--port", "flag"],
        &[("SIM_PORT", "0")],
        "SIM_PORT (--port) is \"flag\", expected a port, 0 to 65535",
    );
    let process = Process::start(&["--port", "0"], &[("SIM_PORT", "none"), ("SIM_HOST", "127.0.0.1")]);
    assert_eq!(process.connect().get("/health").status, 200);
}

#[test]
fn the_environment_beats_the_default() {
    let process = Process::start(&[], &[("SIM_PORT", "0"), ("SIM_HOST", "0.0.0.0")]);
    let address = process.address();
    assert!(address.ip().is_unspecified() && address.port() != 8000, "{address}");
}

#[test]
fn serve_is_the_default_command() {
    let process = Process::start(&["serve", "--port", "0"], &[]);
    assert_eq!(process.connect().get("/health").status, 200);
}

#[test]
fn a_port_in_use_is_an_error_that_names_the_address() {
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let port = taken.local_addr().expect("a listener has an address").port().to_string();
    let output = run(&["--port", &port], &[]);
    assert_eq!(output.code, Some(1));
    let start = format!("failure: cannot listen on SIM_HOST \"127.0.0.1\", SIM_PORT {port}: ");
    assert!(output.stderr.starts_with(&start), "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
}

#[test]
fn a_host_that_is_not_of_this_machine_is_an_error_that_names_it() {
    // Of the addresses set aside for documentation, which no machine has.
    let output = run(&["--host", "192.0.2.1", "--port", "0"], &[]);
    assert_eq!((output.code, output.stderr.lines().count()), (Some(1), 1));
    assert!(output.stderr.starts_with("failure: cannot listen on SIM_HOST \"192.0.2.1\", SIM_PORT 0: "));
}

#[test]
fn openapi_prints_the_contract_whatever_the_settings() {
    for environment in [[].as_slice(), &[("SIM_PORT", "none"), ("RUST_LOG", "=[")]] {
        let output = run(&["openapi"], environment);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
        assert_eq!(output.stdout, document(OpenApiVersion::V3_1));
    }
}

#[test]
fn openapi_prints_the_version_asked_for() {
    for (version, document) in [("3.0", document(OpenApiVersion::V3_0)), ("3.1", document(OpenApiVersion::V3_1))] {
        let output = run(&["openapi", "--openapi-version", version], &[]);
        assert_eq!((output.code, output.stdout), (Some(0), document));
    }
}

#[test]
fn an_openapi_version_that_there_is_not_is_refused() {
    for version in ["2.0", "3", "3.2", ""] {
        let output = run(&["openapi", "--openapi-version", version], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.contains("expected 3.0 or 3.1"), "{}", output.stderr);
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    for arguments in ["openapi", "keygen", "config", "--help", "--version"] {
        let output = run_without_reader(&[arguments]);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""), "{arguments}");
    }
}

#[test]
fn healthcheck_is_0_where_a_server_is_healthy() {
    let process = Process::start(&["--port", "0"], &[]);
    let port = process.address().port().to_string();
    for (arguments, environment) in [
        (["healthcheck", "--port", port.as_str()].as_slice(), [].as_slice()),
        (&["healthcheck"], &[("SIM_PORT", port.as_str())]),
        (&["healthcheck"], &[("SIM_PORT", port.as_str()), ("SIM_HOST", "0.0.0.0")]),
    ] {
        let output = run(arguments, environment);
        assert_eq!((output.code, output.stdout.as_str(), output.stderr.as_str()), (Some(0), "", ""));
    }
}

#[test]
fn healthcheck_is_1_where_nobody_listens() {
    // Bound and not listening: nobody answers, and nobody else gets the port meanwhile.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind((Ipv4Addr::LOCALHOST, 0).into()).expect("a port is free");
    let address = socket.local_addr().expect("a socket has an address");
    let output = run(&["healthcheck", "--port", &address.port().to_string()], &[]);
    assert_eq!((output.code, output.stderr.lines().count()), (Some(1), 1), "{}", output.stderr);
    assert!(
        output.stderr.starts_with(&format!("failure: no answer from http://{address}/health: ")),
        "{}",
        output.stderr
    );
}

#[test]
fn healthcheck_is_1_where_the_answer_is_no_200() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    let address = listener.local_addr().expect("a listener has an address");
    let answers = thread::spawn(move || {
        for answer in ["HTTP/1.1 503 Service Unavailable\r\n\r\n", "SSH-2.0\r\n", ""] {
            let (mut stream, _) = listener.accept().expect("a connection");
            let asked = stream.read(&mut [0; 1024]).expect("a request");
            assert!(asked > 0);
            stream.write_all(answer.as_bytes()).expect("a reader");
        }
    });
    for answer in ["HTTP/1.1 503 Service Unavailable", "SSH-2.0", ""] {
        let output = run(&["healthcheck", "--port", &address.port().to_string()], &[]);
        let line = format!("failure: http://{address}/health answered {answer:?}\n");
        assert_eq!((output.code, output.stderr), (Some(1), line));
    }
    answers.join().expect("every answer is given");
}

#[test]
fn help_names_every_command_and_setting() {
    for arguments in [["--help"].as_slice(), &["-h"], &["serve", "--help"], &["healthcheck", "--help"]] {
        let output = run(arguments, &[]);
        assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
        for Setting { variable, flag, default, .. } in settings() {
            let names = match flag {
                Some(flag) => [format!("--{flag} <"), format!("[env: {variable}]")],
                None => ["Environment only:".to_owned(), format!("  {variable}\n")],
            };
            for part in names.into_iter().chain([format!("[default: {default}]")]) {
                assert!(output.stdout.contains(&part), "{part} is not in {}", output.stdout);
            }
        }
    }
    let help = run(&["--help"], &[]).stdout;
    assert!(
        ["serve", "openapi", "keygen", "config", "healthcheck"].iter().all(|command| help.contains(command)),
        "{help}"
    );
}

#[test]
fn config_prints_every_setting_with_where_it_is_from() {
    let keys = format!("web:{KEY}, mobile:{KEY}e");
    let environment = [
        ("SIM_API_KEYS", keys.as_str()),
        ("SIM_PORT", "1"),
        ("SIM_HOST", "0.0.0.0"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ("OTEL_EXPORTER_OTLP_HEADERS", &*format!("authorization={KEY}")),
    ];
    let output = run(&["config", "--port", "7"], &environment);
    assert_eq!((output.code, output.stderr.as_str()), (Some(0), ""));
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let lines: Vec<_> = output.stdout.lines().map(words).collect();
    let variables: Vec<_> = lines.iter().map(|words| words[0].clone()).collect();
    let settings = settings().into_iter().chain(trace_settings());
    assert_eq!(variables, settings.map(|setting| setting.variable).collect::<Vec<_>>());
    for line in [
        ["SIM_HOST", "0.0.0.0", "environment"],
        ["SIM_PORT", "7", "--port"],
        ["SIM_LOG_FORMAT", "auto", "default"],
        ["SIM_API_KEYS", "web:****,mobile:****", "environment"],
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "environment"],
        ["OTEL_EXPORTER_OTLP_HEADERS", "****", "environment"],
        ["OTEL_SERVICE_NAME", "sim", "default"],
    ] {
        assert!(lines.iter().any(|words| words == &line), "{line:?}\n{}", output.stdout);
    }
    assert!(!output.stdout.contains(&KEY[..6]));
}

#[test]
fn config_prints_json_for_programs() {
    let environment = [("SIM_API_KEYS", &*format!("web:{KEY}")), ("SIM_PORT", "1")];
    let output = run(&["config", "--format", "json", "--max-headers", "50"], &environment);
    let printed: Vec<Value> = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(printed.len(), settings().len() + trace_settings().len());
    for setting in [
        json!({"variable": "SIM_PORT", "flag": "port", "value": "1", "source": "environment"}),
        json!({"variable": "SIM_MAX_HEADERS", "flag": "max-headers", "value": "50", "source": "flag"}),
        json!({"variable": "SIM_RATE_LIMIT", "flag": "rate-limit", "value": "off", "source": "default"}),
        json!({"variable": "SIM_API_KEYS", "flag": null, "value": "web:****", "source": "environment"}),
    ] {
        assert!(printed.contains(&setting), "{setting}");
    }
}

#[test]
fn config_ends_as_the_server_would_where_a_setting_is_bad() {
    let line = "SIM_PORT (--port) is \"http\", expected a port, 0 to 65535";
    expect_failure(&["config"], &[("SIM_PORT", "http")], line);
}

#[test]
fn version_is_that_of_the_package() {
    for flag in ["--version", "-V"] {
        let output = run(&[flag], &[]);
        assert_eq!(
            (output.code, output.stdout.as_str()),
            (Some(0), format!("sim-server {} ({})\n", env!("CARGO_PKG_VERSION"), REVISION).as_str())
        );
    }
}

#[test]
fn an_unknown_argument_is_refused_with_usage() {
    for argument in ["--prot", "sevre", "-x"] {
        let output = run(&[argument], &[]);
        assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""));
        assert!(output.stderr.contains(argument) && output.stderr.contains("--help"), "{}", output.stderr);
    }
}

#[test]
fn a_log_filter_that_is_none_is_an_error_that_names_it() {
    let output = run(&["--port", "0"], &[("RUST_LOG", "sim_server=loud")]);
    assert_eq!((output.code, output.stdout.as_str()), (Some(1), ""));
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    let start = "failure: RUST_LOG is \"sim_server=loud\", expected a level or a list of target=level";
    assert!(output.stderr.starts_with(start), "{}", output.stderr);
}

#[test]
fn loopback_inside_a_fly_machine_is_warned_of() {
    let process = Process::start(&["--port", "0"], &[("FLY_APP_NAME", "sim")]);
    let warning: Value = serde_json::from_str(&process.line().expect("a line")).expect("JSON");
    assert_eq!((&warning["level"], &warning["fly_app"]), (&"ERROR".into(), &"sim".into()));
    let message = warning["message"].as_str().expect("a text");
    assert!(message.contains("loopback") && message.contains("SIM_HOST=::"), "{message}");
    process.address();
}

#[test]
fn other_listening_is_not_warned_of() {
    for (host, environment) in [("127.0.0.1", [].as_slice()), ("0.0.0.0", &[("FLY_APP_NAME", "sim")])] {
        let process = Process::start(&["--port", "0", "--host", host], environment);
        let first: Value = serde_json::from_str(&process.line().expect("a line")).expect("JSON");
        assert_eq!(first["message"], "listening");
    }
}
