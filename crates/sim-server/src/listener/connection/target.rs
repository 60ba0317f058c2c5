//! Finds request targets with a fragment, which HTTP does not allow (RFC 9112, section 3.2).
//!
//! hyper drops a fragment before our code sees the target, so that `/a?b=1#b=2` would be read as another request than its
//! sender means. Here the bytes are looked at as they arrive.

/// Where the bytes of a connection stand, as far as request lines are concerned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Target {
    /// In the method of a request line.
    #[default]
    Method,
    /// In the target of a request line.
    Within,
    /// Anywhere else.
    Elsewhere,
}

impl Target {
    /// Looks at bytes that arrived, and makes hyper refuse a target with a fragment: the `#` becomes a byte that no target
    /// may have.
    pub(super) fn guard(&mut self, bytes: &mut [u8]) {
        let may_have_fragment = bytes.contains(&b'#');
        let mut ends = 0;
        for byte in bytes {
            *self = match (*self, *byte) {
                (Self::Method, b'A'..=b'Z' | b'\r' | b'\n') => Self::Method,
                (Self::Within, b'#') => {
                    *byte = 0;
                    Self::Elsewhere
                }
                (Self::Method, b' ') | (Self::Within, b'!'..) => Self::Within,
                // The rest is of no interest.
                _ if !may_have_fragment => return *self = Self::Elsewhere,
                // An empty line ends a head, and the next may begin.
                (_, b'\n') if ends == 3 => Self::Method,
                _ => Self::Elsewhere,
            };
            ends = match (ends, *byte) {
                (0 | 2, b'\r') | (1, b'\n') => ends + 1,
                (_, b'\r') => 1,
                _ => 0,
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether a fragment is found in bytes that arrive in pieces of some length.
    fn is_found(text: &str, length: usize) -> bool {
        let mut target = Target::default();
        let mut bytes = text.as_bytes().to_vec();
        bytes.chunks_mut(length).for_each(|piece| target.guard(piece));
        bytes != text.as_bytes()
    }

    #[test]
    fn a_fragment_is_found_however_the_bytes_arrive() {
        let good = "GET / HTTP/1.1\r\nHost: sim\r\n\r\n";
        for text in [
            "GET /a#b HTTP/1.1\r\n\r\n",
            "\r\nGET /a#b HTTP/1.1\r\n\r\n",
            "POST /a?b=1#b=2 HTTP/1.1\r\nA: b\r\n\r\n",
            "GET # HTTP/1.1\r\n\r\n",
            "GET http://sim/#a HTTP/1.1\r\n\r\n",
        ] {
            for length in [1, 2, 7, 100] {
                assert!(is_found(text, length), "{text:?} {length}");
            }
            assert!(is_found(&format!("{good}{text}"), 200), "{text:?} after another request");
        }
    }

    #[test]
    fn a_number_sign_elsewhere_is_left_alone() {
        for text in [
            "GET /a HTTP/1.1\r\nReferer: http://sim/#a\r\n\r\n",
            "GET /a HTTP/1.1#\r\n\r\n",
            "POST / HTTP/1.1\r\nA: #\r\n\r\n{\"a\": \"B c#d\"}",
            "POST / HTTP/1.1\r\nA: b\r\n\r\n[\"A #\"]\r\n\r\n{\"#\"}",
        ] {
            for length in [1, 2, 7, 100] {
                assert!(!is_found(text, length), "{text:?} {length}");
            }
        }
    }
}
