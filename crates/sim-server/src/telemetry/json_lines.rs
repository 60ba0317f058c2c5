//! Events as JSON, one object a line.
//!
//! `tracing-subscriber` can write these; its formatter costs more than all else that this service does for a request,
//! since it serves spans, which are not used here.

use std::{cell::RefCell, fmt, io::Write, time::SystemTime};

use humantime::format_rfc3339_micros;
use serde::Serialize;
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, fmt::MakeWriter, layer::Context};

/// Writes each event as a line: `timestamp`, `level`, then the event's fields, its message among them.
#[derive(Debug)]
pub(super) struct JsonLines<W>(pub(super) W);

impl<S, W> Layer<S> for JsonLines<W>
where
    S: Subscriber,
    W: for<'a> MakeWriter<'a> + 'static,
{
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        thread_local! {
            static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        LINE.with(|line| {
            // Busy only where a field's own formatting logs; that event has no place in this line.
            let Ok(mut line) = line.try_borrow_mut() else { return };
            line.clear();
            #[expect(clippy::disallowed_methods, reason = "a time stamp is for people, who set the clock")]
            let now = format_rfc3339_micros(SystemTime::now());
            // To memory, which takes it.
            let _ = write!(line, "{{\"timestamp\":\"{now}\",\"level\":\"");
            line.extend_from_slice(event.metadata().level().as_str().as_bytes());
            line.push(b'"');
            event.record(&mut Fields(&mut line));
            line.extend_from_slice(b"}\n");
            // A log that cannot be written has no place to say so.
            let _ = self.0.make_writer().write_all(&line);
        });
    }
}

/// Appends fields to a line.
struct Fields<'a>(&'a mut Vec<u8>);

impl Fields<'_> {
    fn append(&mut self, field: &Field, value: impl Serialize) {
        self.0.extend_from_slice(b",\"");
        self.0.extend_from_slice(field.name().as_bytes());
        self.0.extend_from_slice(b"\":");
        // To memory, of values that are all JSON.
        let _ = serde_json::to_writer(&mut *self.0, &value);
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.append(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.append(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.append(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.append(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.append(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.append(field, format_args!("{value:?}"));
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

    use serde_json::Value;
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

    /// What is logged meanwhile.
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
    fn what_would_end_a_line_or_a_string_is_escaped() {
        let line = logged(|| tracing::info!(path = "/a\"\n\u{1b}[31m", debug = ?"\"\r\n", "x\ny"));
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        let event: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(event["path"], "/a\"\n\u{1b}[31m");
        assert_eq!(event["debug"], "\"\\\"\\r\\n\"");
        assert_eq!(event["message"], "x\ny");
    }

    #[test]
    fn an_absent_value_is_an_absent_field() {
        let line = logged(|| tracing::info!(operation_id = None::<&str>, "x"));
        assert!(!line.contains("operation_id"), "{line}");
    }
}
