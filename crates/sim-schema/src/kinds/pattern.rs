//! Regular expressions, as far as JSON Schema and the `regex` crate mean the same by them.

use regex::{Regex, RegexBuilder};

/// The most bytes that a compiled pattern takes.
const SIZE_LIMIT: usize = 1 << 20;

/// A regular expression that a string has to match somewhere.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    pub(super) fn compile(pattern: &str) -> Result<Self, String> {
        refuse_what_differs(pattern)?;
        // An invalid pattern is told over several lines; the last one says what is wrong.
        let reason = |error: &regex::Error| error.to_string().lines().last().unwrap_or_default().to_owned();
        RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).build().map(Self).map_err(|error| reason(&error))
    }

    pub(super) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

/// Refuses what a client's engine, which speaks ECMA-262, reads in another way than the `regex` crate does.
fn refuse_what_differs(pattern: &str) -> Result<(), String> {
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        let differs = match (character, next) {
            ('\\', Some(escaped)) => {
                characters.next();
                if escaped.is_ascii_alphanumeric() && !['n', 'r', 't'].contains(&escaped) {
                    return Err(format!("\\{escaped} means different characters to different engines; write a class"));
                }
                false
            }
            ('.', _) => !in_class,
            ('[', _) if in_class => true,
            ('&' | '-' | '~', Some(next)) => in_class && next == character,
            ('(', Some('?')) => {
                characters.next();
                characters.peek() != Some(&':')
            }
            _ => false,
        };
        if differs {
            return Err(format!("{character} is used in a way that engines read differently"));
        }
        in_class = match character {
            '[' => true,
            ']' => false,
            _ => in_class,
        };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_pattern_may_match_anywhere_unless_it_is_anchored() {
        let matches = |pattern: &str, text: &str| Pattern::compile(pattern).unwrap().matches(text);
        assert!(matches("b", "abc"));
        assert!(!matches("^b$", "abc"));
        assert!(!matches("^b$", "b\n"));
        assert!(matches("^[a-z][a-z0-9_.-]{0,3}$", "x_.9"));
        assert!(matches("^(?:a|\\.\\n)+$", "a.\n"));
    }

    #[test]
    fn what_engines_read_differently_is_refused() {
        for pattern in ["\\d", "\\W", "[\\s]", "\\b", "\\p{L}", "\\1", "^.$", "[a[b]]", "[a&&b]", "(?i)a", "(?<n>a)"] {
            assert!(Pattern::compile(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_or_too_large_is_refused() {
        for pattern in ["(", "[", "a{2,1}", "(?:(?:[a-z]{1000}){1000}){1000}"] {
            let reason = Pattern::compile(pattern).unwrap_err();
            assert!(!reason.is_empty() && !reason.contains('\n'), "{pattern}: {reason}");
        }
    }
}
