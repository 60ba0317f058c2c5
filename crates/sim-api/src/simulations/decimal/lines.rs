//! Lines of a step and a value.

use super::{BLOCK, Digits, four_digits};

/// The steps of the values: `first`, `first + stride`, …
///
/// The one that would come after the last must fit too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Steps {
    /// The step of the first value.
    pub(crate) first: u64,
    /// From one value to the next.
    pub(crate) stride: u64,
}

/// Appends a line `step,value` for each value.
pub(crate) fn append_csv(text: &mut Vec<u8>, steps: Steps, values: &[u32]) {
    append_lines(text, steps, values, *b"", *b",", *b"\n");
}

/// Appends a line `{"step":…,"value":…}` for each value.
pub(crate) fn append_ndjson(text: &mut Vec<u8>, steps: Steps, values: &[u32]) {
    append_lines(text, steps, values, *br#"{"step":"#, *br#","value":"#, *b"}\n");
}

/// More than the longest line with its leading zeros, so that the compiler sees every write inside.
const LINE: usize = 80;

fn append_lines<const A: usize, const B: usize, const C: usize>(
    text: &mut Vec<u8>,
    mut steps: Steps,
    mut values: &[u32],
    before: [u8; A],
    between: [u8; B],
    after: [u8; C],
) {
    let mut bytes = [0; BLOCK * LINE];
    let mut digits = Digits::new();
    while !values.is_empty() {
        let step_count = count_digits(steps.first);
        let is_long = step_count > 8;
        let (block, rest) = values.split_at(steps.as_long_as_first(values.len().min(BLOCK)));
        digits.compute(block);
        steps.first += steps.stride * block.len() as u64;
        let mut step = Countdown::from(steps);
        let mut start = bytes.len();
        for index in (0..block.len()).rev() {
            step.next(is_long);
            let Some(line) = bytes[..start].last_chunk_mut::<LINE>() else { break };
            // The masks change no count; they show its bound to the compiler.
            let end = put(line, LINE, after) - C;
            let end = put(line, end, digits.text(index)) - (digits.count(index) & 15);
            let end = put(line, end, between) - B;
            let end = if is_long { put(line, end, step.text()) } else { put(line, end, step.last_word()) };
            let end = end - (step_count & 31);
            let end = put(line, end, before) - A;
            start -= LINE - end;
        }
        text.extend_from_slice(&bytes[start..]);
        values = rest;
    }
}

/// Writes `text` before `end`, and returns `end`.
fn put<const N: usize>(line: &mut [u8; LINE], end: usize, text: [u8; N]) -> usize {
    if let Some(place) = line[..end].last_chunk_mut() {
        *place = text;
    }
    end
}

impl Steps {
    /// How many steps, at most `limit`, have as many digits as the first.
    fn as_long_as_first(self, limit: usize) -> usize {
        let power = u32::try_from(count_digits(self.first)).ok().and_then(|count| 10_u64.checked_pow(count));
        let longest = power.map_or(u64::MAX, |power| power - 1);
        let others = (longest - self.first).checked_div(self.stride).unwrap_or(u64::MAX);
        usize::try_from(others).map_or(limit, |others| limit.min(others.saturating_add(1)))
    }
}

fn count_digits(number: u64) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// A byte 1, or the character 0, eight times.
const ONES: u64 = u64::from_ne_bytes([1; 8]);
const ZEROS: u64 = u64::from_ne_bytes([b'0'; 8]);

/// A step that goes back by a stride, in decimal: a digit a byte, in words of eight, the last digits first.
struct Countdown {
    step: [u64; 3],
    stride: [u64; 3],
}

impl From<Steps> for Countdown {
    fn from(steps: Steps) -> Self {
        Self { step: to_decimal(steps.first), stride: to_decimal(steps.stride) }
    }
}

impl Countdown {
    /// Goes back one stride; only the last word is sure to be right unless the step `is_long`.
    fn next(&mut self, is_long: bool) {
        let [last, middle, first] = &mut self.step;
        let mut borrow = subtract(last, self.stride[0], false);
        if is_long {
            borrow = subtract(middle, self.stride[1], borrow);
            subtract(first, self.stride[2], borrow);
        }
    }

    fn text(&self) -> [u8; 24] {
        let mut text = [0; 24];
        for (place, word) in text.as_chunks_mut().0.iter_mut().zip(self.step.iter().rev()) {
            *place = word_text(*word);
        }
        text
    }

    fn last_word(&self) -> [u8; 8] {
        word_text(self.step[0])
    }
}

fn word_text(word: u64) -> [u8; 8] {
    (word | ZEROS).to_be_bytes()
}

/// Subtracts eight digits from eight, and says whether it had to borrow.
///
/// The words are subtracted as binary numbers. A digit that needed to borrow then got 256 from its neighbour, not 10.
/// It shows that by its top bit, which no other result has, and gives 246 back.
fn subtract(minuend: &mut u64, subtrahend: u64, borrow: bool) -> bool {
    let (difference, borrow) = minuend.borrowing_sub(subtrahend, borrow);
    *minuend = difference - ((difference >> 7) & ONES) * 246;
    borrow
}

fn to_decimal(number: u64) -> [u64; 3] {
    const WORD: u64 = 100_000_000;
    let eight_digits = |number: u64| {
        let four = |number: u64| u32::try_from(number % 10_000).map_or(0, |number| four_digits(number).swap_bytes());
        u64::from(four(number / 10_000)) << 32 | u64::from(four(number))
    };
    [eight_digits(number), eight_digits(number / WORD), eight_digits(number / WORD / WORD)]
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
        for stride in [0, 1, 7, 99, 99_999_999, 100_000_000, (1 << 31) - 1, 10_u64.pow(15)] {
            for exponent in 0..=19 {
                let power = 10_u64.pow(exponent);
                let first = power.saturating_sub(70 * stride);
                check_lines(Steps { first, stride }, &numbers[..150]);
            }
        }
    }

    #[test]
    fn any_number_of_lines_is_written() {
        let values: Vec<u32> = Lcg31::new(42).take(3 * BLOCK + 1).collect();
        for length in 0..=values.len() {
            check_lines(Steps { first: 95, stride: 1 }, &values[..length]);
        }
    }

    #[test]
    fn the_longest_lines_fit() {
        check_lines(Steps { first: u64::MAX - BLOCK as u64, stride: 1 }, &[u32::MAX; BLOCK]);
    }
}
