//! The sink of log lines: a buffer in memory, and a thread that writes it to the output in batches.
//!
//! A write is a system call, which costs a request more than everything else, and which waits on a full pipe or a slow
//! disk. So a request only appends to a buffer.
//!
//! Not the writer of `tracing-appender`: it wakes its thread for each line, 1.4 µs of CPU against 0.2 at 50,000 lines a
//! second; it bounds what waits in lines, not in bytes; and it does not count lines that a full disk has lost.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use prometheus::IntCounter;
use tracing_subscriber::fmt::MakeWriter;

/// How long lines are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(20);
/// The size of the buffer, in bytes. Lines beyond it are dropped and counted: a stuck output must not stop the service
/// or fill its memory.
const CAPACITY: usize = 4 << 20;
/// How long shutdown waits for the last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(1);

/// The number of dropped lines. Clones share the count.
#[derive(Debug, Clone)]
pub struct DroppedLines(pub(crate) IntCounter);

impl Default for DroppedLines {
    fn default() -> Self {
        let help = "Lines of the log that were lost, for want of a reader or of room.";
        Self(IntCounter::new("sim_log_lines_dropped_total", help).expect("the name is one"))
    }
}

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
        // A panic cannot leave the buffer inconsistent: it is only appended to or taken.
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what is left when dropped.
#[derive(Debug)]
pub(crate) struct Flush(Arc<Shared>);

impl Sink {
    /// Starts the thread that writes to `output`.
    pub(super) fn start(output: impl Write + Send + 'static, dropped: &DroppedLines) -> (Self, Flush) {
        let shared = Arc::<Shared>::default();
        thread::spawn({
            let (shared, dropped) = (Arc::clone(&shared), dropped.clone());
            move || write_batches(&shared, output, dropped)
        });
        (Self(Arc::clone(&shared)), Flush(shared))
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let mut buffer = self.0.lock();
        buffer.closed = true;
        self.0.changed.notify_all();
        // Not forever: nobody may be reading.
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

fn write_batches(shared: &Shared, output: impl Write, total: DroppedLines) {
    let mut log = Log { output, total, lost: 0, is_torn: false };
    let mut batch = Vec::new();
    loop {
        let mut buffer = shared.lock();
        while buffer.lines.is_empty() && !buffer.closed {
            buffer = shared.changed.wait(buffer).unwrap_or_else(PoisonError::into_inner);
        }
        mem::swap(&mut buffer.lines, &mut batch);
        let (dropped, closed) = (mem::take(&mut buffer.dropped), buffer.closed);
        drop(buffer);
        log.write(&batch, dropped);
        batch.clear();
        let mut buffer = shared.lock();
        if closed {
            buffer.written = true;
            shared.changed.notify_all();
            return;
        }
        // More lines usually follow the first, which has been written without delay.
        drop(shared.changed.wait_timeout_while(buffer, GATHER, |buffer| !buffer.closed));
    }
}

/// The output. If it cannot be written, the service goes on; lost lines are counted, and the log says so once it can be
/// written again.
struct Log<W> {
    output: W,
    total: DroppedLines,
    lost: u64,
    /// Whether the last line was written only in part.
    is_torn: bool,
}

impl<W: Write> Log<W> {
    fn write(&mut self, lines: &[u8], dropped: u64) {
        self.total.0.inc_by(dropped);
        self.lost += dropped;
        if self.is_torn {
            self.is_torn = self.write_some(b"\n") == 0;
        }
        let written = if self.is_torn { 0 } else { self.write_some(lines) };
        let rest = &lines[written..];
        if !rest.is_empty() {
            let lost = rest.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
            self.total.0.inc_by(lost);
            self.lost += lost;
            self.is_torn |= lines[..written].last().is_some_and(|byte| *byte != b'\n');
        } else if self.lost > 0 {
            self.tell_what_was_lost();
        }
    }

    fn tell_what_was_lost(&mut self) {
        let lost = self.lost;
        let note = format!("{{\"level\":\"WARN\",\"message\":\"log lines were dropped\",\"dropped\":{lost}}}\n");
        let written = self.write_some(note.as_bytes());
        if written == note.len() {
            self.lost = 0;
        }
        self.is_torn = (1..note.len()).contains(&written);
    }

    /// Writes as much as possible, and returns how much.
    fn write_some(&mut self, bytes: &[u8]) -> usize {
        let mut written = 0;
        while written < bytes.len() {
            match self.output.write(&bytes[written..]) {
                Ok(0) => break,
                Ok(more) => written += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use std::{fs::File, sync::mpsc};

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
        let (sink, flush) = Sink::start(Gate { begun: begins, permits, written: writes }, &DroppedLines::default());
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

    #[test]
    fn a_full_disk_ends_nothing() {
        let (sink, flush) =
            Sink::start(File::options().write(true).open("/dev/full").unwrap(), &DroppedLines::default());
        log(&sink, b"lost\n");
        drop(flush);
    }

    /// A disk that takes so many bytes.
    struct Disk {
        free: usize,
        written: Vec<u8>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(self.free);
            if taken == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.free -= taken;
            self.written.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written of four batches where the disk is full after some bytes, and free again before the last two.
    fn written_with_room_for(free: usize) -> String {
        let mut log =
            Log { output: Disk { free, written: vec![] }, total: DroppedLines::default(), lost: 0, is_torn: false };
        log.write(b"1\n22\n", 0);
        log.write(b"333\n", 0);
        log.output.free = usize::MAX;
        log.write(b"4444\n", 0);
        log.write(b"55555\n", 0);
        String::from_utf8(log.output.written).unwrap()
    }

    #[test]
    fn lines_that_a_full_disk_has_lost_are_counted_once_it_has_room() {
        let note =
            |dropped| format!("{{\"level\":\"WARN\",\"message\":\"log lines were dropped\",\"dropped\":{dropped}}}\n");
        for (free, before, dropped) in [
            (0, "", 3),
            (1, "1\n", 3),
            (2, "1\n", 2),
            (3, "1\n2\n", 2),
            (4, "1\n22\n", 2),
            (5, "1\n22\n", 1),
            (8, "1\n22\n333\n", 1),
        ] {
            let expected = format!("{before}4444\n{}55555\n", note(dropped));
            assert_eq!(written_with_room_for(free), expected, "{free}");
        }
        assert_eq!(written_with_room_for(9), "1\n22\n333\n4444\n55555\n");
    }
}
