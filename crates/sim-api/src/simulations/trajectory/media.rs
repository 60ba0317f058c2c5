//! The media types of a trajectory: the schema and the writer of each.

use std::ops::Range;

use poem::{
    Body, IntoResponse, Response,
    http::{HeaderValue, header},
};
use poem_openapi::{
    payload::Payload,
    registry::{MetaSchema, MetaSchemaRef, Registry},
    types::{Example, Type},
};
use serde_json::json;

use super::{Trajectory, states::Window, stream};
use crate::simulations::decimal::{self, Steps};

/// A body of one media type.
macro_rules! stream {
    ($(#[$documentation:meta])* $name:ident, $media_type:literal, $schema:expr, $register:expr) => {
        $(#[$documentation])*
        pub(super) struct $name(Body);

        impl Payload for $name {
            const CONTENT_TYPE: &'static str = $media_type;

            fn schema_ref() -> MetaSchemaRef {
                $schema
            }

            fn register(registry: &mut Registry) {
                let register: fn(&mut Registry) = $register;
                register(registry);
            }
        }

        impl IntoResponse for $name {
            fn into_response(self) -> Response {
                respond($media_type, self.0)
            }
        }
    };
}

stream!(
    /// One object, its numbers in `values`.
    JsonStream, "application/json", Trajectory::schema_ref(), Trajectory::register
);
stream!(
    /// One object a line.
    NdjsonStream,
    "application/x-ndjson",
    text(
        "One object per line: `step`, the number of steps, and `value`, the state after them. A line feed ends each line.",
        "",
        decimal::append_ndjson,
    ),
    |_| {}
);
stream!(
    /// A header, then one line a value.
    CsvStream,
    "text/csv",
    text(
        "The header `step,value`, then one line per value, with the number of steps before it. A line feed ends each line.",
        CSV_HEADER,
        decimal::append_csv,
    ),
    |_| {}
);

const CSV_HEADER: &str = "step,value\n";

/// The schema of a text of lines after `head`. Its example is the whole answer to the example of a request.
fn text(description: &'static str, head: &str, append: fn(&mut Vec<u8>, Steps, &[u32])) -> MetaSchemaRef {
    let mut states = Window::example().states();
    let steps = Steps { first: states.step, stride: states.stride };
    let mut values = vec![0; states.left];
    states.fill(&mut values);
    let mut text = head.as_bytes().to_vec();
    append(&mut text, steps, &values);
    let example = Some(json!(String::from_utf8_lossy(&text)));
    MetaSchemaRef::Inline(Box::new(MetaSchema { description: Some(description), example, ..MetaSchema::new("string") }))
}

impl From<Window> for JsonStream {
    fn from(window: Window) -> Self {
        let Window { seed, start, stride, count } = window;
        let head = format!(r#"{{"seed":{seed},"start":{start},"stride":{stride},"count":{count},"values":["#);
        Self(stream::of_chunks(window.states(), head.into(), 11, |text, chunk| {
            decimal::append_values(text, chunk.values, b',');
            if chunk.is_last {
                text.pop();
                text.extend_from_slice(b"]}");
            }
        }))
    }
}

impl From<Window> for NdjsonStream {
    fn from(window: Window) -> Self {
        Self(stream::of_chunks(window.states(), vec![], 40, |text, chunk| {
            decimal::append_ndjson(text, chunk.steps, chunk.values);
        }))
    }
}

impl From<Window> for CsvStream {
    fn from(window: Window) -> Self {
        Self(stream::of_chunks(window.states(), CSV_HEADER.into(), 24, |text, chunk| {
            decimal::append_csv(text, chunk.steps, chunk.values);
        }))
    }
}

/// Each value as four bytes, the least significant first.
pub(super) struct BinaryStream {
    body: Body,
    length: u64,
}

impl BinaryStream {
    /// The bytes `bytes` of a window.
    pub(super) fn new(window: Window, bytes: Range<u64>) -> Self {
        let length = bytes.end - bytes.start;
        // A part may begin and end within a value.
        let (mut before, mut left) = (bytes.start % 4, length);
        let states = window.states().skip(bytes.start / 4);
        let body = stream::of_chunks(states, vec![], 4, move |binary, chunk| {
            binary.resize(4 * chunk.values.len(), 0);
            for (bytes, value) in binary.as_chunks_mut().0.iter_mut().zip(chunk.values) {
                *bytes = value.to_le_bytes();
            }
            binary.drain(..usize::try_from(before).unwrap_or(0));
            binary.truncate(usize::try_from(left).unwrap_or(usize::MAX));
            (before, left) = (0, left - binary.len() as u64);
        });
        Self { body, length }
    }
}

impl From<Window> for BinaryStream {
    fn from(window: Window) -> Self {
        Self::new(window, 0..window.bytes())
    }
}

impl Payload for BinaryStream {
    const CONTENT_TYPE: &'static str = "application/octet-stream";

    fn schema_ref() -> MetaSchemaRef {
        MetaSchemaRef::Inline(Box::new(MetaSchema {
            description: Some("Each value as four bytes, the least significant first."),
            ..MetaSchema::new_with_format("string", "binary")
        }))
    }
}

impl IntoResponse for BinaryStream {
    fn into_response(self) -> Response {
        let mut response = respond(Self::CONTENT_TYPE, self.body);
        response.headers_mut().insert(header::CONTENT_LENGTH, self.length.into());
        response.headers_mut().insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        response
    }
}

fn respond(media_type: &'static str, body: Body) -> Response {
    let mut response = Response::default();
    response.headers_mut().reserve(8);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.set_body(body);
    response
}
