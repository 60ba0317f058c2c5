//! One thread on the kernel's readiness queue that parses nothing: one read and one write a request.
//!
//! It takes one read for one request, which holds for the small requests of this benchmark only, and
//! looks at the first byte to know which of its two ready-made answers is due.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr};

use anyhow::Result;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Registry, Token};

use super::announce;
use crate::scenario::{HEALTH, SIMULATE};

const LISTENER: Token = Token(0);

pub(super) fn serve(port: u16) -> Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    announce(listener.local_addr()?)?;
    let mut floor = Floor::new();
    let mut events = Events::with_capacity(1024);
    loop {
        poll.poll(&mut events, None)?;
        for event in &events {
            match event.token() {
                LISTENER => floor.accept(&listener, poll.registry())?,
                token => floor.answer(token),
            }
        }
    }
}

struct Floor {
    health: String,
    simulate: String,
    streams: HashMap<Token, TcpStream>,
    last: Token,
}

impl Floor {
    fn new() -> Self {
        Self {
            health: response(HEALTH.body),
            simulate: response(SIMULATE.body),
            streams: HashMap::new(),
            last: LISTENER,
        }
    }

    fn accept(&mut self, listener: &TcpListener, registry: &Registry) -> io::Result<()> {
        loop {
            match listener.accept() {
                Ok((mut stream, _)) => {
                    self.last.0 += 1;
                    registry.register(&mut stream, self.last, Interest::READABLE)?;
                    self.streams.insert(self.last, stream);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Anything but a request that can be answered at once ends the connection.
    fn answer(&mut self, token: Token) {
        let Some(stream) = self.streams.get_mut(&token) else {
            return;
        };
        let mut request = [0; 4096];
        let outcome = match stream.read(&mut request) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) if request[0] == b'G' => stream.write_all(self.health.as_bytes()),
            Ok(_) => stream.write_all(self.simulate.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(error),
        };
        if outcome.is_err() {
            self.streams.remove(&token);
        }
    }
}

/// As long as the other servers' answers, date included.
fn response(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\n\
         content-type: application/json\r\n\
         content-length: {}\r\n\
         date: Thu, 01 Jan 1970 00:00:00 GMT\r\n\
         \r\n\
         {body}",
        body.len()
    )
}
