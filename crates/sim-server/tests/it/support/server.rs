//! The server, within the process of the test.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::mpsc::{Receiver, channel},
};

use sim_server::{Config, Drained, DroppedLines, Listeners};
use tokio::{
    net::TcpListener,
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use super::{Answer, Client, PATIENCE, request};

/// A running server. It is gone when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The address of its metrics.
    pub(crate) metrics_address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    drained: Receiver<Drained>,
    _runtime: Runtime,
}

impl Server {
    /// A server with the default settings.
    pub(crate) fn start() -> Self {
        Self::with(|_| {})
    }

    /// A server with other settings.
    pub(crate) fn with(change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::from_variables([]).expect("the defaults are a configuration");
        change(&mut config);
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts");
        let listen = || runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).expect("a port is free");
        let (service, metrics) = (listen(), listen());
        let address = |listener: &TcpListener| listener.local_addr().expect("a listener has an address");
        let (address, metrics_address) = (address(&service), address(&metrics));
        let (stop, stopped) = oneshot::channel();
        let (tell, drained) = channel();
        runtime.spawn(async move {
            let server = sim_server::Server::new(
                Listeners { service, is_shared: false, metrics: Some(metrics) },
                &config,
                &DroppedLines::default(),
            )
            .expect("the contract is enforced");
            let outcome = server.serve(async move { drop(stopped.await) }).await;
            // A test that does not ask has dropped the other end.
            let _ = tell.send(outcome);
        });
        Self { address, metrics_address, stop: Some(stop), drained, _runtime: runtime }
    }

    pub(crate) fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Sends a request on a connection of its own and reads the answer.
    #[track_caller]
    pub(crate) fn call(&self, method: &str, target: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        let mut client = self.connect();
        client.send(request(method, target, headers, body));
        if method == "HEAD" { client.head_of_answer() } else { client.answer() }
    }

    #[track_caller]
    pub(crate) fn get(&self, target: &str) -> Answer {
        self.connect().get(target)
    }

    #[track_caller]
    pub(crate) fn simulate(&self, body: impl AsRef<[u8]>) -> Answer {
        self.connect().simulate(body)
    }

    /// Asserts that the server still serves.
    #[track_caller]
    pub(crate) fn expect_alive(&self) {
        assert_eq!(self.get("/health").status, 200);
    }

    /// Sends the stop signal.
    pub(crate) fn begin_shutdown(&mut self) {
        self.stop.take().expect("shutdown begins once").send(()).expect("the server waits for its signal");
    }

    /// Waits for the server to end.
    #[track_caller]
    pub(crate) fn drained(&self) -> Drained {
        self.drained.recv_timeout(PATIENCE).expect("the drain is bounded")
    }
}
