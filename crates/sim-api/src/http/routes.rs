//! How a request finds its operation.

use std::{collections::HashMap, fmt, sync::Arc};

use poem::{
    Endpoint, EndpointExt, Error, Request, Response, Result, Route, RouteMethod,
    endpoint::BoxEndpoint,
    error::NotFoundError,
    http::{HeaderValue, Method, StatusCode, header},
};
use poem_openapi::{__private::UrlQuery, OpenApi};
use serde_json::Value;

use crate::{
    contract::document::contract, http::addressed_operation::AddressedOperation, http::api_key::ApiKeys,
    http::body_operation::BodyOperation, http::json::json_response, http::operation::Operation,
    http::template::Template,
};

/// poem's table of endpoints by path and method.
type Table = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// The operations of the service by path, ready to be called.
///
/// poem's own router would find them all, through three more boxed futures a request, which cost as much as an operation
/// and its validation together. So a path without parameters leads to its operations directly. One with parameters has
/// them read here, and most of its operations called with what was read; the others are reached through poem's router,
/// which reads them anew.
#[derive(Debug)]
pub struct Routes {
    fixed: Vec<(String, Methods)>,
    templates: Vec<(Template, Methods)>,
}

/// The operations of one path by method.
pub struct Methods {
    operations: Vec<(Method, Operation)>,
    allow: HeaderValue,
}

impl Routes {
    /// The routes of some operations, of which those that need a key take one of `keys`.
    ///
    /// # Panics
    ///
    /// Where the contract says of a parameter what is not enforced: an error in this crate, which its tests find.
    #[must_use]
    pub fn new(operations: impl OpenApi, keys: &ApiKeys) -> Self {
        let mut fixed = Table::new();
        operations.add_routes(&mut fixed);
        let addressed: Table = fixed.extract_if(|path, _| path.contains(':')).collect();
        let templates = addressed_methods(addressed, keys);
        let fixed = fixed.into_iter().map(|(path, endpoints)| {
            let of_path = &contract()["paths"][&path];
            let operations = endpoints.into_iter().map(|(method, endpoint)| {
                let operation = Operation::fixed(&path, published(of_path, &method), keys, endpoint);
                (method, operation)
            });
            let methods = Methods::new(operations.collect());
            (path, methods)
        });
        Self { fixed: fixed.collect(), templates }
    }

    /// The same, an operation with a body called by its own way.
    ///
    /// # Panics
    ///
    /// Where no such operation is at a path without parameters: an error in this crate, which its tests find.
    #[must_use]
    pub(crate) fn with_body<O: BodyOperation>(mut self, operation: O) -> Self {
        let paths = self.fixed.iter_mut().map(|(_, methods)| methods);
        named(paths, O::ID).call_with_body(operation);
        self
    }

    /// The same, an operation on what an address names called by its own way.
    ///
    /// # Panics
    ///
    /// Where no such operation is at a path with parameters: an error in this crate, which its tests find.
    #[must_use]
    pub(crate) fn with_addressed<O: AddressedOperation>(mut self, operation: O) -> Self {
        let paths = self.templates.iter_mut().map(|(_, methods)| methods);
        named(paths, O::ID).call_addressed(operation);
        self
    }

    /// Every operation.
    pub fn iter(&self) -> impl Iterator<Item = &Operation> {
        let fixed = self.fixed.iter().map(|(_, methods)| methods);
        let methods = fixed.chain(self.templates.iter().map(|(_, methods)| methods));
        methods.flat_map(|methods| methods.operations.iter().map(|(_, operation)| operation))
    }

    /// The operations of a path, if it has any.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Methods> {
        // So few paths are compared sooner than one is hashed.
        let fixed = self.fixed.iter().find(|(fixed, _)| fixed == path);
        let escaped = || {
            let is_escaped = |fixed: &str| path.contains('%') && Template::new(fixed).matches(path);
            self.fixed.iter().find(|(fixed, _)| is_escaped(fixed))
        };
        let template = || self.templates.iter().find(|(template, _)| template.matches(path));
        // A fixed path comes first however it is escaped: `/simulate/%62atch` is no simulation.
        let methods = fixed.or_else(escaped).map(|(_, methods)| methods);
        methods.or_else(|| template().map(|(_, methods)| methods))
    }
}

