//! The id of a request, in the log and on its answer.

use std::{
    hash::{BuildHasher, RandomState},
    sync::atomic::{AtomicU64, Ordering},
};

use poem::http::{HeaderMap, HeaderName, HeaderValue};

/// The header with the id, of requests and answers.
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const MAX_LENGTH: usize = 128;

/// Makes ids that are unique among processes: a random half and a counter.
#[derive(Debug)]
pub(crate) struct RequestIds {
    process: u64,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new() -> Self {
        // The standard library seeds its hashers from the operating system.
        Self { process: RandomState::new().hash_one(std::process::id()), count: AtomicU64::new(0) }
    }

    /// The request's own id if it is short and plain enough for a log, or a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        match headers.get(X_REQUEST_ID) {
            Some(id) if is_valid(id.as_bytes()) => id.clone(),
            _ => self.next(),
        }
    }

    fn next(&self) -> HeaderValue {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut id = [0; 32];
        write_hex(self.process, &mut id[..16]);
        write_hex(count, &mut id[16..]);
        HeaderValue::from_bytes(&id).unwrap_or_else(|_| HeaderValue::from_static("-"))
    }
}

fn is_valid(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:+/=".contains(byte))
}

fn write_hex(number: u64, digits: &mut [u8]) {
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        let nibble = (number >> (4 * place)) & 0xF;
        *digit = b"0123456789abcdef"[usize::from(nibble.to_le_bytes()[0])];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(id: &[u8]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(X_REQUEST_ID, HeaderValue::from_bytes(id).expect("a header value"));
        headers
    }

    #[test]
    fn a_valid_id_is_taken_over() {
        let ids = RequestIds::new();
        for id in ["a", "b1946ac9-2492:d2347c6235b4.d261_1184", &"x".repeat(128)] {
            assert_eq!(ids.of(&headers(id.as_bytes())), id);
        }
    }

    #[test]
    fn an_invalid_id_is_replaced() {
        let ids = RequestIds::new();
        for id in [&b""[..], b"a b", b"<script>", b"\xC3\xA9", "x".repeat(129).as_bytes()] {
            assert_ne!(ids.of(&headers(id)).as_bytes(), id);
        }
    }

    #[test]
    fn new_ids_differ_and_have_32_hexadecimal_digits() {
        let ids = RequestIds::new();
        let (first, second) = (ids.of(&HeaderMap::new()), ids.of(&HeaderMap::new()));
        assert_ne!(first, second);
        for id in [first, second] {
            assert_eq!(id.len(), 32);
            assert!(id.as_bytes().iter().all(u8::is_ascii_hexdigit), "{id:?}");
        }
    }
}
