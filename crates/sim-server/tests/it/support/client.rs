//! A client that sends exactly the bytes it is given and reads exactly what comes back.

use std::{
    fmt::Write as _,
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use socket2::SockRef;

use super::{Answer, PATIENCE};

/// The header of a request that brings JSON.
pub(crate) const JSON: (&str, &str) = ("Content-Type", "application/json");

/// A connection.
pub(crate) struct Client {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A request in bytes; `Content-Length` is added where there is a body.
pub(crate) fn request(method: &str, target: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: sim\r\n");
    for (name, value) in headers {
        write!(head, "{name}: {value}\r\n").expect("a string takes what is written");
    }
    if let Some(body) = body {
        write!(head, "Content-Length: {}\r\n", body.len()).expect("a string takes what is written");
    }
    head.push_str("\r\n");
    [head.as_bytes(), body.unwrap_or_default()].concat()
}

/// The head of a request to `/simulate` whose body follows.
pub(crate) fn head_of_post(headers: &[(&str, &str)]) -> Vec<u8> {
    request("POST", "/simulate", &[&[JSON], headers].concat(), None)
}

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server takes connections");
        stream.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
        stream.set_write_timeout(Some(PATIENCE)).expect("a limit can be set");
        stream.set_nodelay(true).expect("a socket can send at once");
        Self { stream, unread: Vec::new() }
    }

    /// Another connection to the same server.
    pub(crate) fn peer(&self) -> Self {
        Self::connect(self.stream.peer_addr().expect("a connection has two ends"))
    }

    #[track_caller]
    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.try_send(bytes).expect("the server reads");
    }

    /// Sends to a server that may have closed the connection.
    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Sends bytes one by one, with a pause after each, until the server has had enough; says whether it did.
    pub(crate) fn drip(&mut self, bytes: impl IntoIterator<Item = u8>) -> bool {
        const PAUSE: Duration = Duration::from_millis(20);
        bytes.into_iter().any(|byte| self.try_send([byte]).is_err() || !self.is_left_alone_for(PAUSE))
    }

    /// Whether the server neither sends anything nor ends its side for a while.
    pub(crate) fn is_left_alone_for(&self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).expect("a limit can be set");
        let peeked = self.stream.peek(&mut [0]);
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
        peeked.is_err_and(|error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut))
    }

    /// Breaks the connection off: what is under way is lost, and the server is told at once.
    pub(crate) fn reset(self) {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).expect("a socket can be closed by a reset");
    }

    /// Ends the sending side.
    pub(crate) fn finish_sending(&self) {
        self.stream.shutdown(Shutdown::Write).expect("the connection is open");
    }

    /// Sends a request without a body and reads its answer.
    #[track_caller]
    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send(request("GET", target, &[], None));
        self.answer()
    }

    /// Sends a JSON body to `/simulate` and reads the answer.
    #[track_caller]
    pub(crate) fn simulate(&mut self, body: impl AsRef<[u8]>) -> Answer {
        self.send(request("POST", "/simulate", &[JSON], Some(body.as_ref())));
        self.answer()
    }

    /// Reads an answer to any method but `HEAD`.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head_of_answer();
        let is_chunked = answer.header("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let length = answer.header("content-length").map(|length| length.parse().expect("a length is a number"));
        answer.body = match (answer.status, length) {
            (100..200 | 204 | 304, _) => Vec::new(),
            (_, Some(length)) => self.take(length),
            (_, None) if is_chunked => self.chunks(),
            (_, None) => self.until_closed(),
        };
        answer
    }

    /// Reads an answer that has a head and no body.
    #[track_caller]
    pub(crate) fn head_of_answer(&mut self) -> Answer {
        let status_line = self.line();
        let mut parts = status_line.splitn(3, ' ');
        assert!(matches!(parts.next(), Some("HTTP/1.1" | "HTTP/1.0")), "{status_line:?}");
        let status = parts.next().and_then(|status| status.parse().ok()).expect("an answer has a status");
        let mut headers = Vec::new();
        loop {
            let line = self.line();
            if line.is_empty() {
                return Answer { status, headers, body: Vec::new() };
            }
            let (name, value) = line.split_once(':').expect("a header has a colon");
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// Reads what is left until the server closes the connection, in order or by a reset.
    #[track_caller]
    pub(crate) fn until_closed(&mut self) -> Vec<u8> {
        while self.receive() {}
        std::mem::take(&mut self.unread)
    }

    /// Waits for the server to close the connection, and asserts that it sends nothing before.
    #[track_caller]
    pub(crate) fn expect_closed(&mut self) {
        assert_eq!(String::from_utf8_lossy(&self.until_closed()), "");
    }

    /// Whether nothing has come so far.
    pub(crate) fn has_nothing_to_read(&self) -> bool {
        self.stream.set_nonblocking(true).expect("a socket can be asked");
        let is_silent = self.stream.peek(&mut [0]).is_err_and(|error| error.kind() == ErrorKind::WouldBlock);
        self.stream.set_nonblocking(false).expect("a socket can be asked");
        is_silent && self.unread.is_empty()
    }

    /// Reads what has arrived, if anything; false if the connection is closed.
    #[track_caller]
    fn receive(&mut self) -> bool {
        let mut buffer = [0; 16 << 10];
        match self.stream.read(&mut buffer) {
            Ok(received) => {
                self.unread.extend_from_slice(&buffer[..received]);
                received > 0
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
            // A read with a time limit is not taken up again by the system after a signal to this process.
            Err(error) if error.kind() == ErrorKind::Interrupted => true,
            Err(error) => panic!("nothing to read: {error}"),
        }
    }

    #[track_caller]
    fn line(&mut self) -> String {
        loop {
            if let Some(end) = self.unread.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.take(end + 2);
                return String::from_utf8(line[..end].to_vec()).expect("a head is text");
            }
            assert!(self.receive(), "closed within a head: {:?}", String::from_utf8_lossy(&self.unread));
        }
    }

    #[track_caller]
    fn take(&mut self, length: usize) -> Vec<u8> {
        while self.unread.len() < length {
            assert!(self.receive(), "closed after {} of {length} bytes", self.unread.len());
        }
        self.unread.drain(..length).collect()
    }

    #[track_caller]
    fn chunks(&mut self) -> Vec<u8> {
        let mut body = Vec::new();
        loop {
            let size = usize::from_str_radix(&self.line(), 16).expect("a chunk has a size");
            body.extend(self.take(size));
            assert_eq!(self.line(), "", "a chunk ends with a line");
            if size == 0 {
                return body;
            }
        }
    }
}
