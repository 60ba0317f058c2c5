//! What is where, and what leads there.

use sim_api::{OpenApiVersion, document};

use crate::support::{Server, repository_file, run};

#[test]
fn the_root_leads_to_the_docs() {
    let server = Server::start();
    for target in ["/", "/?x"] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("location")), (307, Some("/docs")), "{target}");
        assert_eq!(answer.body, b"");
    }
}

#[test]
fn a_trailing_slash_leads_to_the_path_without_it() {
    let server = Server::start();
    for (method, target, location) in [
        ("GET", "/health/", "/health"),
        ("HEAD", "/health/", "/health"),
        ("POST", "/simulate/", "/simulate"),
        ("POST", "/simulate/?a=b&c", "/simulate?a=b&c"),
        ("GET", "/simulate/", "/simulate"),
        ("GET", "/docs/", "/docs"),
        ("GET", "/openapi.json/", "/openapi.json"),
    ] {
        let body = (method == "POST").then_some(&b"{}"[..]);
        let answer = server.call(method, target, &[], body);
        // 307 keeps the method and the body.
        assert_eq!((answer.status, answer.header("location")), (307, Some(location)), "{method} {target}");
    }
}

#[test]
fn no_redirect_leads_to_another_host() {
    let server = Server::start();
    for target in ["//sim.example/", "//sim.example/health/", "/\\sim.example/", "///", "/nope/", "//health/"] {
        let answer = server.get(target);
        assert_eq!((answer.status, answer.header("location")), (404, None), "{target}");
    }
}

#[test]
fn a_target_with_a_host_is_read_by_its_path() {
    let server = Server::start();
    for target in ["http://sim/health", "http://other:81/health?x", "/health?", "/health?a=b", "/health#top"] {
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
    let contract = server.get("/openapi.json").json();
    let paths = contract["paths"].as_object().expect("the contract has paths");
    assert!(!paths.is_empty());
    for (path, operations) in paths {
        for method in operations.as_object().expect("a path has operations").keys() {
            let status = server.call(&method.to_uppercase(), path, &[], None).status;
            assert!(![404, 405, 500].contains(&status), "{method} {path} is answered {status}");
        }
    }
}

#[test]
fn every_answer_has_a_request_id_and_forbids_guessing_its_type() {
    let server = Server::start();
    for target in ["/", "/docs", "/health", "/simulate", "/nope", "/health/"] {
        let answer = server.call("GET", target, &[("X-Request-Id", "one")], None);
        assert_eq!(answer.header("x-request-id"), Some("one"), "{target}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{target}");
        let is_error = answer.status >= 400;
        assert_eq!(answer.header("cache-control") == Some("no-store"), is_error, "{target}");
    }
}
