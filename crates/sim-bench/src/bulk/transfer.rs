//! One request on a connection of its own, and its answer read to the end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// How long a server may send nothing before the run is given up.
const PATIENCE: Duration = Duration::from_mins(1);

/// A request, and how much is expected of its answer.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    text: Vec<u8>,
    least_bytes: u64,
}

impl Request {
    /// Asks for a representation of `target`.
    pub(super) fn get(target: &str, accept: &str, least_bytes: u64) -> Self {
        let text = format!("GET {target} HTTP/1.1\r\nHost: sim\r\nAccept: {accept}\r\nConnection: close\r\n\r\n");
        Self { text: text.into(), least_bytes }
    }

    /// Sends a JSON body.
    pub(super) fn post(target: &str, body: &str, least_bytes: u64) -> Self {
        let text = format!(
            "POST {target} HTTP/1.1\r\nHost: sim\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len(),
        );
        Self { text: text.into(), least_bytes }
    }

    /// Sends the request and throws the answer away; says how many bytes it had.
    pub(crate) fn transfer(&self, address: SocketAddr) -> Result<u64> {
        let mut stream = TcpStream::connect(address).context("cannot connect")?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(&self.text)?;
        let mut room = vec![0; 256 << 10];
        let mut bytes = 0;
        loop {
            let count = stream.read(&mut room)?;
            if bytes == 0 {
                ensure!(room[..count].starts_with(b"HTTP/1.1 200 "), "not a 200: {:?}", room[..count].get(..64));
            }
            if count == 0 {
                break;
            }
            bytes += count as u64;
        }
        ensure!(bytes >= self.least_bytes, "{bytes} bytes instead of {} or more", self.least_bytes);
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    fn answered_with(answer: &'static str) -> Result<u64> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let request = Request::get("/", "*/*", 20);
        let mut text = request.text.clone();
        let server = thread::spawn(move || -> std::io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            stream.read_exact(&mut text)?;
            stream.write_all(answer.as_bytes())
        });
        let bytes = request.transfer(address);
        server.join().expect("the server ends")?;
        bytes
    }

    #[test]
    fn an_answer_is_read_to_its_end() {
        assert_eq!(answered_with("HTTP/1.1 200 OK\r\n\r\n0123456789").expect("an answer"), 29);
    }

    #[test]
    fn an_answer_that_is_short_or_no_success_ends_the_run() {
        assert!(answered_with("HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(answered_with("HTTP/1.1 503 Service Unavailable\r\n\r\n").is_err());
    }
}
