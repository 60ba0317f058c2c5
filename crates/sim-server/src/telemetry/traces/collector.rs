//! The HTTP client for the collector: one request and one connection per batch.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Response, body::Bytes, client::conn::http1, header};
use hyper_util::rt::TokioIo;
use opentelemetry_http::{HttpClient, HttpError};
use poem::http::Uri;
use tokio::{net::TcpStream, runtime::Handle, time::timeout};
use tracing::{info, warn};

const DEFAULT_PORT: u16 = 80;
/// The most bytes to read of a collector's answer.
const MAX_ANSWER_BYTES: usize = 64 << 10;

/// The default of `OTEL_EXPORTER_OTLP_TIMEOUT`.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);

/// Sends batches. Logs once that this begins to fail, and once that it works again.
#[derive(Debug)]
pub(super) struct Collector {
    timeout: Duration,
    /// Batches are made on a thread outside the runtime.
    runtime: Handle,
    is_failing: AtomicBool,
}

impl Collector {
    pub(super) fn new() -> Self {
        Self { timeout: timeout_of_variables(), runtime: Handle::current(), is_failing: AtomicBool::new(false) }
    }

    /// Logs that spans are lost, unless the log says so already.
    pub(super) fn fail(&self, endpoint: Option<&Uri>, reason: &str) {
        if !self.is_failing.swap(true, Ordering::Relaxed) {
            warn!(endpoint = endpoint.map(display), reason, "traces cannot be sent");
        }
    }

    fn succeed(&self, endpoint: &Uri) {
        if self.is_failing.swap(false, Ordering::Relaxed) {
            info!(%endpoint, "traces are sent again");
        }
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let limit = self.timeout;
        // The time limit needs the runtime's clock.
        let exchange = self.runtime.spawn(async move { timeout(limit, post(request)).await });
        exchange.await?.with_context(|| format!("no answer within {} ms", limit.as_millis()))?
    }
}

#[async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let endpoint = request.uri().clone();
        let answer = self.send(request).await;
        match &answer {
            Ok(response) if response.status().is_success() => self.succeed(&endpoint),
            Ok(response) => self.fail(Some(&endpoint), &format!("the answer is {}", response.status())),
            Err(error) => self.fail(Some(&endpoint), &format!("{error:#}")),
        }
        Ok(answer?)
    }
}

/// The time limit of a request. The exporter reads it too, but only to stop its retries.
fn timeout_of_variables() -> Duration {
    ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"]
        .into_iter()
        .find_map(|variable| std::env::var(variable).ok()?.parse().ok())
        .map_or(DEFAULT_TIMEOUT, Duration::from_millis)
}

async fn post(mut request: Request<Bytes>) -> Result<Response<Bytes>> {
    let authority = request.uri().authority().context("no address")?.clone();
    let host = authority.host().trim_start_matches('[').trim_end_matches(']');
    let stream =
        TcpStream::connect((host, authority.port_u16().unwrap_or(DEFAULT_PORT))).await.context("no connection")?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Ends with the exchange, whether it succeeds or fails.
    tokio::spawn(connection);
    request.headers_mut().insert(header::HOST, authority.as_str().parse()?);
    *request.uri_mut() = request.uri().path().parse()?;
    let (head, body) = sender.send_request(request.map(Full::new)).await?.into_parts();
    let body = Limited::new(body, MAX_ANSWER_BYTES).collect().await.map_err(anyhow::Error::from_boxed)?;
    Ok(Response::from_parts(head, body.to_bytes()))
}
