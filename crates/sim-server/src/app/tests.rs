//! Tests of the layers around the operations.

use std::{collections::HashMap, io};

use poem::{
    EndpointExt,
    endpoint::{BoxEndpoint, make},
};
use poem_openapi::{
    OpenApi,
    registry::{MetaApi, Registry},
};

use serde_json::Value;
use sim_api::ApiKeys;

use super::*;

/// The defaults, with a time limit that no other part of a test reaches.
fn config() -> Config {
    Config { request_timeout: Duration::from_hours(1), ..Config::from_variables([]).expect("the defaults are good") }
}

/// One operation, `GET /simulate`.
struct Only(BoxEndpoint<'static>);

impl OpenApi for Only {
    fn meta() -> Vec<MetaApi> {
        vec![]
    }

    fn register(_: &mut Registry) {}

    fn add_routes(self, routes: &mut HashMap<String, HashMap<Method, BoxEndpoint<'static>>>) {
        routes.insert("/simulate".to_owned(), HashMap::from([(Method::GET, self.0)]));
    }
}

fn app(operation: BoxEndpoint<'static>) -> App {
    App {
        operations: Routes::new(Only(operation), &Value::Null, &ApiKeys::default()).expect("nothing is published"),
        ..App::new(Readiness::default(), &config(), &DroppedLines::default()).expect("the contract is enforced")
    }
}

async fn answer(operation: BoxEndpoint<'static>) -> (StatusCode, String, String) {
    let mut response = app(operation)
        .respond(Request::builder().uri(Uri::from_static("/simulate")).finish(), Received::default())
        .await;
    let id = response.header(X_REQUEST_ID).expect("every answer has an id").to_owned();
    let body = response.take_body().into_string().await.expect("a body of ours is text");
    (response.status(), id, body)
}

fn text(error: &ErrorResponse) -> String {
    serde_json::to_string(error).expect("an error is JSON")
}

#[tokio::test]
async fn a_panic_is_a_500_that_names_the_request_and_tells_nothing() {
    async fn operation(request: Request) -> Result<Response> {
        assert!(request.uri().path().is_empty(), "a secret");
        Ok(Response::default())
    }
    let (status, id, body) = answer(make(operation).boxed()).await;
    assert_eq!((status, body), (StatusCode::INTERNAL_SERVER_ERROR, text(&ErrorResponse::internal(&id))));
}

#[tokio::test]
async fn a_panic_leaves_the_next_request_alone() {
    async fn operation(request: Request) -> Result<Response> {
        assert!(request.uri().query().is_none(), "of this request alone");
        Ok(Response::default())
    }
    let app = app(make(operation).boxed());
    for (target, status) in [("/simulate", 200), ("/simulate?", 500), ("/simulate", 200)] {
        let response =
            app.respond(Request::builder().uri(Uri::from_static(target)).finish(), Received::default()).await;
        assert_eq!(response.status(), status, "{target}");
    }
}

#[tokio::test]
async fn an_error_that_is_not_json_is_a_500_that_tells_nothing() {
    let operation = |_| async {
        let error = io::Error::other("a secret");
        Err::<Response, _>(poem::error::BadRequest(error))
    };
    let (status, id, body) = answer(make(operation).boxed()).await;
    assert_eq!((status, body), (StatusCode::INTERNAL_SERVER_ERROR, text(&ErrorResponse::internal(&id))));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_a_408() {
    let operation = |_| std::future::pending::<Result<Response>>();
    let (status, _, body) = answer(make(operation).boxed()).await;
    assert_eq!((status, body), (StatusCode::REQUEST_TIMEOUT, text(&ErrorResponse::request_timeout(3600))));
}
