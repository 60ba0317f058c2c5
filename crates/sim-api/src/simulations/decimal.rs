//! Numbers as decimal text, in bulk, for answers that are streams of them.
//!
//! The digits of a block of values are computed first, by the same operations whatever the value, so that the compiler
//! does many at once with vector instructions. A text of values alone is then written from right to left, ten digits each:
//! the next number overwrites the leading zeros. So nothing but the place of the next write depends on a count of digits.

mod lines;

pub(crate) use lines::{Steps, append_csv, append_ndjson};

/// The length of the longest value with its separator.
const VALUE: usize = "4294967295,".len();

/// Appends each value followed by `separator`.
pub(crate) fn append_values(text: &mut Vec<u8>, values: &[u32], separator: u8) {
    let mut bytes = [0; BLOCK * VALUE];
    let mut digits = Digits::new();
    for block in values.chunks(BLOCK) {
        digits.compute(block);
        let mut start = bytes.len();
        for index in (0..block.len()).rev() {
            let Some(window) = bytes[..start].last_chunk_mut::<VALUE>() else { break };
            window[..10].copy_from_slice(&digits.text(index));
            window[10] = separator;
            start -= digits.count(index) + 1;
        }
        text.extend_from_slice(&bytes[start..]);
    }
}

/// The number of values whose digits are computed together.
const BLOCK: usize = 128;

/// The digits of a block of values as text: ten each, in words of two, four and four. Vector instructions work best on
/// words of the values' own size.
struct Digits {
    first: [u32; BLOCK],
    middle: [u32; BLOCK],
    last: [u32; BLOCK],
    count: [u32; BLOCK],
}

impl Digits {
    const fn new() -> Self {
        Self { first: [0; BLOCK], middle: [0; BLOCK], last: [0; BLOCK], count: [0; BLOCK] }
    }

    /// Takes `BLOCK` values or fewer.
    fn compute(&mut self, values: &[u32]) {
        if let Ok(block) = values.try_into() {
            return compute(self, block);
        }
        let mut block = [0; BLOCK];
        block[..values.len()].copy_from_slice(values);
        compute(self, &block);
    }

    fn text(&self, index: usize) -> [u8; 10] {
        let mut text = [0; 10];
        text[..2].copy_from_slice(&self.first[index].to_le_bytes()[..2]);
        text[2..6].copy_from_slice(&self.middle[index].to_le_bytes());
        text[6..].copy_from_slice(&self.last[index].to_le_bytes());
        text
    }

    /// The number of digits without leading zeros; 1 for 0.
    fn count(&self, index: usize) -> usize {
        self.count[index] as usize
    }
}

// The same instruction sets as in `sim-core`.
#[multiversion::multiversion(targets("x86_64+avx512f", "x86_64+avx2", "x86_64+sse4.1"), dispatcher = "direct")]
fn compute(digits: &mut Digits, values: &[u32; BLOCK]) {
    const POWERS: [u32; 9] = [10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];
    const TEXT: u32 = u32::from_ne_bytes(*b"0000");
    for (index, &value) in values.iter().enumerate() {
        let (first, others) = (value / 100_000_000, value % 100_000_000);
        digits.first[index] = two_digits(first) | TEXT;
        digits.middle[index] = four_digits(others / 10_000) | TEXT;
        digits.last[index] = four_digits(others % 10_000) | TEXT;
        digits.count[index] = 1 + POWERS.iter().map(|&power| u32::from(value >= power)).sum::<u32>();
    }
}

/// The digits of a number below 10,000, a byte each, the first one lowest. 5243 / 2^19 stands for 1/100.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
const fn four_digits(number: u32) -> u32 {
    let hundreds = (number * 5_243) >> 19;
    two_digits(hundreds | (number - 100 * hundreds) << 16)
}

/// The digits of a number below 100, or of two such numbers in 16 bits each. 103 / 2^10 stands for 1/10.
#[expect(clippy::inline_always, reason = "a function of its own would be compiled for the baseline only")]
#[inline(always)]
const fn two_digits(numbers: u32) -> u32 {
    let tens = ((numbers * 103) >> 10) & 0x000F_000F;
    tens | (numbers - 10 * tens) << 8
}

#[cfg(test)]
mod tests {
    use sim_core::Lcg31;

    use super::*;

    /// Numbers around every power of ten, then random ones.
    pub(super) fn numbers() -> Vec<u32> {
        let powers = (0..10).map(|exponent| 10_u32.pow(exponent));
        let mut numbers: Vec<u32> = powers.flat_map(|power| [power - 1, power, power + 1, 9 * (power / 10)]).collect();
        numbers.extend([u32::MAX, u32::MAX - 1, 1 << 31, (1 << 31) - 1]);
        let random = Lcg31::new(1).zip(Lcg31::new(2)).take(20_000);
        numbers.extend(random.map(|(state, size)| state >> (size >> 26)));
        numbers
    }

    fn terminated(values: &[u32], separator: char) -> String {
        values.iter().flat_map(|value| [value.to_string(), separator.to_string()]).collect()
    }

    #[test]
    fn values_are_written_as_the_standard_library_writes_them() {
        let numbers = numbers();
        let mut text = Vec::new();
        append_values(&mut text, &numbers, b',');
        assert_eq!(String::from_utf8(text).unwrap(), terminated(&numbers, ','));
    }

    #[test]
    fn any_number_of_values_is_appended_to_what_is_there() {
        let values: Vec<u32> = Lcg31::new(42).take(3 * BLOCK + 1).collect();
        for length in 0..=values.len() {
            let mut text = b"here: ".to_vec();
            append_values(&mut text, &values[..length], b';');
            let expected = terminated(&values[..length], ';');
            assert_eq!(text.strip_prefix(b"here: "), Some(expected.as_bytes()), "length {length}");
        }
    }

    #[test]
    fn digits_of_every_small_number_are_right() {
        for number in 0..10_000 {
            let text = four_digits(number) | u32::from_ne_bytes(*b"0000");
            assert_eq!(text.to_le_bytes(), *format!("{number:04}").as_bytes());
        }
    }
}
