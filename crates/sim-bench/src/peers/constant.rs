//! A body that costs nothing to make: what sending alone costs.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// One buffer, sent over and over.
pub(super) struct Constant {
    frame: Bytes,
    left: u64,
}

impl Constant {
    /// As a query says: `frame=4096&length=40000000`, in bytes.
    pub(super) fn of_query(query: &str) -> Option<Self> {
        let (frame, length) = query.strip_prefix("frame=")?.split_once("&length=")?;
        let frame = Bytes::from(vec![b'x'; frame.parse().ok()?]);
        Some(Self { frame, left: length.parse().ok()? })
    }
}

impl Body for Constant {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        let length = usize::try_from(self.left).map_or(self.frame.len(), |left| left.min(self.frame.len()));
        self.left -= length as u64;
        Poll::Ready(Some(Ok(Frame::data(self.frame.slice(..length)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
