//! A body that is produced while it is sent.

use std::{
    io,
    task::{Context, Poll},
};

use futures_util::stream::poll_fn;
use poem::Body;

use super::states::States;
use crate::simulations::decimal::Steps;

/// The size of a chunk, in bytes. A chunk stays in the processor's cache on its way to the socket, and a reader that
/// stalls costs no more memory than this.
const CHUNK_BYTES: usize = 16 << 10;
/// The number of bytes produced before the task yields, so that a short request waits only this long for each long
/// answer.
const TURN_BYTES: usize = 32 << 10;

/// Consecutive states of a window.
pub(super) struct Chunk<'a> {
    /// The number of steps before each of them.
    pub(super) steps: Steps,
    pub(super) values: &'a [u32],
    /// Whether they are the last of the window.
    pub(super) is_last: bool,
}

/// A body of `head` and the states as `write` appends them. Most take at most `bytes_per_value` bytes.
pub(super) fn of_chunks(
    mut states: States,
    head: Vec<u8>,
    bytes_per_value: usize,
    mut write: impl FnMut(&mut Vec<u8>, &Chunk) + Send + 'static,
) -> Body {
    let mut head = Some(head);
    let chunk_values = CHUNK_BYTES / bytes_per_value;
    let is_one_chunk = states.left <= chunk_values;
    let mut values = vec![0; chunk_values.min(states.left)];
    let mut next = move || {
        let steps = Steps { first: states.step, stride: states.stride };
        let taken = states.fill(&mut values);
        if taken == 0 {
            return None;
        }
        let mut text = head.take().unwrap_or_default();
        text.reserve(bytes_per_value * taken);
        write(&mut text, &Chunk { steps, values: &values[..taken], is_last: states.left == 0 });
        Some(text)
    };
    if is_one_chunk {
        // A short body is sent whole, so that it has a `Content-Length`.
        return next().unwrap_or_default().into();
    }
    in_turns(next)
}

/// A body of the chunks that `next` returns, yielding between them.
fn in_turns(mut next: impl FnMut() -> Option<Vec<u8>> + Send + 'static) -> Body {
    let mut left = TURN_BYTES;
    Body::from_bytes_stream(poll_fn(move |context: &mut Context<'_>| {
        if left == 0 {
            left = TURN_BYTES;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let chunk = next();
        left = left.saturating_sub(chunk.as_ref().map_or(0, Vec::len));
        Poll::Ready(chunk.map(Ok::<_, io::Error>))
    }))
}
