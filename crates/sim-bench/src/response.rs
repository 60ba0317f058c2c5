//! Finds the end of an HTTP/1.1 response, however the bytes arrive.

use std::io::{self, Read};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::scenario::Scenario;

/// Far more than the head and body of any answer measured here.
const CAPACITY: usize = 16 << 10;

/// Header fields a response may have.
const FIELDS: usize = 32;

/// A complete response.
#[derive(Debug)]
pub(crate) struct Response<'a> {
    /// Status code.
    pub(crate) status: u16,
    /// Body, as long as `Content-Length` said.
    pub(crate) body: &'a [u8],
}

/// The bytes of one connection's current response.
#[derive(Debug)]
pub(crate) struct ResponseBuffer {
    bytes: Box<[u8; CAPACITY]>,
    filled: usize,
}

impl ResponseBuffer {
    /// An empty buffer.
    pub(crate) fn new() -> Self {
        Self { bytes: Box::new([0; CAPACITY]), filled: 0 }
    }

    /// Appends what one read of `source` gives; its end is an error, as every answer is awaited.
    pub(crate) fn read_from(&mut self, source: &mut impl Read) -> io::Result<()> {
        match source.read(&mut self.bytes[self.filled..])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            count => {
                self.filled += count;
                Ok(())
            }
        }
    }

    /// The response, once it is complete.
    ///
    /// # Errors
    ///
    /// If the bytes are not exactly one response with a `Content-Length` that fits the buffer.
    pub(crate) fn response(&self) -> Result<Option<Response<'_>>> {
        let bytes = &self.bytes[..self.filled];
        let mut fields = [httparse::EMPTY_HEADER; FIELDS];
        let mut head = httparse::Response::new(&mut fields);
        let httparse::Status::Complete(head_length) = head.parse(bytes)? else {
            ensure!(bytes.len() < CAPACITY, "the head exceeds {CAPACITY} bytes");
            return Ok(None);
        };
        let total = head_length + content_length(head.headers)?;
        ensure!(total <= CAPACITY, "the response exceeds {CAPACITY} bytes");
        ensure!(bytes.len() <= total, "bytes follow the response");
        if bytes.len() < total {
            return Ok(None);
        }
        let status = head.code.context("no status code")?;
        let body = &bytes[head_length..];
        Ok(Some(Response { status, body }))
    }

    /// Makes room for the next response.
    pub(crate) fn clear(&mut self) {
        self.filled = 0;
    }
}

impl Response<'_> {
    /// The cheap check, for every response: status and length.
    pub(crate) fn check(&self, scenario: &Scenario) -> Result<()> {
        ensure!(self.status == 200, "status {}", self.status);
        ensure!(
            self.body.len() == scenario.body.len(),
            "a body of {} bytes instead of {}",
            self.body.len(),
            scenario.body.len()
        );
        Ok(())
    }

    /// The full check, for the first response of a connection: status and JSON value.
    pub(crate) fn verify(&self, scenario: &Scenario) -> Result<()> {
        self.check(scenario)?;
        let body: Value = serde_json::from_slice(self.body).context("the body is not JSON")?;
        let expected: Value = serde_json::from_str(scenario.body)?;
        ensure!(body == expected, "answer {body} instead of {expected}");
        Ok(())
    }
}

fn content_length(fields: &[httparse::Header<'_>]) -> Result<usize> {
    let field =
        fields.iter().find(|field| field.name.eq_ignore_ascii_case("content-length")).context("no Content-Length")?;
    let value = str::from_utf8(field.value)?;
    value.parse().with_context(|| format!("Content-Length {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{HEALTH, SIMULATE};

    const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{\"status\":\"ok\"}";

    fn buffer(chunks: &[&str]) -> ResponseBuffer {
        let mut buffer = ResponseBuffer::new();
        for chunk in chunks {
            buffer.read_from(&mut chunk.as_bytes()).expect("bytes to read");
        }
        buffer
    }

    #[test]
    fn a_response_is_complete_only_with_its_last_byte_wherever_it_is_split() {
        for split in 1..OK.len() {
            let (start, end) = OK.split_at(split);
            let mut buffer = buffer(&[start]);
            assert!(buffer.response().expect("a valid start").is_none(), "split at {split}");
            buffer.read_from(&mut end.as_bytes()).expect("bytes to read");
            let response = buffer.response().expect("valid").expect("complete");
            response.verify(&HEALTH).expect("the right answer");
        }
    }

    #[test]
    fn a_cleared_buffer_takes_the_next_response() {
        let mut buffer = buffer(&[OK]);
        buffer.clear();
        assert!(buffer.response().expect("empty is valid").is_none());
        buffer.read_from(&mut OK.as_bytes()).expect("bytes to read");
        assert!(buffer.response().expect("valid").is_some());
    }

    #[test]
    fn bytes_after_the_response_are_an_error() {
        assert!(buffer(&[OK, "H"]).response().is_err());
    }

    #[test]
    fn a_response_without_length_is_an_error() {
        assert!(buffer(&["HTTP/1.1 200 OK\r\n\r\n"]).response().is_err());
    }

    #[test]
    fn a_response_larger_than_the_buffer_is_an_error() {
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 16384\r\n\r\n";
        assert!(buffer(&[head]).response().is_err());
    }

    #[test]
    fn a_closed_connection_is_an_error() {
        assert!(ResponseBuffer::new().read_from(&mut io::empty()).is_err());
    }

    #[test]
    fn another_status_or_answer_is_refused_and_key_order_is_free() {
        let response = |status, body| Response { status, body };
        let sorted: &[u8] = br#"{"result":1363713826,"seed":42,"steps":1000}"#;
        let wrong: &[u8] = br#"{"result":1363713827,"seed":42,"steps":1000}"#;
        assert!(response(200, sorted).verify(&SIMULATE).is_ok());
        assert!(response(200, wrong).verify(&SIMULATE).is_err());
        assert!(response(500, sorted).check(&SIMULATE).is_err());
        assert!(response(200, b"{}").check(&SIMULATE).is_err());
    }
}
