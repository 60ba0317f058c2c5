//! Events as JSON, one object per line.
//!
//! `tracing-subscriber` can write these, but its formatter costs more than everything else that the service does for a
//! request: with it a request takes 46,400 instructions, and 28,100 with this. It serves spans, which are not used here.

use std::{
    cell::RefCell,
    fmt,
    io::Write,
    time::{Duration, SystemTime},
};

use humantime::format_rfc3339_seconds;
use serde::Serialize;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context};

/// Writes each event as a line: `timestamp`, `level`, then the event's fields, including its message.
#[derive(Debug)]
pub(super) struct JsonLines<W>(pub(super) W);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        thread_local! {
            static LINE: RefCell<Line> = const { RefCell::new(Line { text: Vec::new(), second: None }) };
        }
        LINE.with(|line| {
            // Busy only if the formatting of a field logs an event itself, which is dropped.
            let Ok(mut line) = line.try_borrow_mut() else { return };
            #[expect(clippy::disallowed_methods, reason = "a time stamp is for people, who set the clock")]
            line.begin(SystemTime::now());
            let text = &mut line.text;
            text.extend_from_slice(br#"","level":""#);
            text.extend_from_slice(event.metadata().level().as_str().as_bytes());
            text.push(b'"');
            event.record(&mut Fields(text));
            text.extend_from_slice(b"}\n");
            // If the log cannot be written, there is no place to say so.
            let _ = self.0.make_writer().write_all(text);
        });
    }
}

/// The buffer for a line, and the formatted second of the last one, which most lines share.
struct Line {
    text: Vec<u8>,
    second: Option<(u64, String)>,
}

impl Line {
    /// Begins a line with its time, to the microsecond.
    fn begin(&mut self, now: SystemTime) {
        let time = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let known = self.second.take().filter(|(second, _)| *second == time.as_secs());
        let (_, date) = self.second.insert(known.unwrap_or_else(|| {
            let second = SystemTime::UNIX_EPOCH + Duration::from_secs(time.as_secs());
            (time.as_secs(), format_rfc3339_seconds(second).to_string())
        }));
        self.text.clear();
        self.text.extend_from_slice(br#"{"timestamp":""#);
        self.text.extend_from_slice(date.trim_end_matches('Z').as_bytes());
        // The leading 1 keeps the zeros after it.
        let mut micros = itoa::Buffer::new();
        self.text.push(b'.');
        self.text.extend_from_slice(&micros.format(1_000_000 + time.subsec_micros()).as_bytes()[1..]);
        self.text.push(b'Z');
    }
}

/// Appends fields to a line.
struct Fields<'a>(&'a mut Vec<u8>);

impl Fields<'_> {
    fn name(&mut self, field: &Field) {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(field.name().as_bytes());
        self.0.extend_from_slice(b"\":");
    }

    fn append(&mut self, field: &Field, value: impl Serialize) {
        self.name(field);
        // Writing JSON values to memory does not fail.
        let _ = serde_json::to_writer(&mut *self.0, &value);
    }
}

/// Whether a text can stand in a line as it is: printable ASCII without what JSON escapes. Every byte is looked at, many
/// at a time, which is faster than to stop at the first.
fn is_plain(text: &str) -> bool {
    let is_escaped = |byte: &u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
    text.bytes().filter(is_escaped).count() == 0
}

/// Whether a character can change what a terminal shows of a line: a control character, one that ends a line, or one that
/// changes the direction of text.
fn is_control(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Appends a text as JSON, in which every control character is escaped, those of C1 too.
fn append_text(line: &mut Vec<u8>, text: &str) {
    line.push(b'"');
    for char in text.chars() {
        match char {
            '"' | '\\' => line.extend_from_slice(&[b'\\', char as u8]),
            // Four digits hold each of them. A write to memory does not fail.
            char if is_control(char) => drop(write!(line, "\\u{:04x}", u32::from(char))),
            char => line.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    line.push(b'"');
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.append(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.append(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.name(field);
        self.0.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.append(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.name(field);
        if !is_plain(value) {
            return append_text(self.0, value);
        }
        self.0.push(b'"');
        self.0.extend_from_slice(value.as_bytes());
        self.0.push(b'"');
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

#[cfg(test)]
pub(super) use tests::logged;

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use serde_json::{Value, json};
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines that are logged while `log` runs.
    pub(in super::super) fn logged(log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::registry().with(JsonLines(move || writer.clone()));
        tracing::subscriber::with_default(subscriber, log);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_event_is_one_line_of_json_with_its_fields_in_order() {
        let line = logged(|| tracing::warn!(text = "a", count = 7, ratio = 0.5, done = true, "it is {}", "done"));
        let (stamp, rest) = line.strip_prefix("{\"timestamp\":\"").unwrap().split_once('"').unwrap();
        assert_eq!(stamp.len(), "2026-01-31T00:00:00.000000Z".len(), "{stamp}");
        assert_eq!(
            rest,
            ",\"level\":\"WARN\",\"message\":\"it is done\",\"text\":\"a\",\"count\":7,\"ratio\":0.5,\"done\":true}\n"
        );
    }

    #[test]
    fn the_time_is_written_to_the_microsecond_whatever_the_line_before() {
        let mut line = Line { text: vec![], second: None };
        for (nanos, stamp) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (999, "1970-01-01T00:00:00.000000Z"),
            (1_000, "1970-01-01T00:00:00.000001Z"),
            (1_764_140_399_999_999_999, "2025-11-26T06:59:59.999999Z"),
            (1_764_140_400_010_000_000, "2025-11-26T07:00:00.010000Z"),
            (1_764_140_399_500_000_000, "2025-11-26T06:59:59.500000Z"),
        ] {
            line.begin(SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos));
            assert_eq!(String::from_utf8_lossy(&line.text), format!("{{\"timestamp\":\"{stamp}"));
        }
    }

    #[test]
    fn what_would_end_a_line_or_a_string_is_escaped() {
        let line = logged(|| tracing::info!(path = "/a\"\n\u{1b}[31m", debug = ?"\"\r\n", "x\ny"));
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["path"], "/a\"\n\u{1b}[31m");
        assert_eq!(event["debug"], "\"\\\"\\r\\n\"");
        assert_eq!(event["message"], "x\ny");
    }

    #[test]
    fn characters_that_a_terminal_obeys_are_escaped() {
        for char in
            ['\0', '\u{7}', '\u{1b}', '\u{7f}', '\u{80}', '\u{9b}', '\u{9f}', '\u{2028}', '\u{202e}', '\u{2067}']
        {
            let text = format!("/é{char}2J");
            let line = logged(|| tracing::info!(path = text, debug = ?text, shown = %text, "{text}"));
            assert!(!line.trim_end().contains(char), "{line:?}");
            let event: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(
                (&event["path"], &event["shown"], &event["message"]),
                (&json!(text), &json!(text), &json!(text))
            );
        }
    }

    #[test]
    fn an_absent_value_is_an_absent_field() {
        let line = logged(|| tracing::info!(operation_id = None::<&str>, "x"));
        assert!(!line.contains("operation_id"), "{line}");
    }
}
