//! The accept loop and its shutdown.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{info, warn};

use super::connection::{self, ConnectionLimits, Service};
use crate::config::Config;

/// The pause after a failed accept: without descriptors or memory, trying again at once would only use a core.
const ACCEPT_BACK_OFF: Duration = Duration::from_millis(100);
/// How long connections are accepted after shutdown has begun, until load balancers notice. Each answer closes its
/// connection.
const LAME_DUCK: Duration = Duration::from_secs(1);
/// How long idle connections are kept after that: a client may already have sent its next request, or its first.
const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// How long new callers wait at most, while a drain finds out whether it is over.
const PAUSE: Duration = Duration::from_millis(500);

/// How the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drained {
    /// The number of connections that were still open at the time limit.
    pub cut_off: usize,
}

/// Accepts connections and serves them, up to a number of them at once.
pub(crate) struct Acceptor<S> {
    listener: TcpListener,
    slots: Arc<Semaphore>,
    service: Arc<S>,
    limits: ConnectionLimits,
    connections: TaskTracker,
    closing: CancellationToken,
}

impl<S: Service> Acceptor<S> {
    pub(crate) fn new(listener: TcpListener, service: S, max_connections: usize, config: &Config) -> Self {
        Self {
            listener,
            slots: Arc::new(Semaphore::new(max_connections)),
            service: Arc::new(service),
            limits: ConnectionLimits {
                header_bytes: config.max_header_bytes,
                headers: config.max_headers,
                header: config.header_timeout,
                idle: config.idle_timeout,
                answer: config.answer_timeout,
            },
            connections: TaskTracker::new(),
            closing: CancellationToken::new(),
        }
    }

    /// The listening socket.
    pub(crate) fn listener(&self) -> &TcpListener {
        &self.listener
    }

    /// Accepts connections, forever.
    pub(crate) async fn accept(&self) -> Infallible {
        loop {
            let (stream, peer, slot) = self.next().await;
            let open = Open::new(Arc::clone(&self.service), slot);
            let serve = connection::serve(stream, peer, Arc::clone(&self.service), self.limits, self.closing.clone());
            self.connections.spawn(async move {
                serve.await;
                drop(open);
            });
        }
    }

    async fn next(&self) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
        // The slot comes first: a connection that cannot be served yet waits in the kernel's queue, where it costs
        // nothing.
        let slot = match Arc::clone(&self.slots).acquire_owned().await {
            Ok(slot) => slot,
            Err(_) => std::future::pending().await,
        };
        loop {
            match self.listener.accept().await {
                Ok((stream, peer)) => return (stream, peer, slot),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    warn!(%error, "cannot accept connections");
                    self.service.cannot_accept();
                    sleep(ACCEPT_BACK_OFF).await;
                }
            }
        }
    }

    /// Lets the requests in flight finish while somebody else holds the listener: new callers are answered until the end,
    /// for whoever comes next may only listen then.
    ///
    /// The end is when all who were connected have gone and nobody else is connected for a moment.
    pub(crate) async fn drain_shared(self, grace: Duration) -> Drained {
        let deadline = Instant::now() + grace;
        let last_pause = deadline.checked_sub(PAUSE).unwrap_or(deadline);
        let newcomers = TaskTracker::new();
        newcomers.close();
        self.connections.close();
        let leave = async {
            let _ = timeout(LAME_DUCK + LAST_REQUESTS, self.connections.wait()).await;
            self.closing.cancel();
            self.connections.wait().await;
        };
        tokio::select! {
            biased;
            _ = timeout_at(last_pause, self.accept_newcomers(&newcomers)) => {}
            () = leave => {}
        }
        while timeout_at(deadline.min(Instant::now() + PAUSE), newcomers.wait()).await.is_err() {
            if Instant::now() >= last_pause {
                break;
            }
            let _ = timeout_at(last_pause.min(Instant::now() + 2 * PAUSE), self.accept_newcomers(&newcomers)).await;
        }
        let _ = timeout_at(deadline, self.connections.wait()).await;
        let _ = timeout_at(deadline, newcomers.wait()).await;
        drained(self.connections.len() + newcomers.len())
    }

    /// Accepts connections that close after their first request, or soon without one.
    async fn accept_newcomers(&self, newcomers: &TaskTracker) -> Infallible {
        loop {
            let (stream, peer, slot) = self.next().await;
            let open = Open::new(Arc::clone(&self.service), slot);
            let closing = CancellationToken::new();
            let serve = connection::serve(stream, peer, Arc::clone(&self.service), self.limits, closing.clone());
            newcomers.spawn(async move {
                let mut serve = pin!(serve);
                if timeout(LAST_REQUESTS, serve.as_mut()).await.is_err() {
                    closing.cancel();
                    serve.await;
                }
                drop(open);
            });
        }
    }

    /// Lets the requests in flight finish. New callers are answered for a moment only, until load balancers notice.
    pub(crate) async fn drain(self, grace: Duration) -> Drained {
        let deadline = Instant::now() + grace;
        let is_in_use = !self.connections.is_empty();
        self.connections.close();
        {
            // If nobody is connected or waiting, the drain is over. Otherwise it goes on even if no connection is open
            // for a moment: each answer closes its connection, and the next one may be on its way.
            let mut gone = pin!(self.connections.wait());
            tokio::select! {
                biased;
                _ = timeout(LAME_DUCK.min(grace), self.accept()) => {}
                () = &mut gone, if !is_in_use => {}
            }
        }
        let Self { listener, connections, closing, .. } = self;
        drop(listener);
        let _ = timeout_at(deadline.min(Instant::now() + LAST_REQUESTS), connections.wait()).await;
        closing.cancel();
        let _ = timeout_at(deadline, connections.wait()).await;
        drained(connections.len())
    }
}

/// Logs how the drain ended.
fn drained(cut_off: usize) -> Drained {
    if cut_off > 0 {
        warn!(cut_off, "connections were cut off");
    } else {
        info!("drained");
    }
    Drained { cut_off }
}

/// Counts a connection as open until dropped.
struct Open<S: Service> {
    service: Arc<S>,
    _slot: OwnedSemaphorePermit,
}

impl<S: Service> Open<S> {
    fn new(service: Arc<S>, slot: OwnedSemaphorePermit) -> Self {
        service.opened();
        Self { service, _slot: slot }
    }
}

impl<S: Service> Drop for Open<S> {
    fn drop(&mut self) {
        self.service.closed();
    }
}

/// Whether an accept error concerns one connection only, which its peer has closed.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
