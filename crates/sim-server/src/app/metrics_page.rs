//! The page for Prometheus, on a listener of its own.

use std::{net::SocketAddr, sync::Arc};

use hyper::body::Incoming;
use poem::{
    Response,
    http::{HeaderValue, Method, StatusCode, header},
};
use sim_api::{Conditions, method_not_allowed, not_found, unescaped};

use super::compression::{self, compress};
use crate::{
    listener::{
        Service,
        body::{BoxBody, Received},
    },
    telemetry::metrics::Metrics,
};

const PATH: &str = "/metrics";

/// Answers `GET /metrics`, and nothing else.
#[derive(Debug)]
pub(crate) struct MetricsPage(pub(crate) Arc<Metrics>);

impl Service for MetricsPage {
    async fn answer(&self, request: hyper::Request<Incoming>, _: SocketAddr, _: Received) -> hyper::Response<BoxBody> {
        let path = unescaped(request.uri().path());
        let response = match (path.as_ref(), request.method()) {
            // hyper sends no body to HEAD.
            (PATH, &Method::GET | &Method::HEAD) => self.page(&request).unwrap_or_else(|refusal| *refusal),
            ("*", &Method::OPTIONS) => Response::builder()
                .status(StatusCode::NO_CONTENT)
                .header(header::ALLOW, HeaderValue::from_static("GET, HEAD, OPTIONS"))
                .finish(),
            (PATH, _) => method_not_allowed(&HeaderValue::from_static("GET, HEAD")),
            _ => not_found(),
        };
        response.into()
    }
}

impl MetricsPage {
    /// The page in the coding that a request accepts, if its conditions hold.
    fn page(&self, request: &hyper::Request<Incoming>) -> Result<Response, Box<Response>> {
        let wanted = compression::wanted(request.headers())?;
        let page = Response::builder()
            .content_type(prometheus::TEXT_FORMAT)
            .header(header::CACHE_CONTROL, "no-store")
            .body(self.0.text());
        let page = compress(page, wanted);
        Ok(match Conditions::of(request.method(), request.headers()) {
            Some(conditions) => conditions.apply(page),
            None => page,
        })
    }
}
