//! Where log lines go: into memory, and from there to the output in batches, by a thread of its own.
//!
//! A write is a system call, which costs a request more than all else that is done for it, and on a full pipe or a slow
//! disk it waits. So a request only appends to a buffer.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(20);
/// How many bytes wait to be written. Lines beyond them are dropped and counted: a stuck output must not stop the
/// service, or fill its memory.
const CAPACITY: usize = 4 << 20;
/// How long the end of the process waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// Takes whole lines; clones share one buffer.
#[derive(Debug, Clone)]
pub(super) struct Sink(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    buffer: Mutex<Buffer>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Buffer {
    lines: Vec<u8>,
    dropped: u64,
    closed: bool,
    written: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Buffer> {
        // The buffer is whole after any panic: it is only ever appended to or taken.
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what is left when dropped.
#[derive(Debug)]
pub(crate) struct Flush(Arc<Shared>);

impl Sink {
    /// Starts the thread that writes to `output`.
    pub(super) fn start(output: impl Write + Send + 'static) -> (Self, Flush) {
        let shared = Arc::<Shared>::default();
        thread::spawn({
            let shared = Arc::clone(&shared);
            move || write_batches(&shared, output)
        });
        (Self(Arc::clone(&shared)), Flush(shared))
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let mut buffer = self.0.lock();
        buffer.closed = true;
        self.0.changed.notify_all();
        // Not for ever: nobody may be reading.
        let _ = self.0.changed.wait_timeout_while(buffer, LAST_LINES, |buffer| !buffer.written);
    }
}

impl Write for &Sink {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut buffer = self.0.lock();
        if buffer.lines.len() + line.len() > CAPACITY {
            buffer.dropped += 1;
            return Ok(line.len());
        }
        let was_empty = buffer.lines.is_empty();
        buffer.lines.extend_from_slice(line);
        drop(buffer);
        if was_empty {
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Sink {
    type Writer = &'a Sink;

    fn make_writer(&'a self) -> &'a Sink {
        self
    }
}

fn write_batches(shared: &Shared, mut output: impl Write) {
    let mut batch = Vec::new();
    loop {
        let mut buffer = shared.lock();
        while buffer.lines.is_empty() && !buffer.closed {
            buffer = shared.changed.wait(buffer).unwrap_or_else(PoisonError::into_inner);
        }
        mem::swap(&mut buffer.lines, &mut batch);
        let (dropped, closed) = (mem::take(&mut buffer.dropped), buffer.closed);
        drop(buffer);
        if dropped > 0 {
            let _ = writeln!(batch, r#"{{"level":"WARN","message":"log lines were dropped","dropped":{dropped}}}"#);
        }
        // A log that cannot be written has no place to say so, and is no reason to stop serving.
        let _ = output.write_all(&batch).and_then(|()| output.flush());
        batch.clear();
        let mut buffer = shared.lock();
        if closed {
            buffer.written = true;
            shared.changed.notify_all();
            return;
        }
        // Where one line came, more follow. The first one did not wait for them.
        drop(shared.changed.wait_timeout_while(buffer, GATHER, |buffer| !buffer.closed));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Says when a write begins, and writes when it is let to.
    struct Gate {
        begun: mpsc::Sender<()>,
        permits: mpsc::Receiver<()>,
        written: mpsc::Sender<Vec<u8>>,
    }

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.begun.send(()).map_err(io::Error::other)?;
            self.permits.recv().map_err(io::Error::other)?;
            self.written.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Output {
        begun: mpsc::Receiver<()>,
        permit: mpsc::Sender<()>,
        written: mpsc::Receiver<Vec<u8>>,
    }

    fn start() -> (Sink, Flush, Output) {
        let (begins, begun) = mpsc::channel();
        let (permit, permits) = mpsc::channel();
        let (writes, written) = mpsc::channel();
        let (sink, flush) = Sink::start(Gate { begun: begins, permits, written: writes });
        (sink, flush, Output { begun, permit, written })
    }

    fn log(sink: &Sink, line: &[u8]) {
        sink.make_writer().write_all(line).expect("the sink takes every line");
    }

    #[test]
    fn the_lines_are_written_whole_and_in_order_by_the_end() {
        let (sink, flush, output) = start();
        (0..1000).for_each(|_| output.permit.send(()).unwrap());
        let lines: Vec<_> = (0..1000).map(|number| format!("line {number}\n")).collect();
        for line in &lines {
            log(&sink, line.as_bytes());
        }
        drop(flush);
        let written: Vec<u8> = output.written.try_iter().flatten().collect();
        assert_eq!(String::from_utf8(written).unwrap(), lines.concat());
    }

    #[test]
    fn a_stuck_output_costs_lines_and_not_the_service() {
        let (sink, flush, output) = start();
        log(&sink, b"first\n");
        output.begun.recv().unwrap();
        let line = vec![b'x'; CAPACITY / 4];
        (0..20).for_each(|_| log(&sink, &line));
        (0..1000).for_each(|_| output.permit.send(()).unwrap());
        drop(flush);
        let written: Vec<u8> = output.written.try_iter().flatten().collect();
        let rest = written.strip_prefix(b"first\n").unwrap();
        let (lines, note) = rest.split_at(CAPACITY);
        assert!(lines.iter().all(|byte| *byte == b'x'));
        let note: serde_json::Value = serde_json::from_slice(note).unwrap();
        assert_eq!(note["dropped"], 16);
    }

    #[test]
    fn a_closed_output_ends_nothing() {
        let (sink, flush, output) = start();
        drop(output);
        log(&sink, b"lost\n");
        drop(flush);
    }
}
