//! The service has the paths and the methods of its contract, and no others.

use std::collections::BTreeSet;

use futures_util::FutureExt;
use poem::{Endpoint, Request, Response, http::Method};
use sim_api::{OpenApiVersion::V3_1, Readiness, not_found, operations as service};

use crate::openapi::{document, members, operations};

/// Without `HEAD`, which a server asks of an operation as `GET`.
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE];

fn text(response: Response) -> String {
    let text = response.into_body().into_string().now_or_never().expect("the answer is there");
    text.expect("the answer is UTF-8")
}

#[test]
fn a_method_that_a_path_lacks_is_told_those_that_it_has() {
    let (document, service) = (document(V3_1), service(Readiness::default()));
    for (path, methods) in members(&document["paths"]) {
        let mut allowed: BTreeSet<_> = members(methods).map(|(method, _)| method.to_uppercase()).collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        for method in METHODS.into_iter().filter(|method| !allowed.contains(method.as_str())) {
            let request = Request::builder().method(method.clone()).uri_str(path).finish();
            let response = service.get_response(request).now_or_never().expect("the answer is there");
            let sent = response.header("Allow").expect("a 405 names the allowed methods").split(", ");
            assert_eq!(sent.map(str::to_owned).collect::<BTreeSet<_>>(), allowed, "{method} {path}");
            assert_eq!(response.status(), 405, "{method} {path}");
            assert_eq!(response.content_type(), Some("application/json"), "{method} {path}");
            assert_eq!(text(response), r#"{"detail":"Method Not Allowed"}"#, "{method} {path}");
        }
    }
}

#[test]
fn only_the_paths_of_the_contract_are_found() {
    let (document, service) = (document(V3_1), service(Readiness::default()));
    for operation in operations(&document) {
        assert!(service.find(operation.path).is_some(), "{}", operation.path);
        let uppercase = operation.path.to_uppercase();
        let slash = format!("{}/", operation.path);
        for path in [uppercase, slash, format!("/{}", operation.path), operation.path[1..].to_owned()] {
            assert!(service.find(&path).is_none(), "{path}");
        }
    }
    for path in ["", "/", "*", "/nothing"] {
        assert!(service.find(path).is_none(), "{path:?}");
    }
}

#[test]
fn an_unknown_path_is_not_found() {
    let response = not_found();
    assert_eq!((response.status().as_u16(), response.content_type()), (404, Some("application/json")));
    assert_eq!(text(response), r#"{"detail":"Not Found"}"#);
}
