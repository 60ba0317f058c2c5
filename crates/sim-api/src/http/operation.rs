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
    http::{HeaderMap, Method, StatusCode},
};
use poem_openapi::OperationId;
use serde_json::Value;
use sim_schema::Schema;

use crate::{
    error::{failures::MAX_BODY_BYTES, response::ErrorResponse},
    http::{
        api_key::{ApiKeys, Caller, unauthorized},
        caching,
        conditions::Conditions,
        input::Input,
        json::{self, Json},
        meter::Meter,
        parameters::Parameters,
    },
};

/// An operation of the service.
pub struct Operation {
    id: OperationId,
    path: &'static str,
    method: Method,
    /// The keys it accepts; `None` if it needs none.
    keys: Option<ApiKeys>,
    parameters: Parameters,
    body: Option<Arc<Schema>>,
    max_body_bytes: usize,
    /// Whether its path can be read, by this operation or another.
    is_readable: bool,
    endpoint: BoxEndpoint<'static>,
}

impl Operation {
    /// Compiles an operation at a path of the contract, which `published` describes.
    ///
    /// # Errors
    ///
    /// The contract says something of its parameters or of its body that is not enforced.
    pub(super) fn compile(
        path: &str,
        contract: &Value,
        published: &Value,
        keys: &ApiKeys,
        is_readable: bool,
        (method, endpoint): (Method, BoxEndpoint<'static>),
    ) -> Result<Self, String> {
        let body = &published["requestBody"]["content"]["application/json"]["schema"];
        let components = &contract["components"];
        let body = (!body.is_null()).then(|| Schema::compile(components, body)).transpose();
        let body = body.map_err(|error| format!("body: {error}"))?;
        // An operation that is missing from the contract requires a key: fail closed.
        let is_open = published["security"].as_array().is_some_and(Vec::is_empty);
        Ok(Self {
            // Leaked once for each operation, which lives as long as the process.
            id: OperationId(published["operationId"].as_str().unwrap_or_default().to_owned().leak()),
            path: path.to_owned().leak(),
            method,
            keys: (!is_open).then(|| keys.clone()),
            parameters: Parameters::compile(path, components, published)?,
            body: body.map(Arc::new),
            max_body_bytes: MAX_BODY_BYTES,
            is_readable,
            endpoint,
        })
    }

    /// Sets the largest body that is read.
    pub(super) fn limit_body(&mut self, max_bytes: usize) {
        self.max_body_bytes = max_bytes;
    }

    /// The operation's id in the contract.
    #[must_use]
    pub fn id(&self) -> OperationId {
        self.id
    }

    /// The operation's path in the contract, such as `/simulate/{seed}`.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// Its method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Whether a caller needs a key, if the service asks for keys. Such an operation is also held to the limits of callers.
    #[must_use]
    pub fn needs_key(&self) -> bool {
        self.keys.is_some()
    }

    /// Authenticates a request by its headers.
    ///
    /// # Errors
    ///
    /// The 401 to a request without the key that the operation needs.
    pub(super) fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, Box<Response>> {
        let Some(keys) = &self.keys else { return Ok(Caller::anybody()) };
        keys.authenticate(headers).map_err(|error| Box::new(unauthorized(error)))
    }

    /// Checks the head of a request and calls poem-openapi's endpoint, which reads its input from [`Input`].
    pub(super) fn call(
        &self,
        mut request: Request,
        conditions: Option<&Conditions>,
        meter: Meter,
    ) -> BoxFuture<'_, Result<Response>> {
        let parameters = match self.parameters.read(request.uri()) {
            Ok(parameters) => parameters,
            Err(detail) => {
                let error = Json(ErrorResponse { detail });
                return ready(Ok(error.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())).boxed();
            }
        };
        if self.body.is_some()
            && let Err(refusal) = json::check_head(request.headers(), self.max_body_bytes)
        {
            return ready(Ok(*refusal)).boxed();
        }
        if let Some(Err(failed)) = conditions.map(|conditions| conditions.check_write(self.is_readable)) {
            return ready(Ok(*failed)).boxed();
        }
        let input = Input { meter, parameters, body: self.body.clone(), max_body_bytes: self.max_body_bytes };
        request.extensions_mut().insert(input);
        DynEndpoint::call(self.endpoint.as_ref(), request)
    }
}

impl fmt::Debug for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Operation").field("id", &self.id.0).field("keys", &self.keys).finish_non_exhaustive()
    }
}

/// An operation that is called for a request that was admitted.
pub struct Call<'a, P> {
    /// The operation.
    pub operation: &'a Operation,
    /// What the request was admitted with.
    pub permit: P,
    /// Counts what the request costs.
    pub meter: Meter,
    is_private: bool,
    conditions: Option<Conditions>,
    answer: BoxFuture<'a, Result<Response>>,
}

impl<'a, P> Call<'a, P> {
    /// Authenticates a request, has it admitted and calls its operation.
    pub(super) fn begin(
        operation: &'a Operation,
        request: Request,
        admit: impl FnOnce(&Operation, Option<Caller>, &Request) -> Result<P, Box<Response>>,
    ) -> Result<Self, Box<Response>> {
        let (caller, refusal) = match operation.authenticate(request.headers()) {
            Ok(caller) => (Some(caller), None),
            Err(refusal) => (None, Some(refusal)),
        };
        let is_private = caller.as_ref().is_some_and(|caller| caller.application().is_some());
        let permit = admit(operation, caller, &request)?;
        let meter = Meter::default();
        let conditions = Conditions::of(request.method(), request.headers());
        let answer = match refusal {
            None => operation.call(request, conditions.as_ref(), meter.clone()),
            Some(refusal) => ready(Ok(*refusal)).boxed(),
        };
        Ok(Self { operation, permit, meter, is_private, conditions, answer })
    }

    /// Waits for the answer, makes of it the representation that is sent, and holds that against the conditions of the
    /// request. Must be called once only.
    ///
    /// # Errors
    ///
    /// The error of the operation.
    pub fn answer(
        &mut self,
        represent: impl FnOnce(Response) -> Response + Send,
    ) -> impl Future<Output = Result<Response>> + Send {
        let (answer, is_private) = (self.answer.as_mut(), self.is_private);
        let (conditions, meter) = (self.conditions.as_ref(), &self.meter);
        async move {
            let mut response = answer.await?;
            if is_private {
                caching::keep_private(response.headers_mut());
            }
            let response = represent(response);
            let Some(conditions) = conditions else { return Ok(response) };
            let response = conditions.apply(response);
            if !response.status().is_success() {
                meter.clear();
            }
            Ok(response)
        }
    }
}

impl<P: fmt::Debug> fmt::Debug for Call<'_, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let mut call = formatter.debug_struct("Call");
        call.field("operation", &self.operation).field("permit", &self.permit).finish_non_exhaustive()
    }
}
