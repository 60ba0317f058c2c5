//! One thread on the kernel's readiness queue that parses nothing: one read and one write a request.
//!
//! It takes one read for one request, which holds for the small requests of this benchmark only, and
//! knows by the number of bytes which of its ready-made answers is due.

use std::collections::HashMap;
use std::io::{self, Read as _, Write as _};

use anyhow::Result;
use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Registry, Token};

use crate::scenario::SCENARIOS;

const LISTENER: Token = Token(0);

pub(super) fn serve(listener: std::net::TcpListener) -> Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::from_std(listener);
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
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
    /// By the length of their requests.
    answers: HashMap<usize, String>,
    streams: HashMap<Token, TcpStream>,
    last: Token,
}

impl Floor {
    fn new() -> Self {
        Self {
            answers: SCENARIOS.map(|scenario| (scenario.request.len(), response(scenario.body))).into(),
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
            Ok(length) => match self.answers.get(&length) {
                Some(answer) => stream.write_all(answer.as_bytes()),
                None => Err(io::ErrorKind::UnexpectedEof.into()),
            },
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
