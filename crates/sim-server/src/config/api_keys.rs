//! Parses the list of API keys.

use std::collections::HashSet;

use sim_api::{ApiKeys, Application, MAX_KEY_BYTES};

/// The value for no keys.
const NONE: &str = "none";
const MAX_NAME_LENGTH: usize = 32;
/// 128 bits in hexadecimal digits.
const MIN_KEY_LENGTH: usize = 32;
/// Of 32 random hexadecimal digits, one set in a billion has fewer.
const MIN_DISTINCT: usize = 8;

/// Reads a list of `NAME:KEY` pairs, or `none`.
///
/// # Errors
///
/// What is wrong, with the position of the pair. The name is not quoted: if name and key are swapped, it is a secret.
pub(super) fn parse(list: &str) -> Result<ApiKeys, String> {
    if list.trim() == NONE {
        return Ok(ApiKeys::default());
    }
    let mut known = HashSet::new();
    let pairs = (1..).zip(list.split(',')).map(|(position, pair)| {
        let (name, key) = read_pair(pair.trim()).map_err(|fault| format!("has in pair {position} {fault}"))?;
        if known.insert(key) {
            Ok((Application::new(name), key))
        } else {
            Err(format!("has in pair {position} a key that another pair has too"))
        }
    });
    pairs.collect()
}

fn read_pair(pair: &str) -> Result<(&str, &str), String> {
    let (name, key) = pair.split_once(':').ok_or("no colon")?;
    if !(1..=MAX_NAME_LENGTH).contains(&name.len()) || !name.bytes().all(|byte| is_of(byte, b"-_.")) {
        return Err(format!("a name that is not 1 to {MAX_NAME_LENGTH} letters, digits and -_."));
    }
    if !(1..=MAX_KEY_BYTES).contains(&key.len()) || !key.bytes().all(|byte| is_of(byte, b"-_.~+/=")) {
        return Err(format!("a key that is not 1 to {MAX_KEY_BYTES} letters, digits and -_.~+/="));
    }
    let distinct = key.bytes().collect::<HashSet<_>>().len();
    if key.len() < MIN_KEY_LENGTH || distinct < MIN_DISTINCT {
        return Err(format!(
            "a key that is not at least {MIN_KEY_LENGTH} characters, {MIN_DISTINCT} of them different (`sim-server keygen` \
             makes one)"
        ));
    }
    Ok((name, key))
}

fn is_of(byte: u8, symbols: &[u8]) -> bool {
    byte.is_ascii_alphanumeric() || symbols.contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 2] =
        ["8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83", "c4ca4238a0b923820dcc509a6f75849b5e1f0a7d3c9b2864"];

    /// A list of pairs, in which `{0}` and `{1}` stand for keys.
    fn list(pairs: &str) -> String {
        pairs.replace("{0}", KEYS[0]).replace("{1}", KEYS[1])
    }

    #[test]
    fn none_is_a_service_that_is_open() {
        assert!(parse("none").unwrap().is_open());
    }

    #[test]
    fn pairs_are_applications_and_their_keys() {
        for (pairs, applications) in [
            ("web:{0}", vec!["web"]),
            ("web:{0},mobile:{1}", vec!["web", "mobile"]),
            ("web:{0},web:{1}", vec!["web", "web"]),
            (" web:{0} ,\n\tAdmin-2.x_y:{1}\n", vec!["web", "Admin-2.x_y"]),
        ] {
            assert_eq!(format!("{:?}", parse(&list(pairs)).unwrap()), format!("ApiKeys({applications:?})"));
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place_and_never_quoted() {
        let long = |unit: &str, length| unit.repeat(length);
        let name = "a name that is not 1 to 32 letters, digits and -_.";
        let key = "a key that is not 1 to 256 letters, digits and -_.~+/=";
        let weak = "a key that is not at least 32 characters, 8 of them different (`sim-server keygen` makes one)";
        for (pairs, position, fault) in [
            (String::new(), 1, "no colon"),
            ("{0}".to_owned(), 1, "no colon"),
            ("web:{0},".to_owned(), 2, "no colon"),
            ("web:{0},,mobile:{1}".to_owned(), 2, "no colon"),
            ("None".to_owned(), 1, "no colon"),
            (":{0}".to_owned(), 1, name),
            ("{0}:web".to_owned(), 1, name),
            ("web app:{0}".to_owned(), 1, name),
            ("wéb:{0}".to_owned(), 1, name),
            (long("x", 33) + ":{0}", 1, name),
            ("web:".to_owned(), 1, key),
            ("web: {0}".to_owned(), 1, key),
            ("web:{0}:x".to_owned(), 1, key),
            ("web:\"{0}\"".to_owned(), 1, key),
            ("web:{0};mobile:{1}".to_owned(), 1, key),
            ("web:{0}é".to_owned(), 1, key),
            ("web:{0}\u{fffd}".to_owned(), 1, key),
            ("web:".to_owned() + &long(KEYS[0], 6), 1, key),
            ("web:{0},mobile:secret".to_owned(), 2, weak),
            ("web:5f0c1d9ab37e28460cbbd1a9e2f4738".to_owned(), 1, weak),
            ("web:".to_owned() + &long("a", 64), 1, weak),
            ("web:".to_owned() + &long("deadbef", 8), 1, weak),
            ("web:{0},mobile:{0}".to_owned(), 2, "a key that another pair has too"),
            ("web:{0},mobile:{1},web:{0}".to_owned(), 3, "a key that another pair has too"),
        ] {
            let error = parse(&list(&pairs)).unwrap_err();
            assert_eq!(error, format!("has in pair {position} {fault}"), "{pairs}");
        }
    }
}
