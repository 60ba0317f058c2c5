//! One long trajectory, read to its end.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

/// The media types of a trajectory.
pub(super) const MEDIA_TYPES: [&str; 4] =
    ["application/octet-stream", "application/json", "text/csv", "application/x-ndjson"];

/// The most values of a trajectory.
const VALUES: u64 = 10_000_000;

/// Bytes of an answer at least: a digit and a separator a value. As binary numbers each value has four.
const LEAST_BYTES: u64 = 2 * VALUES;

/// How long a server may send nothing before the run is aborted.
const PATIENCE: Duration = Duration::from_mins(1);

/// Asks for the longest trajectory in this media type and throws the answer away.
pub(super) fn read_trajectory(address: SocketAddr, media_type: &str) -> Result<()> {
    let mut stream = TcpStream::connect(address).context("cannot connect")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET /simulate/42/trajectory?count={VALUES} HTTP/1.1\r\nHost: sim\r\nAccept: {media_type}\r\n\
         Connection: close\r\n\r\n"
    )?;
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
    ensure!(bytes >= LEAST_BYTES, "{bytes} bytes instead of {LEAST_BYTES} or more");
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// What comes of an answer with this head and as many bytes of body.
    fn answered_with(head: &'static str, length: usize) -> Result<()> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let server = thread::spawn(move || -> io::Result<()> {
            let (mut stream, _) = listener.accept()?;
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                stream.read_exact(&mut byte)?;
                request.extend(byte);
            }
            stream.write_all(head.as_bytes())?;
            stream.write_all(&vec![b'0'; length])
        });
        let outcome = read_trajectory(address, MEDIA_TYPES[0]);
        // A client that gives up early is an error of the server's writes, which is not what is tested.
        let _ = server.join().expect("the server ends");
        outcome
    }

    #[test]
    fn an_answer_of_the_expected_length_is_read_to_its_end() {
        answered_with("HTTP/1.1 200 OK\r\n\r\n", 40_000_000).expect("an answer");
    }

    #[test]
    fn an_answer_that_is_short_or_no_success_ends_the_run() {
        assert!(answered_with("HTTP/1.1 200 OK\r\n\r\n", 10).is_err());
        assert!(answered_with("HTTP/1.1 503 Service Unavailable\r\n\r\n", 40_000_000).is_err());
    }
}
