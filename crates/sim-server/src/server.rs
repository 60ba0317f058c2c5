//! The server: its listeners, what answers at each, and its end.

use std::{fmt, future::Future, sync::Arc, time::Duration};

use sim_api::{ContractError, Readiness};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    app::{App, MetricsPage},
    config::Config,
    listener::{Acceptor, Drained},
    telemetry::{log::DroppedLines, traces::Traces},
};

/// The listening sockets of a process.
#[derive(Debug)]
pub struct Listeners {
    /// For its clients.
    pub service: TcpListener,
    /// Whether another process holds that of the clients as well, as systemd does, and takes over.
    pub is_shared: bool,
    /// For Prometheus, if metrics are on.
    pub metrics: Option<TcpListener>,
}

/// How many connections may read the metrics at once.
const MAX_METRICS_CONNECTIONS: usize = 16;

/// A server that is ready to serve.
pub struct Server {
    service: Acceptor<App>,
    metrics: Option<Acceptor<MetricsPage>>,
    traces: Option<Arc<Traces>>,
    readiness: Readiness,
    grace: Duration,
    is_shared: bool,
}

impl Server {
    /// Makes a server with these settings. Must be called within a tokio runtime.
    ///
    /// `dropped_lines` is reported among the metrics.
    ///
    /// # Errors
    ///
    /// The contract says something that is not enforced: an error in `sim-api`, which any start finds.
    pub fn new(listeners: Listeners, config: &Config, dropped_lines: &DroppedLines) -> Result<Self, ContractError> {
        let readiness = Readiness::default();
        let app = App::new(readiness.clone(), config, dropped_lines)?;
        let page = MetricsPage(app.metrics());
        let metrics = listeners.metrics.map(|listener| Acceptor::new(listener, page, MAX_METRICS_CONNECTIONS, config));
        Ok(Self {
            traces: app.traces(),
            service: Acceptor::new(listeners.service, app, config.max_connections, config),
            metrics,
            readiness,
            grace: config.shutdown_grace,
            is_shared: listeners.is_shared,
        })
    }

    /// Serves requests until `shutdown` is ready, then lets those in flight finish.
    ///
    /// The drain takes at most `SIM_SHUTDOWN_GRACE_SECS`, including the last spans. Metrics can be read until it ends.
    pub async fn serve(self, shutdown: impl Future<Output = ()>) -> Drained {
        let Self { service, metrics, traces, readiness, grace, is_shared } = self;
        let metrics = async {
            match &metrics {
                Some(acceptor) => acceptor.accept().await,
                None => std::future::pending().await,
            }
        };
        let served = async {
            tokio::select! {
                never = service.accept() => match never {},
                () = shutdown => {}
            }
            readiness.begin_shutdown();
            let deadline = Instant::now() + grace;
            let drained = if is_shared { service.drain_shared(grace).await } else { service.drain(grace).await };
            if let Some(traces) = traces {
                traces.end(deadline.saturating_duration_since(Instant::now())).await;
            }
            drained
        };
        tokio::select! {
            drained = served => drained,
            never = metrics => match never {},
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.debug_struct("Server").field("listener", self.service.listener()).finish_non_exhaustive()
    }
}
