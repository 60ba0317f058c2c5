//! A listening socket and its connections: the accept loop, HTTP/1.1 over a socket, and the bodies that pass.

mod acceptor;
pub(crate) mod body;
mod connection;
mod descriptors;

pub(crate) use acceptor::Acceptor;
pub use acceptor::Drained;
pub(crate) use connection::Service;
pub(crate) use descriptors::provide_for as provide_descriptors;
