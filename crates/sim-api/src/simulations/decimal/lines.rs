//! Lines with a step and a value.

use super::{BLOCK, Digits};

/// The steps of the values: `first`, `first + stride`, …
///
/// The one that would come after the last must fit into 64 bits too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    /// The step of the first value.
    pub(crate) first: u64,
    /// The steps between two values.
    pub(crate) stride: u64,
}

/// Appends a line `step,value` for each value.
pub(crate) fn append_csv(text: &mut Vec<u8>, steps: Steps, values: &[u32]) {
    append_lines(text, steps, values, [b"", b",", b"\n"]);
}

/// Appends a line `{"step":…,"value":…}` for each value.
pub(crate) fn append_ndjson(text: &mut Vec<u8>, steps: Steps, values: &[u32]) {
    append_lines(text, steps, values, [br#"{"step":"#, br#","value":"#, b"}\n"]);
}

fn append_lines(text: &mut Vec<u8>, mut steps: Steps, values: &[u32], [before, between, after]: [&[u8]; 3]) {
    let mut digits = Digits::new();
    let mut step = itoa::Buffer::new();
    for block in values.chunks(BLOCK) {
        digits.compute(block);
        for index in 0..block.len() {
            let value = digits.text(index);
            text.extend_from_slice(before);
            text.extend_from_slice(step.format(steps.first).as_bytes());
            text.extend_from_slice(between);
            text.extend_from_slice(&value[value.len() - digits.count(index)..]);
            text.extend_from_slice(after);
            steps.first += steps.stride;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use sim_core::Lcg31;

    use super::super::tests::numbers;
    use super::*;

    fn check_lines(steps: Steps, values: &[u32]) {
        let (mut csv, mut ndjson) = (String::new(), String::new());
        for (index, value) in values.iter().enumerate() {
            let step = steps.first + index as u64 * steps.stride;
            writeln!(csv, "{step},{value}").unwrap();
            writeln!(ndjson, r#"{{"step":{step},"value":{value}}}"#).unwrap();
        }
        let mut text = Vec::new();
        append_csv(&mut text, steps, values);
        assert!(text == csv.as_bytes(), "{steps:?}, {} values", values.len());
        text.clear();
        append_ndjson(&mut text, steps, values);
        assert!(text == ndjson.as_bytes(), "{steps:?}, {} values", values.len());
    }

    #[test]
    fn lines_count_their_steps() {
        let numbers = numbers();
        check_lines(Steps { first: 0, stride: 1 }, &numbers);
        for (first, stride) in
            [(0, 0), (95, 7), (i32::MAX.unsigned_abs().into(), u64::from(u32::MAX)), (10_u64.pow(18), 1)]
        {
            check_lines(Steps { first, stride }, &numbers[..150]);
        }
    }

    #[test]
    fn any_number_of_lines_is_written() {
        let values: Vec<u32> = Lcg31::new(42).take(3 * BLOCK + 1).collect();
        for length in 0..=values.len() {
            check_lines(Steps { first: 95, stride: 1 }, &values[..length]);
        }
    }
}
