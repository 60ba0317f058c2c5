//! Paths, redirects and unknown paths.

use sim_api::{OpenApiVersion, document};

use crate::support::{Client, JSON, Server, contract, head_of_post, repository_file, request, run};

#[test]
fn the_root_leads_to_the_docs() {
    let server = Server::start();
    for target in ["/", "/?x"] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("location")), (307, Some("docs")), "{target}");
        assert_eq!(answer.body, b"");
    }
}

#[test]
fn a_trailing_slash_leads_to_the_path_without_it() {
    let server = Server::start();
    for (method, target, location) in [
        ("GET", "/health/", "../health"),
        ("HEAD", "/health/", "../health"),
        ("POST", "/simulate/", "../simulate"),
        ("POST", "/simulate/?a=b&c", "../simulate?a=b&c"),
        ("GET", "/simulate/", "../simulate"),
        ("GET", "/simulate/42/", "../42"),
        ("GET", "/simulate/x/?steps=7", "../x?steps=7"),
        ("POST", "/simulate/batch/", "../batch"),
        ("GET", "/docs/", "../docs"),
        ("GET", "/docs//", "../../docs"),
        ("GET", "/%64ocs/", "../%64ocs"),
        ("GET", "/openapi.json/", "../openapi.json"),
    ] {
        let body = (method == "POST").then_some(&b"{}"[..]);
        let answer = server.call(method, target, &[], body);
        // 307 keeps the method and the body.
        assert_eq!((answer.status, answer.header("location")), (307, Some(location)), "{method} {target}");
    }
}

#[test]
fn an_escaped_letter_of_a_path_is_that_letter() {
    let server = Server::start();
    for (target, escaped) in [
        ("/docs", "/%64ocs"),
        ("/docs", "/doc%73"),
        ("/redoc", "/%72%65doc"),
        ("/openapi.json", "/openapi%2Ejson"),
        ("/openapi-3.0.json", "/openapi%2d3.0.json"),
        ("/assets/docs.js", "/%61ssets/docs.js"),
        ("/health", "/%68ealth"),
        ("/simulate/42", "/%73imulate/%34%32"),
    ] {
        let (answer, same) = (server.get(target), server.get(escaped));
        assert_eq!((same.status, same.body == answer.body), (200, true), "{escaped}");
    }
    for target in ["/assets%2Fdocs.js", "/%2564ocs"] {
        assert_eq!(server.get(target).status, 404, "{target}");
    }
    let mut client = Client::connect(server.metrics_address);
    assert_eq!(client.get("/m%65trics").status, 200);
}

#[test]
fn options_of_the_whole_service_say_what_there_is() {
    let mut server = Server::start();
    for head in [
        "OPTIONS / HTTP/1.0\r\n\r\n",
        "OPTIONS / HTTP/1.1\r\nHost: sim\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: sim\r\n\r\n",
    ] {
        let mut client = server.connect();
        client.send(head);
        let answer = client.answer();
        assert_eq!((answer.status, answer.header("allow")), (204, Some("GET, HEAD, OPTIONS, POST")), "{head}");
    }
    let mut client = Client::connect(server.metrics_address);
    client.send(request("OPTIONS", "*", &[], None));
    assert_eq!((client.answer().status, client.get("/metrics").status), (204, 200));
    // A load balancer that checks so looks elsewhere once shutdown has begun.
    let (mut client, mut idle) = (server.connect(), server.connect());
    client.send(head_of_post(&[("Content-Length", "11"), ("Expect", "100-continue")]));
    assert_eq!(client.answer().status, 100);
    assert_eq!(idle.get("/health").status, 200);
    server.begin_shutdown();
    let checks = std::iter::repeat_with(|| {
        idle.send(request("OPTIONS", "/", &[], None));
        idle.answer()
    });
    let last = checks.into_iter().find(|answer| answer.status != 204).expect("a last answer");
    assert_eq!(last.error(503)["type"], "shutting_down");
}

#[test]
fn no_redirect_leads_to_another_host() {
    let server = Server::start();
    for target in [
        "//sim.example/",
        "//sim.example/health/",
        "//sim.example/simulate/42/",
        "/\\sim.example/",
        "/simulate//sim.example/",
        "///",
        "/nope/",
        "//health/",
        "//simulate/42/",
    ] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("location")), (404, None), "{target}");
    }
}

#[test]
fn a_target_with_a_host_is_read_by_its_path() {
    let server = Server::start();
    for target in ["http://sim/health", "http://other:81/health?x", "/health?", "/health?a=b"] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.text()), (200, r#"{"status":"ok"}"#), "{target}");
    }
}

#[test]
fn the_contract_is_one_wherever_it_is_read() {
    let server = Server::start();
    for (name, version) in [("openapi", "3.1"), ("openapi-3.0", "3.0")] {
        let document = document(version.parse::<OpenApiVersion>().expect("a version"));
        assert!(server.get(&format!("/{name}.json")).text() == document, "{name}.json is not what is served");
        let printed = run(&["openapi", "--openapi-version", version], &[]);
        assert!(printed.stdout == document, "{name}.json is not what is printed");
        assert!(
            repository_file(&format!("openapi/{name}.json")) == document,
            "openapi/{name}.json is not what is committed: run `just contract`"
        );
    }
}

#[test]
fn every_operation_of_the_contract_is_served() {
    let server = Server::start();
    let contract = contract();
    let paths = contract["paths"].as_object().expect("the contract has paths");
    assert!(!paths.is_empty());
    for (path, operations) in paths {
        for (method, operation) in operations.as_object().expect("a path has operations") {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let target = parameters.fold(path.clone(), |target, parameter| {
                let name = parameter["name"].as_str().expect("a parameter has a name");
                target.replace(&format!("{{{name}}}"), &parameter["example"].to_string())
            });
            let body = operation["requestBody"]["content"].get("application/json");
            let body = body.map(|body| body["example"].to_string().into_bytes());
            let status = server.call(&method.to_uppercase(), &target, &[JSON], body.as_deref()).status;
            assert_eq!(status, 200, "{method} {target}");
        }
    }
}

#[test]
fn every_answer_has_a_request_id_and_forbids_guessing_its_type() {
    let server = Server::start();
    for target in ["/", "/docs", "/health", "/simulate", "/simulate/42", "/simulate/x", "/nope", "/health/"] {
        let answer = server.call("GET", target, &[("X-Request-Id", "one")], None);
        assert_eq!(answer.header("x-request-id"), Some("one"), "{target}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        let is_error = answer.status >= 400;
        assert_eq!(answer.header("cache-control") == Some("no-store"), is_error, "{target}");
    }
}

#[test]
fn no_answer_names_the_software_that_made_it() {
    let server = Server::start();
    let mut garbage = server.connect();
    garbage.send("hello\r\n\r\n");
    let targets = ["/", "/docs", "/health", "/simulate/42", "/simulate/x", "/nope", "/simulate"];
    let answers = targets.into_iter().map(|target| server.get(target)).chain([garbage.answer()]);
    for answer in answers {
        for name in ["server", "via", "x-powered-by", "x-aspnet-version", "x-runtime"] {
            assert_eq!(answer.header(name), None, "{answer:?}");
        }
    }
}
