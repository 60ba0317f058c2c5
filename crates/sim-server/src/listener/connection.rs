//! One connection: HTTP/1.1 over a socket, with a time limit on everything that a peer can drag out.
//!
//! hyper 1.12's own timer restarts at each head and ends idle connections as early as slow ones, so the time is kept here:
//! one timer per connection, touched only when something waits.

mod activity;
mod head;
mod protocol_error;
mod socket;
mod target;
mod watchdog;

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::Arc,
    task::Poll,
    time::Duration,
};

use hyper::{
    Method, StatusCode,
    body::{Body, Incoming},
    server::conn::http1,
    service::service_fn,
};
use tokio::{net::TcpStream, task::yield_now};
use tokio_util::sync::CancellationToken;

use super::body::{BoxBody, Received};
use activity::Activity;
use socket::Socket;
use watchdog::Watchdog;

/// The most bytes of a long answer that wait for its reader.
const MAX_BUFFER_BYTES: usize = 64 << 10;

/// The limits of a connection: the size of a header section, and the time to wait for the peer.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionLimits {
    /// The most bytes of a header section, request line included.
    pub(crate) header_bytes: usize,
    /// The most headers.
    pub(crate) headers: usize,
    /// How long to wait for a whole header section, and for the first byte.
    pub(crate) header: Duration,
    /// How long to wait for the next request, or for a reader to take more of an answer.
    pub(crate) idle: Duration,
    /// How long an answer may be sent.
    pub(crate) answer: Duration,
}

/// Answers the requests of connections, and is told about the connections.
pub(crate) trait Service: Send + Sync + 'static {
    /// Answers a request; `received` counts its body.
    fn answer(
        &self,
        request: hyper::Request<Incoming>,
        peer: SocketAddr,
        received: Received,
    ) -> impl Future<Output = hyper::Response<BoxBody>> + Send;

    /// Bytes that are not a request were answered with this status.
    fn refused(&self, _status: StatusCode) {}

    /// A connection has been accepted.
    fn opened(&self) {}

    /// A connection has ended.
    fn closed(&self) {}

    /// No connection can be accepted.
    fn cannot_accept(&self) {}
}

/// Serves a connection until its peer, a time limit or `closing` ends it.
///
/// `closing` lets the request in flight finish, and ends an idle connection at once.
pub(crate) async fn serve<S: Service>(
    stream: TcpStream,
    peer: SocketAddr,
    service: Arc<S>,
    limits: ConnectionLimits,
    closing: CancellationToken,
) {
    // Answers are written whole, so Nagle's algorithm would only delay the last part of a large one.
    let _ = stream.set_nodelay(true);
    let activity = Arc::new(Activity::default());
    let received = Received::default();
    let answer = service_fn(|request: hyper::Request<Incoming>| {
        activity.begin_request();
        let (service, activity, received) = (Arc::clone(&service), Arc::clone(&activity), received.clone());
        async move {
            let may_leave_body = !request.body().is_end_stream();
            let is_read = request.method() == Method::POST;
            let answer = match head::check(&request) {
                Ok(()) => service.answer(request, peer, received).await,
                Err((status, error)) => {
                    service.refused(status);
                    protocol_error::response(status, &error)
                }
            };
            // Yields once, so that hyper sees the unread rest of the body before it writes the head: it skips what has
            // arrived, and if more is to come it announces the end of the connection.
            if may_leave_body && !(is_read && answer.status() == StatusCode::OK) {
                yield_now().await;
            }
            activity.end_request();
            Ok::<_, Infallible>(answer)
        }
    });
    let mut http = http1::Builder::new();
    // A client that has closed its sending side, as `nc -N` does, still waits for the answer.
    http.half_close(true);
    http.max_buf_size(MAX_BUFFER_BYTES);
    http.max_headers(limits.headers).max_header_size(limits.header_bytes).header_read_timeout(None);
    let mut connection =
        http.serve_connection(Socket::new(stream, Arc::clone(&activity), Arc::clone(&service)), answer);
    let mut watchdog = pin!(Watchdog::new(Arc::clone(&activity), limits));
    let mut closed = pin!(closing.cancelled());
    let mut is_closing = false;
    let ended = poll_fn(|context| {
        if let Poll::Ready(ended) = Pin::new(&mut connection).poll(context) {
            return Poll::Ready(ended);
        }
        if !is_closing && closed.as_mut().poll(context).is_ready() {
            is_closing = true;
            Pin::new(&mut connection).graceful_shutdown();
            if let Poll::Ready(ended) = Pin::new(&mut connection).poll(context) {
                return Poll::Ready(ended);
            }
        }
        watchdog.as_mut().poll(context).map(Ok)
    })
    .await;
    // Any other error is the peer's: it disconnected, or it broke the protocol and got its answer.
    if ended.is_err_and(|error| error.is_parse_version_h2()) {
        let refused = connection.into_parts().io.refuse();
        tokio::select! {
            _ = refused => {}
            () = watchdog => {}
        }
    }
}
