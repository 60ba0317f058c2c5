//! hyper's HTTP/1 server, without a framework.

use std::convert::Infallible;
use std::net::TcpListener;

use anyhow::Result;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;

use super::payload::{Batch, Health, Simulate};

pub(super) async fn serve(listener: TcpListener) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/health") => json(&Health { status: "ok" }),
        (&Method::POST, "/simulate") => simulate(request).await,
        (&Method::POST, "/simulate/batch") => simulate_batch(request).await,
        _ => empty(StatusCode::NOT_FOUND),
    })
}

async fn simulate(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Ok(body) = request.into_body().collect().await else {
        return empty(StatusCode::BAD_REQUEST);
    };
    match serde_json::from_slice::<Simulate>(&body.to_bytes()) {
        Ok(input) => json(&input.run()),
        Err(_) => empty(StatusCode::BAD_REQUEST),
    }
}

async fn simulate_batch(request: Request<Incoming>) -> Response<Full<Bytes>> {
    let Ok(body) = request.into_body().collect().await else {
        return empty(StatusCode::BAD_REQUEST);
    };
    match serde_json::from_slice::<Batch>(&body.to_bytes()) {
        Ok(input) => json(&input.run()),
        Err(_) => empty(StatusCode::BAD_REQUEST),
    }
}

fn json(body: &impl Serialize) -> Response<Full<Bytes>> {
    let Ok(bytes) = serde_json::to_vec(body) else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Full::from(bytes));
    let value = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
