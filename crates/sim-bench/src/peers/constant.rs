//! A body that costs nothing to make: what sending alone costs.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// One buffer, sent over and over.
pub(super) struct Constant {
    frame: Bytes,
    /// How many bytes are sent before other connections have their turn.
    turn: u64,
    left_of_turn: u64,
    left: u64,
}

impl Constant {
    /// As a query says: `frame=16384&turn=32768&length=40000000`, in bytes.
    pub(super) fn of_query(query: &str) -> Option<Self> {
        let (frame, rest) = query.strip_prefix("frame=")?.split_once("&turn=")?;
        let (turn, length) = rest.split_once("&length=")?;
        let (turn, frame) = (turn.parse().ok()?, Bytes::from(vec![b'x'; frame.parse().ok()?]));
        Some(Self { frame, turn, left_of_turn: turn, left: length.parse().ok()? })
    }
}

impl Body for Constant {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if self.left_of_turn == 0 {
            self.left_of_turn = self.turn;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let length = usize::try_from(self.left).map_or(self.frame.len(), |left| left.min(self.frame.len()));
        self.left -= length as u64;
        self.left_of_turn = self.left_of_turn.saturating_sub(length as u64);
        Poll::Ready(Some(Ok(Frame::data(self.frame.slice(..length)))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
