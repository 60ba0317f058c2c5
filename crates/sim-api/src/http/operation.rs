//! One operation: who may call it, and how it is called.

use std::{
    fmt,
    future::{Future, ready},
    sync::Arc,
};

use futures_util::{FutureExt, future::BoxFuture};
use poem::{
    IntoResponse, Request, Response, Result,
    endpoint::{BoxEndpoint, DynEndpoint},
    http::{HeaderMap, StatusCode, Uri},
};
use poem_openapi::OperationId;
use serde_json::Value;

use crate::{
    error::response::ErrorResponse,
    http::addressed_operation::{AddressedOperation, DynAddressedOperation},
    http::api_key::{ApiKeys, Caller, unauthorized},
    http::body_operation::{BodyOperation, DynBodyOperation},
    http::caching,
    http::json::Json,
    http::meter::{Meter, Metered},
    http::parameters::Parameters,
    http::template::Template,
};

/// An operation of the service.
pub struct Operation {
    id: OperationId,
    path: &'static str,
    /// Those that it takes; none where it needs no key.
    keys: Option<ApiKeys>,
    handler: Handler,
}

enum Handler {
    Body(Box<dyn DynBodyOperation>),
    Fixed(BoxEndpoint<'static>),
    Addressed(Box<Addressed>),
}

/// A handler whose path has parameters.
struct Addressed {
    template: Template,
    parameters: Parameters,
    way: Way,
}

/// From an address to the operation on it.
enum Way {
    Direct(Box<dyn DynAddressedOperation>),
    Router(Arc<BoxEndpoint<'static>>),
}

impl Operation {
    fn new(path: &str, published: &Value, keys: &ApiKeys, handler: Handler) -> Self {
        // Once for each operation, for the life of the process.
        let id = OperationId(published["operationId"].as_str().unwrap_or_default().to_owned().leak());
        let path = path.to_owned().leak();
        // One that is not published is nobody's to call freely.
        let is_free = published["security"].as_array().is_some_and(Vec::is_empty);
        Self { id, path, keys: (!is_free).then(|| keys.clone()), handler }
    }

    /// An operation at a path without parameters, as it is published.
    pub(crate) fn fixed(path: &str, published: &Value, keys: &ApiKeys, endpoint: BoxEndpoint<'static>) -> Self {
        Self::new(path, published, keys, Handler::Fixed(endpoint))
    }

    /// An operation at a path with parameters, which leads to it through `router`.
    pub(crate) fn addressed(
        path: &str,
        published: &Value,
        keys: &ApiKeys,
        template: Template,
        router: Arc<BoxEndpoint<'static>>,
    ) -> Self {
        match Parameters::compile(published) {
            Ok(parameters) => {
                let handler = Addressed { template, parameters, way: Way::Router(router) };
                Self::new(path, published, keys, Handler::Addressed(Box::new(handler)))
            }
            #[expect(clippy::panic, reason = "a parameter that cannot be enforced must not be served")]
            Err(reason) => panic!("operation {}: {reason}", published["operationId"]),
        }
    }

    /// Has an operation at a path without parameters called by its own way.
    pub(crate) fn call_with_body(&mut self, operation: impl BodyOperation) {
        self.handler = Handler::Body(Box::new(operation));
    }

    /// Has an operation at a path with parameters called by its own way. Any other has none to pass on, and stays as it is.
    pub(crate) fn call_addressed(&mut self, operation: impl AddressedOperation) {
        if let Handler::Addressed(addressed) = &mut self.handler {
            addressed.way = Way::Direct(Box::new(operation));
        }
    }

    /// Its name in the contract.
    #[must_use]
    pub fn id(&self) -> OperationId {
        self.id
    }

    /// Its path in the contract, such as `/simulate/{seed}`.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Whether the operation is for callers alone: with a key where the service asks for one, and at their rate.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.keys.is_some()
    }

    /// Finds out who sends a request, before anything else of it is looked at.
    ///
    /// # Errors
    ///
    /// The answer to a request without a key that the operation needs.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
        let Some(keys) = &self.keys else { return Ok(Caller::anybody()) };
        keys.authenticate(headers).map_err(|error| Box::new(unauthorized(error)))
    }

    /// Carries out a request of a caller; `meter` counts what that costs.
    ///
    /// The request is moved into one box and nowhere else: a future that holds it, or holds one that does, is copied whole
    /// by whoever takes it.
    ///
    /// # Errors
    ///
    /// Those that the operation gives.
    pub fn call<'a>(
        &'a self,
        request: Request,
        caller: &Caller,
        meter: Option<&Meter>,
    ) -> impl Future<Output = Result<Response>> + Send + use<'a> {
        let answer = self.handle(request, meter);
        let is_private = caller.application().is_some();
        async move {
            let mut response = answer.await?;
            if is_private {
                caching::keep_private(response.headers_mut());
            }
            Ok(response)
        }
    }

    fn handle(&self, request: Request, meter: Option<&Meter>) -> BoxFuture<'_, Result<Response>> {
        match &self.handler {
            Handler::Body(operation) => operation.call(request, Metered::by(meter)),
            Handler::Fixed(endpoint) => DynEndpoint::call(endpoint.as_ref(), metered(request, meter)),
            Handler::Addressed(addressed) => addressed.call(request, meter),
        }
    }
}

/// A request that says to its operation where to count what it costs.
fn metered(mut request: Request, meter: Option<&Meter>) -> Request {
    if let Some(meter) = meter {
        request.extensions_mut().insert(meter.clone());
    }
    request
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Operation").field("id", &self.id.0).field("keys", &self.keys).finish_non_exhaustive()
    }
}

impl Addressed {
    fn call(&self, mut request: Request, meter: Option<&Meter>) -> BoxFuture<'_, Result<Response>> {
        let path = request.uri().path();
        let captured = self.template.captures(path);
        let parameters = match self.parameters.read(&request, &captured) {
            Ok(parameters) => parameters,
            Err(detail) => {
                let error = Json(ErrorResponse { detail });
                return ready(Ok(error.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())).boxed();
            }
        };
        match &self.way {
            Way::Direct(operation) => ready(operation.call(Metered::by(meter), parameters, request.headers())).boxed(),
            Way::Router(router) => {
                // poem's router takes an escaped letter for another one.
                if path.contains('%') {
                    let path = self.template.filled(&captured);
                    *request.uri_mut() = with_path(request.uri(), &path);
                }
                DynEndpoint::call(router.as_ref().as_ref(), metered(request, meter))
            }
        }
    }
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Uri {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{path}{query}").parse().unwrap_or_else(|_| uri.clone())
}
