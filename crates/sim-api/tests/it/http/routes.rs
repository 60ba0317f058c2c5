//! The service has the paths and the methods of its contract, and no others.

use std::collections::BTreeSet;

use poem::http::Method;
use sim_api::{ApiKeys, OpenApiVersion::V3_1, Readiness, not_found};

use crate::{
    contract::openapi::{Operation, document, members, operations},
    service::{Call, JSON, operation_id, service, text},
};

/// Without `HEAD`, which a server asks of an operation as `GET`.
const METHODS: [Method; 7] =
    [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS, Method::TRACE];

/// The path of an operation with the example of each parameter.
fn example_path(operation: &Operation) -> String {
    let address = operation.example_address();
    address.split('?').next().unwrap_or_default().to_owned()
}

#[test]
fn a_method_that_a_path_lacks_is_told_those_that_it_has() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let methods = members(&document["paths"][operation.path]);
        let mut allowed: BTreeSet<_> = methods.map(|(method, _)| method.to_uppercase()).collect();
        if allowed.contains("GET") {
            allowed.insert("HEAD".to_owned());
        }
        let path = example_path(&operation);
        for method in METHODS.into_iter().filter(|method| !allowed.contains(method.as_str())) {
            let response = Call::new(method.as_str(), path.as_str()).respond(&Readiness::default());
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
    let (document, service) = (document(V3_1), service(&Readiness::default(), &ApiKeys::default()));
    for operation in operations(&document) {
        let path = example_path(&operation);
        assert!(service.find(&path).is_some(), "{path}");
        for other in [path.to_uppercase(), format!("{path}/"), format!("/{path}"), path[1..].to_owned()] {
            assert!(service.find(&other).is_none(), "{other}");
        }
    }
    for path in
        ["", "/", "*", "/nothing", "/nothing/42", "/simulate//", "/simulate/42/nothing", "/simulate//trajectory"]
    {
        assert!(service.find(path).is_none(), "{path:?}");
    }
}

#[test]
fn a_letter_of_a_path_may_be_escaped() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let (address, body) = (operation.example_address(), operation.request_body().map(|body| &body["example"]));
        let send = |address: &str| {
            let call = Call::new(operation.method, address);
            body.iter().fold(call, |call, body| call.with_body(JSON, body.to_string())).send(&Readiness::default())
        };
        let expected = send(&address);
        assert_eq!((expected.status, expected.operation_id.as_str()), (200, operation.id()));
        for (place, letter) in example_path(&operation).bytes().enumerate().filter(|(_, letter)| *letter != b'/') {
            let escaped = format!("{}%{letter:02x}{}", &address[..place], &address[place + 1..]);
            assert_eq!(send(&escaped), expected, "{escaped}");
        }
    }
}

#[test]
fn an_escaped_slash_is_no_slash() {
    let document = document(V3_1);
    for operation in operations(&document) {
        let path = example_path(&operation);
        for (place, _) in path.match_indices('/').skip(1) {
            let escaped = format!("{}%2F{}", &path[..place], &path[place + 1..]);
            let response = Call::new(operation.method, escaped.as_str()).respond(&Readiness::default());
            assert_ne!(operation_id(&response), Some(operation.id()), "{escaped}");
            assert_ne!(response.status(), 200, "{escaped}");
        }
    }
}

#[test]
fn an_unknown_path_is_not_found() {
    let response = not_found();
    assert_eq!((response.status().as_u16(), response.content_type()), (404, Some("application/json")));
    assert_eq!(text(response), r#"{"detail":"Not Found"}"#);
}
