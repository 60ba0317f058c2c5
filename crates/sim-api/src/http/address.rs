//! The path of an address: as the contract writes it, as poem-openapi writes it, and as it is sent.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// A path of the contract as poem-openapi writes it for poem's router: `/simulate/{seed}` as `/simulate/:param0`.
pub(crate) fn route(path: &str) -> String {
    let mut parameters = 0..;
    let segments = path.split('/').map(|segment| match parameter(segment) {
        Some(_) => format!(":param{}", parameters.next().unwrap_or(0)),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The name of the parameter that a segment of a path of the contract stands for.
pub(crate) fn parameter(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

/// The path to look for: each segment of a sent path without its escapes. An escaped slash stays part of its segment.
#[must_use]
pub fn unescaped(path: &str) -> Cow<'_, str> {
    if !path.contains('%') {
        return Cow::Borrowed(path);
    }
    // No fixed segment has this character, so that it fits parameters alone, as a slash in a segment should.
    let segments = path.split('/').map(|segment| decoded(segment).replace('/', "\u{FFFD}"));
    Cow::Owned(segments.collect::<Vec<_>>().join("/"))
}

/// The text that a segment stands for. What is not UTF-8 in it becomes U+FFFD.
pub(crate) fn decoded(segment: &str) -> Cow<'_, str> {
    percent_decode_str(segment).decode_utf8_lossy()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_for_the_router() {
        assert_eq!(route("/a/{b}/c/{d}"), "/a/:param0/c/:param1");
        assert_eq!(route("/a"), "/a");
    }

    #[test]
    fn an_escaped_letter_is_that_letter_and_an_escaped_slash_is_no_slash() {
        for (sent, path) in [
            ("/ab/1", "/ab/1"),
            ("/%61b/%31", "/ab/1"),
            ("/%2561b", "/%61b"),
            ("/ab%2F1/x", "/ab\u{FFFD}1/x"),
            ("%2Fab", "\u{FFFD}ab"),
            ("/ab%/%ff", "/ab%/\u{FFFD}"),
            ("/ab%00/", "/ab\0/"),
        ] {
            assert_eq!(unescaped(sent), path, "{sent}");
        }
    }
}
