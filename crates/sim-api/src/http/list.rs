//! Headers that hold a list (RFC 9110, section 5.6): every such header that the service reads is read here.
//!
//! Several lines of one name are one list. A comma within a quoted string does not end an element.

use std::{borrow::Cow, iter};

use poem::http::{HeaderMap, HeaderName};

/// The elements of a list header, in their order, without the whitespace around them. Empty ones are left out.
pub fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    lines(headers, name).flat_map(|line| split(line, b',', Quotes::Escape))
}

/// The entity tags of a list header (RFC 9110, section 8.8.3). A backslash is a character like any other in them.
pub(crate) fn entity_tags<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    lines(headers, name).flat_map(|line| split(line, b',', Quotes::Plain))
}

/// The elements of a list header that have a weight, such as `text/csv;q=0.5`. An element whose weight is not a number is
/// left out.
pub fn weighted<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = Weighted<'a>> {
    elements(headers, name).filter_map(Weighted::parse)
}

/// An element of a list, and how much its sender prefers it (RFC 9110, section 12.4.2).
#[derive(Debug, PartialEq, Eq)]
pub struct Weighted<'a> {
    /// The element, without its parameters.
    pub value: &'a str,
    /// The weight in thousandths, 0 to 1000. 0 refuses the element.
    pub weight: u16,
    /// The parameters other than `q`, their values without quotes.
    pub parameters: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Weighted<'a> {
    fn parse(element: &'a str) -> Option<Self> {
        let mut parts = split(element, b';', Quotes::Escape);
        let mut weighted = Self { value: parts.next()?, weight: 1000, parameters: vec![] };
        for part in parts {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let (name, value) = (name.trim(), unquoted(value.trim()));
            if name.eq_ignore_ascii_case("q") {
                weighted.weight = weight(&value)?;
            } else {
                weighted.parameters.push((name, value));
            }
        }
        Some(weighted)
    }
}

/// Reads a weight in thousandths.
///
/// Beyond the grammar, `.5` is read as well, which old versions of Java send, and what exceeds 1 is 1. A fourth digit does
/// not count, except that no weight above 0 becomes 0.
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(fraction) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let is_zero = |digits: &str| digits.bytes().all(|byte| byte == b'0');
    if !is_zero(whole) {
        return Some(1000);
    }
    let digits = fraction.bytes().map(|byte| u16::from(byte - b'0')).chain(iter::repeat(0)).take(3);
    let thousandths = digits.fold(0, |weight, digit| 10 * weight + digit);
    Some(if is_zero(fraction) { 0 } else { thousandths.max(1) })
}

/// The lines of a header. An element that is not UTF-8 is none that the service could mean: the line is left out.
fn lines<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|line| str::from_utf8(line.as_bytes()).ok())
}

/// What a backslash means between quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// It escapes the next character, as in a `quoted-string`.
    Escape,
    /// It is a character, as in an `entity-tag`.
    Plain,
}

/// Splits a text at a separator that is not between quotes.
fn split(text: &str, separator: u8, quotes: Quotes) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let parts = iter::from_fn(move || {
        let text = rest?;
        let end = end_of_part(text, separator, quotes);
        rest = text.get(end + 1..);
        Some(text[..end].trim_matches([' ', '\t']))
    });
    parts.filter(|part| !part.is_empty())
}

fn end_of_part(text: &str, separator: u8, quotes: Quotes) -> usize {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let end = text.bytes().position(|byte| {
        if is_escaped {
            is_escaped = false;
            return false;
        }
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\\' if is_quoted => is_escaped = quotes == Quotes::Escape,
            _ => {}
        }
        byte == separator && !is_quoted
    });
    end.unwrap_or(text.len())
}