/// The operation of a name, which is at one of some paths.
#[expect(clippy::panic, reason = "an operation that is nowhere cannot be called")]
fn named<'a>(paths: impl Iterator<Item = &'a mut Methods>, id: &str) -> &'a mut Operation {
    let mut operations = paths.flat_map(|methods| &mut methods.operations);
    match operations.find(|(_, operation)| operation.id().0 == id) {
        Some((_, operation)) => operation,
        None => panic!("no operation {id} at a path of its kind"),
    }
}

/// What the contract says of a method of a path.
fn published<'a>(path: &'a Value, method: &Method) -> &'a Value {
    &path[method.as_str().to_lowercase()]
}

/// The operations whose paths have parameters, all behind one router.
fn addressed_methods(addressed: Table, keys: &ApiKeys) -> Vec<(Template, Methods)> {
    let paths = contract()["paths"].as_object();
    let templates: Vec<_> = paths
        .into_iter()
        .flatten()
        .map(|(path, operations)| (Template::new(path), path, operations))
        .filter(|(template, ..)| addressed.contains_key(&template.route()))
        .collect();
    let methods: Vec<Vec<Method>> =
        templates.iter().map(|(template, ..)| addressed[&template.route()].keys().cloned().collect()).collect();
    let router = Arc::new(router(addressed));
    let compiled = templates.into_iter().zip(methods).map(|((template, path, published_methods), methods)| {
        let operations = methods.into_iter().map(|method| {
            let router = Arc::clone(&router);
            let operation =
                Operation::addressed(path, published(published_methods, &method), keys, template.clone(), router);
            (method, operation)
        });
        let methods = Methods::new(operations.collect());
        (template, methods)
    });
    compiled.collect()
}

/// poem's router, with what poem-openapi's parameters ask of a request.
fn router(table: Table) -> BoxEndpoint<'static> {
    let routes = table.into_iter().fold(Route::new(), |routes, (path, endpoints)| {
        let methods = endpoints
            .into_iter()
            .fold(RouteMethod::new(), |methods, (method, endpoint)| methods.method(method, endpoint));
        routes.at(path, methods)
    });
    let with_query = |mut request: Request| async move {
        let query: Vec<(String, String)> = request.params().unwrap_or_default();
        request.extensions_mut().insert(UrlQuery(query));
        Ok(request)
    };
    routes.before(with_query).map_to_response().boxed()
}

impl Endpoint for Routes {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let methods = self.find(request.uri().path()).ok_or(NotFoundError)?;
        let Some(operation) = methods.operation(request.method()) else {
            return Ok(methods.not_allowed());
        };
        let meter = request.extensions().get().cloned();
        let answer = match operation.authenticate(request.headers()) {
            Ok(caller) => operation.call(request, &caller, meter.as_ref()).await,
            Err(refusal) => Ok(*refusal),
        };
        let mut response = answer.unwrap_or_else(Error::into_response);
        response.set_data(operation.id());
        Ok(response)
    }
}

impl Methods {
    fn new(operations: Vec<(Method, Operation)>) -> Self {
        let mut methods: Vec<_> = operations.iter().map(|(method, _)| method.as_str()).collect();
        methods.sort_unstable();
        Self { allow: allow(&methods), operations }
    }

    /// The operation of a method, if there is one.
    #[must_use]
    pub fn operation(&self, method: &Method) -> Option<&Operation> {
        self.operations.iter().find(|(of, _)| of == method).map(|(_, operation)| operation)
    }

    /// The answer to a method that has none. It needs no key, since the contract says as much to everybody.
    #[must_use]
    pub fn not_allowed(&self) -> Response {
        method_not_allowed(&self.allow)
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
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
