//! Operations with a JSON body, called as they are.
//!
//! poem-openapi calls an operation too, from an endpoint that it makes of it: the request is moved into the future of
//! each layer of that endpoint, what is counted goes through the request's extensions, and the name of the operation into
//! those of the answer. For an operation that is as soon done as ours, that was a tenth of a request's instructions.
//! What an operation reads, checks and answers is the same on both ways, by the same functions; a test holds them to it.

use std::future::Future;

use futures_util::{FutureExt, future::BoxFuture};
use poem::{Request, Response, Result};

use crate::{
    http::json::{RequestBody, receive},
    http::meter::Metered,
};

/// An operation whose input is a JSON body, and nothing else of the request.
pub(crate) trait BodyOperation: Send + Sync + 'static {
    /// Its name in the contract.
    const ID: &'static str;

    /// The body.
    type Body: RequestBody;

    /// Answers a body that fits its schema.
    fn answer(&self, metered: Metered, body: Self::Body) -> impl Future<Output = Result<Response>> + Send;
}

/// Any such operation.
pub(crate) trait DynBodyOperation: Send + Sync {
    /// Answers a request.
    fn call(&self, request: Request, metered: Metered) -> BoxFuture<'_, Result<Response>>;
}

impl<O: BodyOperation> DynBodyOperation for O {
    fn call(&self, request: Request, metered: Metered) -> BoxFuture<'_, Result<Response>> {
        let (request, body) = request.split();
        let body = receive(&request, body);
        async move { self.answer(metered, body.await?).await }.boxed()
    }
}

#[cfg(test)]
mod tests {
    use poem::{Body, Request, http::Method};
    use serde_json::json;

    use crate::{
        http::api_key::ApiKeys,
        http::json::BodyLimit,
        http::routes::Routes,
        operations::{all, operations},
        services::Readiness,
        testing::everything,
    };

    fn request(address: &str, media_type: &str, body: &str) -> Request {
        let request = Request::builder().method(Method::POST).uri_str(address).content_type(media_type);
        request.extension(BodyLimit(200)).body(Body::from(body.to_owned()))
    }

    #[test]
    fn an_operation_called_as_it_is_answers_what_it_does_behind_an_endpoint() {
        let endpoints = Routes::new(all(Readiness::default()), &ApiKeys::default());
        let service = operations(Readiness::default(), &ApiKeys::default());
        let simulation = json!({"seed": 42, "steps": 7});
        for (address, media_type, body) in [
            ("/simulate", "application/json", simulation.to_string()),
            ("/simulate", "application/json", "{}".to_owned()),
            ("/simulate", "application/json", "{".to_owned()),
            ("/simulate", "application/json", String::new()),
            ("/simulate", "application/json", " ".repeat(201)),
            ("/simulate", "text/plain", simulation.to_string()),
            ("/simulate/batch", "application/json", json!({"simulations": [simulation, simulation]}).to_string()),
            ("/simulate/batch", "application/json", json!({"simulations": [{"steps": 0}]}).to_string()),
            ("/simulate/batch", "application/xml", "<a/>".to_owned()),
        ] {
            let request = || request(address, media_type, &body);
            assert_eq!(everything(&service, request()), everything(&endpoints, request()), "{address} {body}");
        }
    }
}
