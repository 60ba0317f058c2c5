//! The part of an answer that `Range` asks for (RFC 9110, section 14).

use std::ops::Range;

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it: there is no `Range`, or none that is understood.
    Whole,
    /// These bytes.
    Bytes(Range<u64>),
    /// Bytes beyond the end.
    Unsatisfiable,
}

impl Part {
    /// Reads a `Range` header. A request for several ranges gets the whole, which HTTP permits.
    pub(crate) fn requested(header: Option<&str>, length: u64) -> Self {
        let set =
            header.and_then(|header| header.split_once('=')).filter(|(unit, _)| unit.eq_ignore_ascii_case("bytes"));
        // A list may have empty elements.
        let mut ranges =
            set.into_iter().flat_map(|(_, set)| set.split(',')).map(str::trim).filter(|range| !range.is_empty());
        let only = ranges.next().filter(|_| ranges.next().is_none());
        let Some((first, last)) = only.and_then(|range| range.split_once('-')) else { return Self::Whole };
        let number =
            |text: &str| if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<u64>().ok() } else { None };
        let bytes = match (number(first), number(last)) {
            (Some(first), Some(last)) if first <= last => first..length.min(last.saturating_add(1)),
            (Some(first), None) if last.is_empty() => first..length,
            (None, Some(suffix)) if first.is_empty() => length.saturating_sub(suffix)..length,
            _ => return Self::Whole,
        };
        if bytes.is_empty() { Self::Unsatisfiable } else { Self::Bytes(bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::Part::{self, Bytes, Unsatisfiable, Whole};

    #[test]
    fn a_range_is_read_as_bytes_of_the_whole() {
        for (header, part) in [
            ("bytes=0-0", Bytes(0..1)),
            ("bytes=0-99", Bytes(0..100)),
            ("bytes=10-19", Bytes(10..20)),
            ("bytes=90-1000", Bytes(90..100)),
            ("bytes=99-", Bytes(99..100)),
            ("bytes=0-18446744073709551615", Bytes(0..100)),
            ("bytes=-1", Bytes(99..100)),
            ("bytes=-100", Bytes(0..100)),
            ("bytes=-101", Bytes(0..100)),
            ("Bytes=0-1", Bytes(0..2)),
            ("bytes= 0-1", Bytes(0..2)),
            ("bytes=,0-1 ,", Bytes(0..2)),
        ] {
            assert_eq!(Part::requested(Some(header), 100), part, "{header}");
        }
    }

    #[test]
    fn bytes_that_are_not_there_cannot_be_had() {
        for header in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(Part::requested(Some(header), 100), Unsatisfiable, "{header}");
        }
    }

    #[test]
    fn what_is_not_understood_asks_for_the_whole() {
        for header in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5-4",
            "bytes=0-1,5-6",
            "bytes=0 - 1",
            "items=0-1",
            "bytes=+1-2",
        ] {
            assert_eq!(Part::requested(Some(header), 100), Whole, "{header}");
        }
        assert_eq!(Part::requested(None, 100), Whole);
    }
}
