//! The page for Prometheus, on a listener of its own.

use std::{net::SocketAddr, sync::Arc};

use hyper::body::Incoming;
use poem::{
    Response,
    http::{HeaderValue, Method, header},
};
use sim_api::{method_not_allowed, not_found};

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
        let response = match (request.uri().path(), request.method()) {
            // hyper sends no body to HEAD.
            (PATH, &Method::GET | &Method::HEAD) => Response::builder()
                .content_type(prometheus::TEXT_FORMAT)
                .header(header::CACHE_CONTROL, "no-store")
                .body(self.0.text()),
            (PATH, _) => method_not_allowed(&HeaderValue::from_static("GET, HEAD")),
            _ => not_found(),
        };
        response.into()
    }
}
