//! `sim-server healthcheck`: a health check for an image without any other program.

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use anyhow::{Context, Result, ensure};

use crate::config::Config;

const TIMEOUT: Duration = Duration::from_secs(2);

/// Asks the server with these settings for its health.
///
/// # Errors
///
/// If the server does not answer 200 in time.
pub(super) fn run(config: &Config) -> Result<()> {
    let address = address(config)?;
    let exchange = || -> std::io::Result<Vec<u8>> {
        let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.write_all(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut answer = Vec::new();
        // A health answer is short, but something else may be listening there.
        stream.take(4096).read_to_end(&mut answer)?;
        Ok(answer)
    };
    let answer = exchange().with_context(|| format!("no answer from http://{address}/health"))?;
    let status = String::from_utf8_lossy(answer.split(|byte| *byte == b'\r').next().unwrap_or_default()).into_owned();
    ensure!(status.starts_with("HTTP/1.1 200"), "http://{address}/health answered {status:?}");
    Ok(())
}

fn address(config: &Config) -> Result<SocketAddr> {
    let Config { host, port, .. } = config;
    let mut address = (host.as_str(), *port)
        .to_socket_addrs()
        .ok()
        .and_then(|mut addresses| addresses.next())
        .with_context(|| format!("SIM_HOST {host:?} has no address"))?;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(address)
}