/// The text of a parameter's value, which may be a quoted string.
fn unquoted(value: &str) -> Cow<'_, str> {
    let Some(quoted) = value.strip_prefix('"') else { return Cow::Borrowed(value) };
    let quoted = quoted.strip_suffix('"').unwrap_or(quoted);
    if !quoted.contains('\\') {
        return Cow::Borrowed(quoted);
    }
    let mut text = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        text.push(if character == '\\' { characters.next().unwrap_or('\\') } else { character });
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderValue, header::ACCEPT};

    use super::*;

    fn headers(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (ACCEPT, HeaderValue::from_bytes(line.as_bytes()).unwrap())).collect()
    }

    #[track_caller]
    fn expect_elements(lines: &[&str], expected: &[&str]) {
        let headers = headers(lines);
        assert_eq!(elements(&headers, &ACCEPT).collect::<Vec<_>>(), expected, "{lines:?}");
    }

    #[test]
    fn lines_are_one_list_and_empty_elements_are_left_out() {
        expect_elements(&[], &[]);
        expect_elements(&["", " , ,\t"], &[]);
        expect_elements(&["a, b", "c"], &["a", "b", "c"]);
        expect_elements(&[",a ,\tb,", ",", "c "], &["a", "b", "c"]);
    }

    #[test]
    fn a_comma_in_a_quoted_string_is_text() {
        expect_elements(&[r#"a;x="1,2";q=0.1, b"#], &[r#"a;x="1,2";q=0.1"#, "b"]);
        expect_elements(&[r#"a;x="\",\\", b"#], &[r#"a;x="\",\\""#, "b"]);
        expect_elements(&[r#"a;x="", b"#], &[r#"a;x="""#, "b"]);
        expect_elements(&[r#"a;x="1,2"#, "b"], &[r#"a;x="1,2"#, "b"]);
    }

    #[test]
    fn a_backslash_in_an_entity_tag_is_a_character() {
        let headers = headers(&[r#""a\", W/"b,c""#, r#""d""#]);
        assert_eq!(entity_tags(&headers, &ACCEPT).collect::<Vec<_>>(), [r#""a\""#, r#"W/"b,c""#, r#""d""#]);
    }

    #[test]
    fn a_line_that_is_not_utf_8_hides_no_other() {
        let mut headers = headers(&["a"]);
        headers.append(ACCEPT, HeaderValue::from_bytes(b"\xFF").unwrap());
        headers.append(ACCEPT, HeaderValue::from_static("b"));
        assert_eq!(elements(&headers, &ACCEPT).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn three_digits_of_a_weight_count() {
        for (text, expected) in [
            ("0", Some(0)),
            ("0.", Some(0)),
            ("0.000", Some(0)),
            ("0.001", Some(1)),
            ("0.25", Some(250)),
            ("0.250", Some(250)),
            ("0.251", Some(251)),
            ("0.999", Some(999)),
            ("1", Some(1000)),
            ("1.000", Some(1000)),
            (".2", Some(200)),
            ("0.00001", Some(1)),
            ("0.2519", Some(251)),
            ("7", Some(1000)),
            ("", None),
            (".", None),
            ("x", None),
            ("-1", None),
            ("+0.5", None),
            ("1e-3", None),
            ("0.5.5", None),
        ] {
            assert_eq!(weight(text), expected, "{text}");
        }
    }

    #[test]
    fn parameters_are_read_in_any_order_and_case() {
        for (element, weight, parameters) in [
            ("a/b", 1000, vec![]),
            ("a/b;q=0.5", 500, vec![]),
            ("a/b ; Q=0.5", 500, vec![]),
            (r#"a/b;x="1;q=0.1";q=0.5;y"#, 500, vec![("x", "1;q=0.1"), ("y", "")]),
            (r#"a/b;q=0;x="\"\\""#, 0, vec![("x", r#""\"#)]),
        ] {
            let parameters = parameters.into_iter().map(|(name, value)| (name, Cow::Borrowed(value))).collect();
            assert_eq!(Weighted::parse(element), Some(Weighted { value: "a/b", weight, parameters }), "{element}");
        }
    }
}
