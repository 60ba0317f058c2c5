//! Writing numbers as text.

use std::hint::black_box;

use anyhow::{Result, ensure};
use serde::Serialize;
use serde_json::{Value, json};
use sim_core::Lcg31;

use super::measure::{Group, Kernel};
use super::product::decimal::{Steps, append_csv, append_ndjson, append_values};

/// So many that they, and their text, stay in the processor's cache.
const VALUES: u32 = 4_096;
/// The nearest steps and the furthest that a trajectory may have.
const STEPS: [(&str, Steps); 2] = [
    ("steps 0, 1, …", Steps { first: 0, stride: 1 }),
    ("steps of 17 digits", Steps { first: 21_474_000_000_000_000, stride: (1 << 31) - 1 }),
];

/// The groups of kernels that write numbers.
pub(super) fn groups() -> Result<Vec<Group>> {
    let mut groups = vec![group("JSON array".to_owned(), array())?];
    for (name, steps) in STEPS {
        groups.push(group(format!("CSV lines, {name}"), csv(steps))?);
    }
    for (name, steps) in STEPS {
        groups.push(group(format!("NDJSON lines, {name}"), ndjson(steps))?);
    }
    Ok(groups)
}

type Append = dyn Fn(&mut Vec<u8>, &[u32]);

/// A way to append values to a text.
struct Writer {
    name: &'static str,
    append: Box<Append>,
}

impl Writer {
    fn new(name: &'static str, append: impl Fn(&mut Vec<u8>, &[u32]) + 'static) -> Self {
        Self { name, append: Box::new(append) }
    }

    fn text(&self, values: &[u32]) -> Vec<u8> {
        let mut text = Vec::new();
        (self.append)(&mut text, values);
        text
    }

    fn kernel(self, values: Vec<u32>) -> Kernel {
        let mut text = self.text(&values);
        Kernel::new(self.name, move || {
            text.clear();
            (self.append)(&mut text, black_box(&values));
            black_box(&text);
        })
    }
}

fn group(title: String, writers: Vec<Writer>) -> Result<Group> {
    let values: Vec<u32> = Lcg31::new(42).take(VALUES as usize).collect();
    let texts: Vec<Vec<u8>> = writers.iter().map(|writer| writer.text(&values)).collect();
    ensure!(texts.iter().all(|text| *text == texts[0]), "{title}: not all write the same");
    let kernels = writers.into_iter().map(|writer| writer.kernel(values.clone())).collect();
    Ok(Group { title, unit: "value", units: VALUES, kernels })
}

/// Text in memory can always be written to; and what is written is compared before it is timed.
fn write(text: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    let _ = serde_json::to_writer(text, value);
}

fn array() -> Vec<Writer> {
    vec![
        Writer::new("serde_json, Value", |text, values| write(text, &values.iter().copied().collect::<Value>())),
        Writer::new("serde_json, typed", write),
        Writer::new("itoa", |text, values| {
            bracketed(text, |text| {
                let mut buffer = itoa::Buffer::new();
                for &value in values {
                    text.extend_from_slice(buffer.format(value).as_bytes());
                    text.push(b',');
                }
            });
        }),
        Writer::new("append_values", |text, values| bracketed(text, |text| append_values(text, values, b','))),
    ]
}

/// Makes an array of values that end with commas.
fn bracketed(text: &mut Vec<u8>, append: impl FnOnce(&mut Vec<u8>)) {
    text.push(b'[');
    append(text);
    text.pop();
    text.push(b']');
}

/// Calls `line` with each step and value.
fn lines(steps: Steps, values: &[u32], mut line: impl FnMut(u64, u32)) {
    let mut step = steps.first;
    for &value in values {
        line(step, value);
        step += steps.stride;
    }
}

fn csv(steps: Steps) -> Vec<Writer> {
    vec![
        Writer::new("serde_json, Value", move |text, values| {
            lines(steps, values, |step, value| {
                write(text, &Value::from(step));
                text.push(b',');
                write(text, &Value::from(value));
                text.push(b'\n');
            });
        }),
        Writer::new("itoa", move |text, values| {
            let mut buffer = itoa::Buffer::new();
            lines(steps, values, |step, value| {
                text.extend_from_slice(buffer.format(step).as_bytes());
                text.push(b',');
                text.extend_from_slice(buffer.format(value).as_bytes());
                text.push(b'\n');
            });
        }),
        Writer::new("append_csv", move |text, values| append_csv(text, steps, values)),
    ]
}

fn ndjson(steps: Steps) -> Vec<Writer> {
    #[derive(Serialize)]
    struct Line {
        step: u64,
        value: u32,
    }
    vec![
        Writer::new("serde_json, Value", move |text, values| {
            lines(steps, values, |step, value| {
                write(text, &json!({"step": step, "value": value}));
                text.push(b'\n');
            });
        }),
        Writer::new("serde_json, typed", move |text, values| {
            lines(steps, values, |step, value| {
                write(text, &Line { step, value });
                text.push(b'\n');
            });
        }),
        Writer::new("append_ndjson", move |text, values| append_ndjson(text, steps, values)),
    ]
}

#[cfg(test)]
mod tests {
    use super::groups;

    #[test]
    fn all_writers_of_a_group_write_the_same() {
        assert_eq!(groups().expect("the same").len(), 5);
    }
}
