//! What the server answers around the operations is what the contract says of each of them.

use serde_json::Value;

use crate::support::{Answer, JSON, SECOND, Server, contract, request};

/// An operation of the contract.
struct Operation {
    method: String,
    target: String,
    body: Option<String>,
    answers: Value,
}

impl Operation {
    /// The JSON that the contract shows for a status.
    fn shown(&self, status: &str) -> &Value {
        &self.answers[status]["content"]["application/json"]["example"]
    }

    #[track_caller]
    fn expect_as_shown(&self, status: &str, answer: &Answer) {
        assert_eq!(answer.status.to_string(), status, "{} {}", self.method, self.target);
        assert_eq!(&answer.json(), self.shown(status), "{} {}", self.method, self.target);
    }
}

fn operations() -> Vec<Operation> {
    let contract = contract();
    let paths = contract["paths"].as_object().expect("the contract has paths").iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("a path has operations").iter();
        methods.map(|(method, operation)| Operation {
            method: method.to_uppercase(),
            target: path.replace("{seed}", "42"),
            body: operation.pointer("/requestBody/content/application~1json/example").map(Value::to_string),
            answers: operation["responses"].clone(),
        })
    });
    operations.collect()
}

#[test]
fn an_answer_has_every_header_that_its_operation_shows() {
    let server = Server::start();
    for Operation { method, target, body, answers } in operations() {
        let answer = server.call(&method, &target, &[JSON], body.as_ref().map(String::as_bytes));
        assert_eq!(answer.status, 200, "{method} {target}");
        for name in answers["200"]["headers"].as_object().expect("an answer has headers").keys() {
            assert!(answer.header(&name.to_lowercase()).is_some(), "{method} {target}: {name}");
        }
    }
}

#[test]
fn a_request_that_cannot_be_read_is_answered_as_each_operation_shows() {
    let server = Server::start();
    let too_long = "x".repeat(17 << 10);
    for (status, headers) in [("400", "no colon"), ("431", &format!("X: {too_long}"))] {
        for operation in operations() {
            let Operation { method, target, .. } = &operation;
            let mut client = server.connect();
            client.send(format!("{method} {target} HTTP/1.1\r\nHost: sim\r\n{headers}\r\n\r\n"));
            operation.expect_as_shown(status, &client.answer());
        }
    }
}

#[test]
fn a_body_that_does_not_come_is_answered_as_each_operation_shows() {
    let server = Server::with(|config| config.request_timeout = SECOND);
    let operations = operations().into_iter().filter(|operation| operation.body.is_some());
    let waiting: Vec<_> = operations
        .map(|operation| {
            let mut client = server.connect();
            client.send(request(&operation.method, &operation.target, &[JSON, ("Content-Length", "11")], None));
            (operation, client)
        })
        .collect();
    assert!(!waiting.is_empty());
    for (mut operation, mut client) in waiting {
        // Shown is the answer under the default limit.
        let message = &mut operation.answers["408"]["content"]["application/json"]["example"]["detail"][0]["msg"];
        *message = message.as_str().expect("an error has a message").replace("10 s", "1 s").into();
        operation.expect_as_shown("408", &client.answer());
    }
}

#[test]
fn the_served_contract_names_the_public_address_where_that_is_set() {
    let configured = sim_server::Config::from_variables([("SIM_PUBLIC_URL", "https://api.example/sim/")]);
    let server = Server::with(|config| *config = configured.expect("an address"));
    for target in ["/openapi.json", "/openapi-3.0.json"] {
        assert_eq!(server.get(target).json()["servers"][0]["url"], "https://api.example/sim", "{target}");
        assert!(Server::start().get(target).json().get("servers").is_none(), "{target}");
    }
}
