//! A collector that takes spans and keeps them.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value},
    trace::v1::Span,
};
use prost::Message;
use serde_json::{Map, Value};

use super::PATIENCE;

/// A collector on a port of its own.
pub(crate) struct Collector {
    /// Its address, without a path.
    pub(crate) url: String,
    exports: Receiver<Export>,
}

/// A request to the collector.
#[derive(Debug)]
pub(crate) struct Export {
    /// Request line and headers.
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Collector {
    /// A collector that takes everything.
    pub(crate) fn start() -> Self {
        Self::with_answers([])
    }

    /// A collector whose first answers have these statuses.
    pub(crate) fn with_answers<const N: usize>(statuses: [u16; N]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let url = format!("http://{}", listener.local_addr().expect("a listener has an address"));
        let (sender, exports) = channel();
        thread::spawn(move || {
            let mut statuses = statuses.into_iter();
            for stream in listener.incoming() {
                take(&stream.expect("a connection"), statuses.next().unwrap_or(200), &sender);
            }
        });
        Self { url, exports }
    }

    /// The next request.
    #[track_caller]
    pub(crate) fn export(&self) -> Export {
        self.exports.recv_timeout(PATIENCE).expect("spans are sent")
    }

    /// Every request that has come and was not asked for yet.
    pub(crate) fn exports(&self) -> Vec<Export> {
        self.exports.try_iter().collect()
    }

    /// The spans in them.
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.exports().iter().flat_map(Export::spans).collect()
    }
}

fn take(stream: &TcpStream, status: u16, exports: &Sender<Export>) {
    stream.set_read_timeout(Some(PATIENCE)).expect("a limit can be set");
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        let read = reader.read_line(&mut head).expect("a head is text");
        assert!(read > 0, "closed within a head: {head:?}");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().expect("a length is a number")];
    reader.read_exact(&mut body).expect("a body is as long as it says");
    // A test that has seen enough has dropped the other end.
    let _ = exports.send(Export { head, body });
    let answer = format!("HTTP/1.1 {status} -\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    { stream }.write_all(answer.as_bytes()).expect("the service reads");
}

impl Export {
    fn request(&self) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest::decode(self.body.as_slice()).expect("an export of traces")
    }

    /// The spans, each of them of the one resource and the one scope.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let mut request = self.request();
        assert_eq!(request.resource_spans.len(), 1);
        let mut scopes = request.resource_spans.remove(0).scope_spans;
        assert_eq!(scopes.len(), 1);
        let scope = scopes.remove(0);
        assert_eq!(scope.schema_url, "https://opentelemetry.io/schemas/1.23.0");
        scope.spans
    }

    /// The attributes of every span.
    pub(crate) fn resource(&self) -> Value {
        let resource = self.request().resource_spans.remove(0).resource;
        attributes(&resource.unwrap_or_default().attributes)
    }
}

/// Attributes as a JSON object.
pub(crate) fn attributes(attributes: &[KeyValue]) -> Value {
    let pairs: Map<_, _> = attributes.iter().map(|pair| (pair.key.clone(), value(pair))).collect();
    assert_eq!(pairs.len(), attributes.len(), "an attribute is there twice: {attributes:?}");
    pairs.into()
}

fn value(pair: &KeyValue) -> Value {
    match pair.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.as_str().into(),
        Some(any_value::Value::IntValue(number)) => (*number).into(),
        Some(any_value::Value::BoolValue(truth)) => (*truth).into(),
        other => panic!("{other:?} is no value of ours"),
    }
}
