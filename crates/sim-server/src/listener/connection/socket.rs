//! The socket of a connection, wrapped for hyper.

use std::{
    future::poll_fn,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use hyper::rt::{Read, ReadBuf, ReadBufCursor, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{
    Service,
    activity::{Activity, Phase},
    protocol_error::{self, Refusal},
    target::Target,
};

/// An answer of up to this many bytes is copied into one buffer before it is written. For the kernel, one buffer is
/// faster than several, and copying so little costs nothing.
const SHORT: usize = 1 << 10;

/// The size of the buffer that heads are read through. Most heads are shorter.
const HEAD: usize = 1 << 10;

/// The size of the buffer that discards input while the peer closes.
const DISCARD: usize = 16 << 10;

/// A socket that reports progress, gives hyper's own error answers a body, and closes without losing its last answer.
pub(super) struct Socket<S> {
    stream: TokioIo<TcpStream>,
    activity: Arc<Activity>,
    service: Arc<S>,
    substitute: Option<Substitute>,
    target: Target,
}

/// An answer sent instead of what hyper wrote.
struct Substitute {
    answer: Vec<u8>,
    sent: usize,
}

impl<S: Service> Socket<S> {
    pub(super) fn new(stream: TcpStream, activity: Arc<Activity>, service: Arc<S>) -> Self {
        Self { stream: TokioIo::new(stream), activity, service, substitute: None, target: Target::default() }
    }

    /// Answers 400 to a peer whose bytes are not a request, and closes.
    pub(super) async fn refuse(mut self) -> io::Result<()> {
        let Refusal { status, answer } = protocol_error::bad_request();
        self.service.refused(status);
        let mut sent = 0;
        while sent < answer.len() {
            sent += poll_fn(|context| self.stream().poll_write(context, &answer[sent..])).await?;
        }
        poll_fn(|context| Pin::new(&mut self).poll_shutdown(context)).await
    }

    fn stream(&mut self) -> Pin<&mut TokioIo<TcpStream>> {
        Pin::new(&mut self.stream)
    }

    /// Learns that the peer sends no more while the application works. hyper does not read in that time.
    fn watch_peer(&mut self, context: &mut Context<'_>) {
        let mut byte = [0];
        let peeked = self.stream.inner().poll_peek(context, &mut tokio::io::ReadBuf::new(&mut byte));
        // After an error hyper finds the end of the request too.
        if let Poll::Ready(Ok(0) | Err(_)) = peeked {
            self.activity.half_close();
        }
    }

    /// Sends the substitute for `written`, or returns `None` if it needs none.
    fn poll_substitute(&mut self, context: &mut Context<'_>, written: &[u8]) -> Poll<Option<io::Result<usize>>> {
        if self.substitute.is_none() && !self.activity.answer_is_due() {
            self.substitute = protocol_error::answer(written).map(|Refusal { status, answer }| {
                self.service.refused(status);
                Substitute { answer, sent: 0 }
            });
        }
        let Some(mut substitute) = self.substitute.take() else {
            return Poll::Ready(None);
        };
        while substitute.sent < substitute.answer.len() {
            match self.stream().poll_write(context, &substitute.answer[substitute.sent..]) {
                Poll::Ready(Ok(sent)) => substitute.sent += sent,
                Poll::Ready(Err(error)) => return Poll::Ready(Some(Err(error))),
                Poll::Pending => {
                    self.substitute = Some(substitute);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Some(Ok(written.len())))
    }
}

impl<S: Service> Read for Socket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let phase = self.activity.phase();
        if phase == Phase::Handling {
            return self.stream().poll_read(context, buffer);
        }
        let mut head = [0; HEAD];
        let room = head.len().min(buffer.remaining());
        let mut read = ReadBuf::new(&mut head[..room]);
        ready!(self.stream().poll_read(context, read.unfilled()))?;
        let length = read.filled().len();
        if phase != Phase::ReadingHead {
            self.target = Target::default();
        }
        self.target.guard(&mut head[..length]);
        buffer.put_slice(&head[..length]);
        self.activity.received();
        Poll::Ready(Ok(()))
    }
}

impl<S: Service> Write for Socket<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if let Some(sent) = ready!(self.poll_substitute(context, bytes)) {
            return Poll::Ready(sent);
        }
        let sent = ready!(self.stream().poll_write(context, bytes))?;
        self.activity.sent();
        Poll::Ready(Ok(sent))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let head = slices.first().map_or(&[][..], |slice| slice);
        if let Some(sent) = ready!(self.poll_substitute(context, head)) {
            return Poll::Ready(sent);
        }
        let mut short = [0; SHORT];
        let sent = match together(slices, &mut short) {
            Some(bytes) => ready!(self.stream().poll_write(context, bytes))?,
            None => ready!(self.stream().poll_write_vectored(context, slices))?,
        };
        self.activity.sent();
        Poll::Ready(Ok(sent))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.activity.phase() == Phase::Handling {
            self.watch_peer(context);
        }
        self.stream().poll_flush(context)
    }

    /// Ends the sending side, then reads until the peer ends its own.
    ///
    /// A socket closed while it holds unread bytes, such as the rest of a body that was refused, is reset, and a reset
    /// discards the answer that the peer has not read yet (RFC 9112, section 9.6).
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.stream().poll_shutdown(context))?;
        self.activity.linger();
        let mut discarded = [0; DISCARD];
        loop {
            let mut buffer = ReadBuf::new(&mut discarded);
            ready!(self.stream().poll_read(context, buffer.unfilled()))?;
            if buffer.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
        }
    }
}

/// Copies all slices into one buffer, if they fit.
fn together<'a>(slices: &[IoSlice<'_>], room: &'a mut [u8]) -> Option<&'a [u8]> {
    let mut length = 0;
    for slice in slices {
        let end = length + slice.len();
        room.get_mut(length..end)?.copy_from_slice(slice);
        length = end;
    }
    Some(&room[..length])
}
