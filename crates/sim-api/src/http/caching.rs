//! What lets a cache keep an answer: a result never changes, so one that has an address is good for ever.

use std::fmt::{self, Write as _};

use poem::http::{HeaderMap, HeaderValue, header};

/// For answers that are the same for ever, to everybody.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Keeps an answer to a caller with a key from those without: no shared cache may give it to another, and whoever asks
/// for the address with another key asks anew.
pub(crate) fn keep_private(headers: &mut HeaderMap) {
    let Some(control) = headers.get_mut(header::CACHE_CONTROL) else { return };
    let Some(kept) = control.as_bytes().strip_prefix(b"public") else { return };
    if let Ok(private) = HeaderValue::from_bytes(&[b"private", kept].concat()) {
        *control = private;
        vary(headers, "x-api-key");
    }
}

/// Says that an answer depends on a header of the request, besides those that it depends on already.
pub fn vary(headers: &mut HeaderMap, name: &'static str) {
    let vary = match headers.get(header::VARY).and_then(|vary| vary.to_str().ok()) {
        Some(vary) => HeaderValue::from_str(&format!("{vary}, {name}")),
        None => Ok(HeaderValue::from_static(name)),
    };
    if let Ok(vary) = vary {
        headers.insert(header::VARY, vary);
    }
}

/// The entity tag of an answer that is determined by a text: the address, say, and the form of the answer.
///
/// The release is part of it, since another one may write the same result in another form.
pub(crate) fn entity_tag(text: fmt::Arguments<'_>) -> String {
    let mut hash = Fnv1a::default();
    hash.update(concat!(env!("CARGO_PKG_VERSION"), "\0"));
    // A hash takes any text.
    let _ = hash.write_fmt(text);
    let mut tag = String::with_capacity(18);
    tag.push('"');
    for shift in (0..u64::BITS).step_by(4).rev() {
        tag.extend(char::from_digit((hash.0 >> shift & 0xF) as u32, 16));
    }
    tag.push('"');
    tag
}

/// The FNV-1a hash (Fowler, Noll, Vo) of what is written: the same on every machine, unlike the standard library's.
struct Fnv1a(u64);

impl Default for Fnv1a {
    fn default() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }
}

impl Fnv1a {
    fn update(&mut self, text: &str) {
        self.0 = text.bytes().fold(self.0, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    }
}

impl fmt::Write for Fnv1a {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.update(text);
        Ok(())
    }
}

/// Whether a list of entity tags, as `If-None-Match` has it, holds a tag (RFC 9110, section 13.1.2).
#[must_use]
pub fn lists_entity_tag(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        // From the test vectors of the authors' `test_fnv.c`: the empty string, "a" and "foobar".
        for (text, hash) in
            [("", 0xCBF2_9CE4_8422_2325), ("a", 0xAF63_DC4C_8601_EC8C), ("foobar", 0x8594_4171_F739_67E8)]
        {
            let mut computed = Fnv1a::default();
            computed.update(text);
            assert_eq!(computed.0, hash, "{text}");
        }
    }

    #[test]
    fn a_tag_is_the_hash_of_the_release_and_the_text_in_sixteen_digits() {
        for text in 0..100 {
            let mut hash = Fnv1a::default();
            hash.update(&format!("{}\0{text}", env!("CARGO_PKG_VERSION")));
            assert_eq!(entity_tag(format_args!("{text}")), format!("\"{:016x}\"", hash.0));
        }
    }

    #[test]
    fn a_tag_is_found_in_a_list_weak_or_strong() {
        for list in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\" , W/\"a\"", "*"] {
            assert!(lists_entity_tag(list, "\"a\""), "{list}");
        }
        for list in ["", "a", "\"b\"", "\"A\"", "\"a\"b"] {
            assert!(!lists_entity_tag(list, "\"a\""), "{list}");
        }
    }
}
