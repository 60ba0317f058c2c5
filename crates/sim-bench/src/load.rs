//! Load from one thread, over connections of which each has at most one request under way: an answer makes room for the
//! next request.
//!
//! A generator of our own, because slices last milliseconds, the caller needs numbers rather than a
//! printed report, and a general client costs about as much CPU as the servers measured.

use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use mio::{Events, Interest, Poll, Token};

use crate::response::ResponseBuffer;
use crate::scenario::Scenario;

/// How long an answer may take before the run is aborted.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// When to stop sending.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    /// After this time.
    Elapsed(Duration),
    /// After this many requests.
    Requests(u32),
}

impl Limit {
    fn reached(self, elapsed: Duration, sent: u32) -> bool {
        match self {
            Self::Elapsed(limit) => elapsed >= limit,
            Self::Requests(limit) => sent >= limit,
        }
    }
}

/// The client's figures of a run.
#[derive(Debug)]
pub(crate) struct Sample {
    /// Requests answered, which is all that were sent.
    pub(crate) requests: u32,
    /// From the first request to the last response.
    pub(crate) elapsed: Duration,
    /// Time from request to response, in nanoseconds.
    pub(crate) latencies: Vec<u32>,
}

/// Keep-alive connections to one server.
#[derive(Debug)]
pub(crate) struct Load<'a> {
    scenario: &'a Scenario,
    connections: Vec<Connection>,
    poll: Poll,
}

impl<'a> Load<'a> {
    /// Opens the connections and verifies one full answer on each.
    pub(crate) fn connect(address: SocketAddr, scenario: &'a Scenario, count: usize) -> Result<Self> {
        let poll = Poll::new()?;
        let connections = (0..count)
            .map(|index| {
                let mut connection = Connection::open(address, scenario)?;
                let stream = &mut connection.stream;
                poll.registry().register(stream, Token(index), Interest::READABLE)?;
                Ok(connection)
            })
            .collect::<Result<_>>()?;
        Ok(Self { scenario, connections, poll })
    }

    /// Sends until `limit`, then waits for the answers still under way.
    pub(crate) fn run(&mut self, limit: Limit) -> Result<Sample> {
        let started = Instant::now();
        let mut latencies = Vec::new();
        let mut sent = 0;
        for connection in &mut self.connections {
            if limit.reached(started.elapsed(), sent) {
                break;
            }
            connection.send(self.scenario, Instant::now())?;
            sent += 1;
        }
        let mut under_way = sent;
        let mut events = Events::with_capacity(self.connections.len());
        while under_way > 0 {
            self.wait(&mut events)?;
            for event in &events {
                let connection = &mut self.connections[event.token().0];
                if !connection.receive(self.scenario)? {
                    continue;
                }
                let now = Instant::now();
                latencies.push(nanoseconds(now - connection.sent_at));
                if limit.reached(now - started, sent) {
                    under_way -= 1;
                } else {
                    connection.send(self.scenario, now)?;
                    sent += 1;
                }
            }
        }
        Ok(Sample { requests: sent, elapsed: started.elapsed(), latencies })
    }

    fn wait(&mut self, events: &mut Events) -> Result<()> {
        match self.poll.poll(events, Some(PATIENCE)) {
            Ok(()) if events.is_empty() => bail!("no answer within {PATIENCE:?}"),
            Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[derive(Debug)]
struct Connection {
    stream: mio::net::TcpStream,
    buffer: ResponseBuffer,
    sent_at: Instant,
}

impl Connection {
    fn open(address: SocketAddr, scenario: &Scenario) -> Result<Self> {
        let stream = exchange(address, scenario)?;
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream: mio::net::TcpStream::from_std(stream),
            buffer: ResponseBuffer::new(),
            sent_at: Instant::now(),
        })
    }

    /// A request fits the socket's empty send buffer, so a partial write means a broken peer.
    fn send(&mut self, scenario: &Scenario, now: Instant) -> Result<()> {
        self.sent_at = now;
        self.stream.write_all(scenario.request.as_bytes()).context("cannot send a request")
    }

    /// Whether the answer is complete. One read an event is enough: a short read has emptied the
    /// socket, and what comes later is a new event.
    fn receive(&mut self, scenario: &Scenario) -> Result<bool> {
        match self.buffer.read_from(&mut self.stream) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            read => read.context("cannot receive an answer")?,
        }
        let Some(response) = self.buffer.response()? else {
            return Ok(false);
        };
        response.check(scenario)?;
        self.buffer.clear();
        Ok(true)
    }
}

/// Opens a connection, gets one answer in the blocking way and verifies it.
pub(crate) fn exchange(address: SocketAddr, scenario: &Scenario) -> Result<TcpStream> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).context("cannot connect")?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(scenario.request.as_bytes())?;
    let mut buffer = ResponseBuffer::new();
    loop {
        buffer.read_from(&mut stream).context("cannot receive the first answer")?;
        if let Some(response) = buffer.response()? {
            response.verify(scenario)?;
            return Ok(stream);
        }
    }
}

/// Saturates at four seconds, which no answer takes.
fn nanoseconds(latency: Duration) -> u32 {
    u32::try_from(latency.as_nanos()).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Read as _;
    use std::net::TcpListener;
    use std::thread;

    use super::*;
    use crate::scenario::HEALTH;

    /// Answers as many requests on a connection as there are statuses, in two writes each, then closes it.
    pub(crate) fn server(statuses: &'static [&'static str]) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                thread::spawn(move || answer(stream, statuses));
            }
        });
        address
    }

    fn answer(mut stream: TcpStream, statuses: &[&str]) -> io::Result<()> {
        for status in statuses {
            let mut request = vec![0; HEALTH.request.len()];
            stream.read_exact(&mut request)?;
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 15\r\n")?;
            thread::yield_now();
            write!(stream, "\r\n{}", HEALTH.body)?;
        }
        Ok(())
    }

    #[test]
    fn a_limited_run_sends_exactly_as_many_requests_and_takes_all_answers() {
        let address = server(&["200 OK"; 20]);
        let mut load = Load::connect(address, &HEALTH, 2).expect("two connections");
        let sample = load.run(Limit::Requests(9)).expect("nine answers");
        assert_eq!((sample.requests, sample.latencies.len()), (9, 9));
    }

    #[test]
    fn fewer_requests_than_connections_are_possible() {
        let address = server(&["200 OK"; 2]);
        let mut load = Load::connect(address, &HEALTH, 3).expect("three connections");
        let sample = load.run(Limit::Requests(1)).expect("one answer");
        assert_eq!(sample.requests, 1);
    }

    #[test]
    fn a_wrong_first_answer_ends_the_run_before_it_begins() {
        assert!(Load::connect(server(&["503 Unavailable"]), &HEALTH, 1).is_err());
    }

    #[test]
    fn a_wrong_later_answer_or_a_closed_connection_ends_the_run() {
        for statuses in [&["200 OK", "503 Unavailable"][..], &["200 OK"]] {
            let mut load = Load::connect(server(statuses), &HEALTH, 1).expect("a connection");
            assert!(load.run(Limit::Requests(1)).is_err());
        }
    }
}
