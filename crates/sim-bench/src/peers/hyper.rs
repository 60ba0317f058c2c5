//! hyper's HTTP/1 server, without a framework.

use std::convert::Infallible;
use std::net::TcpListener;

use anyhow::Result;
use http_body_util::{BodyExt as _, Either, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::Serialize;

use super::constant::Constant;
use super::payload::{Batch, Health, Simulate};

/// An answer made at once, or a buffer sent over and over.
type Body = Either<Full<Bytes>, Constant>;

pub(super) async fn serve(listener: TcpListener) -> Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer));
        tokio::spawn(connection);
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/health") => json(&Health { status: "ok" }),
        (&Method::POST, "/simulate") => simulate(request).await,
        (&Method::POST, "/simulate/batch") => simulate_batch(request).await,
        (&Method::GET, "/constant") => constant(request.uri().query().unwrap_or_default()),
        _ => empty(StatusCode::NOT_FOUND),
    })
}

async fn simulate(request: Request<Incoming>) -> Response<Body> {
    let Ok(body) = request.into_body().collect().await else {
        return empty(StatusCode::BAD_REQUEST);
    };
    match serde_json::from_slice::<Simulate>(&body.to_bytes()) {
        Ok(input) => json(&input.run()),
        Err(_) => empty(StatusCode::BAD_REQUEST),
    }
}

async fn simulate_batch(request: Request<Incoming>) -> Response<Body> {
    let Ok(body) = request.into_body().collect().await else {
        return empty(StatusCode::BAD_REQUEST);
    };
    match serde_json::from_slice::<Batch>(&body.to_bytes()) {
        Ok(input) => json(&input.run()),
        Err(_) => empty(StatusCode::BAD_REQUEST),
    }
}

fn constant(query: &str) -> Response<Body> {
    match Constant::of_query(query) {
        Some(body) => Response::new(Either::Right(body)),
        None => empty(StatusCode::BAD_REQUEST),
    }
}

fn json(body: &impl Serialize) -> Response<Body> {
    let Ok(bytes) = serde_json::to_vec(body) else {
        return empty(StatusCode::INTERNAL_SERVER_ERROR);
    };
    let mut response = Response::new(Either::Left(Full::from(bytes)));
    let value = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, value);
    response
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Either::Left(Full::default()));
    *response.status_mut() = status;
    response
}
