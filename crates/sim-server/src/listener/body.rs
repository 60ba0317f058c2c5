//! Bodies, and their counted bytes.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use http_body_util::{BodyExt, Full, combinators};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

/// The body of an answer.
pub(crate) type BoxBody = combinators::BoxBody<Bytes, io::Error>;

/// An answer of up to this many bytes is in memory as a whole, and its connection takes it at once.
const AT_ONCE: u64 = 64 << 10;

/// Counts the bytes of a request's body as they are read. A connection has one, since its requests follow one another.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received(Arc<AtomicU64>);

impl Received {
    /// The bytes counted since the last body began.
    pub(crate) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Starts counting another body.
    pub(crate) fn count(&self, body: Incoming) -> BoxBody {
        self.0.store(0, Ordering::Relaxed);
        if body.is_end_stream() {
            return BoxBody::default();
        }
        let count = Arc::clone(&self.0);
        let count = move |frame: &Frame<Bytes>| {
            count.fetch_add(frame.data_ref().map_or(0, Bytes::len) as u64, Ordering::Relaxed);
        };
        body.inspect_frame(count).map_err(io::Error::other).boxed()
    }
}

/// A body that is a text.
pub(super) fn of_text(text: String) -> BoxBody {
    Full::from(text).map_err(|never| match never {}).boxed()
}

/// The length of a body, if its connection takes it at once.
pub(crate) fn length_at_once(body: &BoxBody) -> Option<u64> {
    body.size_hint().exact().filter(|length| *length <= AT_ONCE)
}

/// Wraps a body to report at its end how many bytes were sent and whether that was all.
pub(crate) fn watched(body: BoxBody, ended: impl FnOnce(u64, bool) + Send + Sync + Unpin + 'static) -> BoxBody {
    BoxBody::new(Watched { length: body.size_hint().exact(), body, sent: 0, ended: Some(ended) })
}

struct Watched<F: FnOnce(u64, bool)> {
    body: BoxBody,
    length: Option<u64>,
    sent: u64,
    ended: Option<F>,
}

impl<F: FnOnce(u64, bool)> Watched<F> {
    fn count(&mut self, frame: Option<&Frame<Bytes>>) {
        self.sent += frame.and_then(Frame::data_ref).map_or(0, Bytes::len) as u64;
        // A body with a known length is not polled after its last byte.
        if frame.is_none() || self.length == Some(self.sent) {
            self.end(true);
        }
    }

    fn end(&mut self, is_whole: bool) {
        if let Some(ended) = self.ended.take() {
            ended(self.sent, is_whole);
        }
    }
}

impl<F: FnOnce(u64, bool)> Drop for Watched<F> {
    fn drop(&mut self) {
        self.end(false);
    }
}

impl<F: FnOnce(u64, bool) + Unpin> Body for Watched<F> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context)).transpose();
        if let Ok(frame) = &frame {
            self.count(frame.as_ref());
        }
        Poll::Ready(frame.transpose())
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
