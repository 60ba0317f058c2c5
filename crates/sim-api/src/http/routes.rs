//! How a request finds its operation.

use std::{collections::HashMap, error, fmt, future::Future};

use poem::{
    Error, Request, Response, Result,
    endpoint::BoxEndpoint,
    http::{HeaderValue, Method, StatusCode, header},
};
use poem_openapi::OpenApi;
use serde_json::Value;

use crate::http::{
    address,
    api_key::{ApiKeys, Caller},
    json::json_response,
    operation::{Call, Operation},
};

/// The operations of the service by path, ready to be called.
pub struct Routes {
    /// From a path to an index of `items`.
    paths: matchit::Router<usize>,
    items: Vec<PathItem>,
}

/// The operations of one path by method.
#[derive(Debug)]
pub struct PathItem {
    operations: Vec<(Method, Operation)>,
    allow: HeaderValue,
}

/// Why operations cannot be served: the contract says something that is not enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractError(String);

impl fmt::Display for ContractError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl error::Error for ContractError {}

impl Routes {
    /// Creates routes to operations, which `contract` describes. The operations that need a key accept `keys`.
    ///
    /// # Errors
    ///
    /// The contract says something of a parameter, of a body or of a path that is not enforced.
    pub fn new(operations: impl OpenApi, contract: &Value, keys: &ApiKeys) -> Result<Self, ContractError> {
        let mut table = HashMap::new();
        operations.add_routes(&mut table);
        let mut routes = Self { paths: matchit::Router::new(), items: vec![] };
        for (route, endpoints) in table {
            let (path, published) = published(contract, &route);
            let item = PathItem::compile(&path, contract, published, keys, endpoints)?;
            let inserted = routes.paths.insert(path.as_str(), routes.items.len());
            inserted.map_err(|error| ContractError(format!("path {path}: {error}")))?;
            routes.items.push(item);
        }
        Ok(routes)
    }

    /// Sets the largest body that is read, in bytes. It is 1 MiB otherwise.
    #[must_use]
    pub fn with_max_body_bytes(mut self, max_bytes: usize) -> Self {
        let operations = self.items.iter_mut().flat_map(|item| &mut item.operations);
        operations.for_each(|(_, operation)| operation.limit_body(max_bytes));
        self
    }

    /// Every operation.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        self.items.iter().flat_map(|item| item.operations.iter().map(|(_, operation)| operation))
    }

    /// The operations at a path, if there are any.
    ///
    /// A fixed path comes before one with parameters. An escaped letter is that letter, and an escaped slash is no slash.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&PathItem> {
        let path = address::unescaped(path);
        let index = *self.paths.at(&path).ok()?.value;
        self.items.get(index)
    }

    /// Answers a request, whatever it costs: for callers in the same process.
    ///
    /// The response has the [`OperationId`](poem_openapi::OperationId) of the operation that was reached among its data.
    pub fn answer(&self, request: Request) -> impl Future<Output = Response> + Send {
        let call = match self.find(request.uri().path()) {
            Some(item) => item.call(request, |_, _, _| Ok(())),
            None => Err(Box::new(not_found())),
        };
        async move {
            match call {
                Ok(mut call) => {
                    let mut response = call.answer(|response| response).await.unwrap_or_else(Error::into_response);
                    response.set_data(call.operation.id());
                    response
                }
                Err(response) => *response,
            }
        }
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_list().entries(self.iter()).finish()
    }
}

/// The path that poem-openapi writes as `route` for poem's router, such as `/simulate/:param0`, and what the contract says
/// of it. One that is not published is its own path.
fn published<'c>(contract: &'c Value, route: &str) -> (String, &'c Value) {
    let mut paths = contract["paths"].as_object().into_iter().flatten();
    match paths.find(|(path, _)| address::route(path) == route) {
        Some((path, published)) => (path.clone(), published),
        None => (route.to_owned(), &Value::Null),
    }
}

impl PathItem {
    fn compile(
        path: &str,
        contract: &Value,
        published: &Value,
        keys: &ApiKeys,
        endpoints: HashMap<Method, BoxEndpoint<'static>>,
    ) -> Result<Self, ContractError> {
        let is_readable = endpoints.contains_key(&Method::GET);
        let operation = |(method, endpoint): (Method, BoxEndpoint<'static>)| {
            let published = &published[method.as_str().to_lowercase()];
            let operation =
                Operation::compile(path, contract, published, keys, is_readable, (method.clone(), endpoint));
            let operation =
                operation.map_err(|reason| ContractError(format!("operation {method} {path}: {reason}")))?;
            Ok((method, operation))
        };
        let mut operations = endpoints.into_iter().map(operation).collect::<Result<Vec<_>, _>>()?;
        operations.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
        let methods: Vec<_> = operations.iter().map(|(method, _)| method.as_str()).collect();
        Ok(Self { allow: allow(&methods), operations })
    }

    /// Finds the operation of a request by its method, authenticates the caller, asks `admit` and calls the operation.
    ///
    /// Every request takes these steps in this order. `admit` learns which operation was found and who calls it, and decides
    /// whether the request may go on. It gets no caller if the key was refused; the request is admitted all the same, and
    /// its answer is the refusal: a refusal costs something too, and whoever guesses keys is held to a rate.
    ///
    /// What need not wait is done before this returns. The request is moved into one box and nowhere else: moving a future
    /// that holds the request copies all of it.
    ///
    /// # Errors
    ///
    /// The answer to a method that the path does not have, which needs no key since the contract says as much to
    /// everybody; or the answer of `admit`.
    pub fn call<P>(
        &self,
        request: Request,
        admit: impl FnOnce(&Operation, Option<Caller>, &Request) -> Result<P, Box<Response>>,
    ) -> Result<Call<'_, P>, Box<Response>> {
        match self.operations.iter().find(|(method, _)| method == request.method()) {
            Some((_, operation)) => Call::begin(operation, request, admit),
            None => Err(Box::new(method_not_allowed(&self.allow))),
        }
    }
}

/// The value of `Allow`, with `HEAD` if there is `GET`.
fn allow(methods: &[&str]) -> HeaderValue {
    let mut allowed = methods.to_vec();
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    HeaderValue::from_str(&allowed.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

/// The answer to a path that the service does not have.
#[must_use]
pub fn not_found() -> Response {
    json_response(StatusCode::NOT_FOUND, r#"{"detail":"Not Found"}"#)
}

/// The 405 to a method that a path does not have; `allow` names those it has.
#[must_use]
pub fn method_not_allowed(allow: &HeaderValue) -> Response {
    let mut response = json_response(StatusCode::METHOD_NOT_ALLOWED, r#"{"detail":"Method Not Allowed"}"#);
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}
