use std::collections::HashMap;

use poem::{
    Endpoint, Request, Response, Result,
    endpoint::BoxEndpoint,
    error::NotFoundError,
    http::{HeaderValue, Method, StatusCode, header},
};
use poem_openapi::OpenApi;

use crate::json::json_response;

/// The operations of the service by path, ready to be called.
///
/// poem's own router would find them too, through three more boxed futures a request, which cost as much as the
/// operation and its validation together.
#[derive(Debug)]
pub struct Routes(HashMap<String, Methods>);

/// The operations of one path by method.
pub struct Methods {
    operations: HashMap<Method, BoxEndpoint<'static>>,
    allow: HeaderValue,
}

impl Routes {
    /// The routes of some operations.
    pub fn new(operations: impl OpenApi) -> Self {
        let mut table = HashMap::new();
        operations.add_routes(&mut table);
        Self(table.into_iter().map(|(path, operations)| (path, Methods::new(operations))).collect())
    }

    /// The operations of a path, if it has any.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Methods> {
        self.0.get(path)
    }
}

impl Endpoint for Routes {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.find(request.uri().path()) {
            Some(methods) => methods.call(request).await,
            None => Err(NotFoundError.into()),
        }
    }
}

impl Methods {
    fn new(operations: HashMap<Method, BoxEndpoint<'static>>) -> Self {
        let mut methods: Vec<_> = operations.keys().map(Method::as_str).collect();
        methods.sort_unstable();
        Self { allow: allow(&methods), operations }
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.operations.get(request.method()) {
            Some(operation) => operation.call(request).await,
            None => Ok(method_not_allowed(&self.allow)),
        }
    }
}

impl std::fmt::Debug for Methods {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        formatter.debug_struct("Methods").field("allow", &self.allow).finish_non_exhaustive()
    }
}

/// The value of `Allow` for some methods, with `HEAD` wherever there is `GET`.
fn allow(methods: &[&str]) -> HeaderValue {
    let mut allowed = methods.to_vec();
    if allowed.contains(&"GET") {
        allowed.push("HEAD");
    }
    HeaderValue::from_str(&allowed.join(", ")).unwrap_or(HeaderValue::from_static(""))
}

/// The answer to a path that is none of the service's.
#[must_use]
pub fn not_found() -> Response {
    json_response(StatusCode::NOT_FOUND, r#"{"detail":"Not Found"}"#)
}

/// The answer to a method that a path does not have; `allow` names those it has.
#[must_use]
pub fn method_not_allowed(allow: &HeaderValue) -> Response {
    let mut response = json_response(StatusCode::METHOD_NOT_ALLOWED, r#"{"detail":"Method Not Allowed"}"#);
    response.headers_mut().insert(header::ALLOW, allow.clone());
    response
}
