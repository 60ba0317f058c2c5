use std::{collections::HashMap, fmt, sync::Arc};

use poem::{
    Endpoint, EndpointExt, IntoResponse, Request, Response, Result, Route, RouteMethod,
    endpoint::BoxEndpoint,
    error::NotFoundError,
    http::{HeaderValue, Method, StatusCode, Uri, header},
};
use poem_openapi::{__private::UrlQuery, OpenApi, OperationId};
use serde_json::Value;

use crate::{ErrorResponse, Json, document, json::json_response, parameters::Parameters, template::Template};

/// poem's table of endpoints by path and method.
type Table = HashMap<String, HashMap<Method, BoxEndpoint<'static>>>;

/// The operations of the service by path, ready to be called.
///
/// poem's own router would find them all, through three more boxed futures a request, which cost as much as an operation
/// and its validation together. So a path without parameters leads to its operations directly. One with parameters has
/// them checked here, and goes on through poem's router, which takes them apart.
#[derive(Debug)]
pub struct Routes {
    fixed: HashMap<String, Methods>,
    templates: Vec<(Template, Methods)>,
}

/// The operations of one path by method.
pub struct Methods {
    operations: HashMap<Method, Operation>,
    allow: HeaderValue,
}

enum Operation {
    Fixed(BoxEndpoint<'static>),
    Addressed(Box<Addressed>),
}

/// An operation whose path has parameters.
struct Addressed {
    id: OperationId,
    template: Template,
    parameters: Parameters,
    router: Arc<BoxEndpoint<'static>>,
}

impl Routes {
    /// The routes of some operations.
    ///
    /// # Panics
    ///
    /// Where the contract says of a parameter what is not enforced: an error in this crate, which its tests find.
    #[must_use]
    pub fn new(operations: impl OpenApi) -> Self {
        let mut fixed = Table::new();
        operations.add_routes(&mut fixed);
        let addressed: Table = fixed.extract_if(|path, _| path.contains(':')).collect();
        let templates = addressed_methods(addressed);
        let fixed = fixed.into_iter().map(|(path, endpoints)| {
            let operations = endpoints.into_iter().map(|(method, endpoint)| (method, Operation::Fixed(endpoint)));
            (path, Methods::new(operations.collect()))
        });
        Self { fixed: fixed.collect(), templates }
    }

    /// The operations of a path, if it has any.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<&Methods> {
        let escaped = || {
            let is_escaped = |fixed: &str| path.contains('%') && Template::new(fixed).captures(path).is_some();
            self.fixed.iter().find(|(fixed, _)| is_escaped(fixed)).map(|(_, methods)| methods)
        };
        let template = || self.templates.iter().find(|(template, _)| template.captures(path).is_some());
        // A fixed path comes first however it is escaped: `/simulate/%62atch` is no simulation.
        self.fixed.get(path).or_else(escaped).or_else(|| template().map(|(_, methods)| methods))
    }
}

/// The operations whose paths have parameters, all behind one router.
fn addressed_methods(addressed: Table) -> Vec<(Template, Methods)> {
    let published = document::contract()["paths"].as_object();
    let templates: Vec<_> = published
        .into_iter()
        .flatten()
        .map(|(path, operations)| (Template::new(path), operations))
        .filter(|(template, _)| addressed.contains_key(&template.route()))
        .collect();
    let methods: Vec<Vec<Method>> =
        templates.iter().map(|(template, _)| addressed[&template.route()].keys().cloned().collect()).collect();
    let router = Arc::new(router(addressed));
    let compiled = templates.into_iter().zip(methods).map(|((template, published), methods)| {
        let operations = methods.into_iter().map(|method| {
            let operation = Addressed::new(&template, published, &method, Arc::clone(&router));
            (method, Operation::Addressed(Box::new(operation)))
        });
        (template.clone(), Methods::new(operations.collect()))
    });
    compiled.collect()
}

impl Addressed {
    fn new(template: &Template, published: &Value, method: &Method, router: Arc<BoxEndpoint<'static>>) -> Self {
        let operation = &published[method.as_str().to_lowercase()];
        // Once for each operation with parameters, for the life of the process.
        let id: &str = operation["operationId"].as_str().unwrap_or_default().to_owned().leak();
        match Parameters::compile(operation) {
            Ok(parameters) => Self { id: OperationId(id), template: template.clone(), parameters, router },
            #[expect(clippy::panic, reason = "a parameter that cannot be enforced must not be served")]
            Err(reason) => panic!("operation {id}: {reason}"),
        }
    }

    async fn call(&self, mut request: Request) -> Result<Response> {
        let path = request.uri().path();
        let captured = self.template.captures(path).unwrap_or_default();
        if let Err(detail) = self.parameters.check(&request, &captured) {
            let error = Json(ErrorResponse { detail });
            let mut response = error.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response();
            response.set_data(self.id);
            return Ok(response);
        }
        // poem's router takes an escaped letter for another one.
        if path.contains('%') {
            *request.uri_mut() = with_path(request.uri(), &self.template.filled(&captured));
        }
        self.router.call(request).await
    }
}

/// The same address with another path.
fn with_path(uri: &Uri, path: &str) -> Uri {
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{path}{query}").parse().unwrap_or_else(|_| uri.clone())
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
        match self.find(request.uri().path()) {
            Some(methods) => methods.call(request).await,
            None => Err(NotFoundError.into()),
        }
    }
}

impl Methods {
    fn new(operations: HashMap<Method, Operation>) -> Self {
        let mut methods: Vec<_> = operations.keys().map(Method::as_str).collect();
        methods.sort_unstable();
        Self { allow: allow(&methods), operations }
    }
}

impl Endpoint for Methods {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        match self.operations.get(request.method()) {
            Some(Operation::Fixed(endpoint)) => endpoint.call(request).await,
            Some(Operation::Addressed(operation)) => operation.call(request).await,
            None => Ok(method_not_allowed(&self.allow)),
        }
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
