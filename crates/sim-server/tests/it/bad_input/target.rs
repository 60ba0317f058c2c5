//! A path or a method that there is not.

use super::{exchange, statuses};
use crate::support::Server;

#[test]
fn unknown_paths_are_404() {
    let server = Server::start();
    for target in [
        "/nope",
        "/Simulate",
        "/simulates",
        "/simulate//42",
        "/simulate/42/nope",
        "/simulate/batch/42",
        "/simulate%2F42",
        "/simulate%2Fbatch",
        "//",
        "//health",
        "/../health",
        "/%2e%2e/etc/passwd",
        "/%00",
        "/%zz",
        "/%FF",
        "/health%2F",
        "/assets",
        "/assets/",
        "/assets/../docs.html",
    ] {
        for method in ["GET", "POST", "OPTIONS", "PATCH", "BREW"] {
            let answer = server.call(method, target, &[], None);
            assert_eq!((answer.status, answer.text()), (404, r#"{"detail":"Not Found"}"#), "{method} {target}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
        }
    }
    server.expect_alive();
}

#[test]
fn unknown_methods_are_405() {
    let server = Server::start();
    for (target, allow, methods) in [
        ("/simulate", "POST", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/simulate/batch", "POST", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/simulate/%62atch", "POST", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/simulate/42", "GET, HEAD", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/simulate/x", "GET, HEAD", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/health", "GET, HEAD", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
        ("/docs", "GET, HEAD", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
    ] {
        for method in methods {
            let answer = server.call(method, target, &[], None);
            assert_eq!(
                (answer.status, answer.text()),
                (405, r#"{"detail":"Method Not Allowed"}"#),
                "{method} {target}"
            );
            assert_eq!(
                (answer.header("content-type"), answer.header("allow")),
                (Some("application/json"), Some(allow))
            );
        }
    }
    server.expect_alive();
}

#[test]
fn connect_is_no_method_here() {
    let server = Server::start();
    let answered = exchange(&server, "CONNECT sim:80 HTTP/1.1\r\nHost: sim:80\r\n\r\n");
    assert_eq!(statuses(&answered), ["404"]);
}
