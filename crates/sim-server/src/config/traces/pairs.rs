//! Lists of `NAME=VALUE` pairs, their values percent-encoded, as OpenTelemetry writes them.

use percent_encoding::percent_decode_str;
use poem::http::{HeaderMap, HeaderName, HeaderValue};

/// What stands for an empty list.
const NONE: &str = "none";

/// Reads a list; spaces around names and values are no part of them.
pub(super) fn parse(list: &str) -> Option<Vec<(String, String)>> {
    let pairs = list.split(',').map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(read_pair).collect()
}

fn read_pair(pair: &str) -> Option<(String, String)> {
    let (name, value) = pair.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_encoded = value
        .split('%')
        .skip(1)
        .all(|rest| rest.as_bytes().iter().take(2).filter(|byte| byte.is_ascii_hexdigit()).count() == 2);
    let value = percent_decode_str(value).decode_utf8().ok().filter(|_| is_encoded)?;
    (!name.is_empty()).then(|| (name.to_owned(), value.into_owned()))
}

/// Reads headers; what is wrong is said in words that hold none of them.
pub(super) fn headers(list: &str) -> Result<HeaderMap, String> {
    if list == NONE {
        return Ok(HeaderMap::new());
    }
    let pairs = parse(list).ok_or("has a pair that is no NAME=VALUE")?;
    let headers = pairs.into_iter().map(|(name, value)| {
        let name: HeaderName = name.parse().map_err(|_| "has a name that no header can have")?;
        let mut value = HeaderValue::try_from(value).map_err(|_| "has a value that no header can have")?;
        value.set_sensitive(true);
        Ok((name, value))
    });
    headers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_a_name_and_a_value_that_may_be_encoded() {
        let pairs = parse(" a=1 ,b = x=y%2C%20%C3%A9,,c=").unwrap();
        let expected = [("a", "1"), ("b", "x=y, é"), ("c", "")];
        assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn what_is_no_pair_is_refused() {
        for list in ["a", "=1", "a=1,b", "a=%", "a=%2", "a=%g0", "a=%FF"] {
            assert!(parse(list).is_none(), "{list}");
        }
    }
}
