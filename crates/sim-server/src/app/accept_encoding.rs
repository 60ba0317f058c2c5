//! Chooses the encoding of an answer by `Accept-Encoding` (RFC 9110, section 12.5.3).

use poem::http::{HeaderMap, header};

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Zstd,
    Gzip,
    Identity,
}

impl Encoding {
    /// The first of `offered` that a request accepts.
    ///
    /// A request that refuses all of them, including the plain form, gets the plain form: an answer helps more than a
    /// 406.
    pub(crate) fn accepted(headers: &HeaderMap, offered: &[Self]) -> Self {
        if !headers.contains_key(header::ACCEPT_ENCODING) {
            return Self::Identity;
        }
        let accepts = |name| {
            headers
                .get_all(header::ACCEPT_ENCODING)
                .iter()
                .filter_map(|value| value.to_str().ok())
                .flat_map(|value| value.split(','))
                .any(|item| accepts(item, name))
        };
        offered.iter().copied().find(|encoding| accepts(encoding.token())).unwrap_or(Self::Identity)
    }

    /// The encoding's name in headers.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }
}

/// Whether an item of `Accept-Encoding`, such as `gzip;q=0.5`, names an encoding and does not refuse it.
fn accepts(item: &str, name: &str) -> bool {
    let mut parts = item.split(';').map(str::trim);
    let is_named = parts.next().is_some_and(|token| token.eq_ignore_ascii_case(name));
    let is_refused = parts.any(|parameter| {
        let quality = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="));
        quality.is_some_and(|quality| quality.parse() == Ok(0.0))
    });
    is_named && !is_refused
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    fn accepted(value: &'static str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        Encoding::accepted(&headers, &[Encoding::Brotli, Encoding::Gzip])
    }

    #[test]
    fn the_first_accepted_encoding_is_chosen() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), Encoding::Brotli);
        assert_eq!(accepted("BR"), Encoding::Brotli);
        assert_eq!(accepted("gzip, deflate"), Encoding::Gzip);
        assert_eq!(accepted("br;q=0.1, gzip;q=1.0"), Encoding::Brotli);
    }

    #[test]
    fn a_refused_or_unknown_encoding_is_not_chosen() {
        assert_eq!(accepted("br;q=0, gzip"), Encoding::Gzip);
        assert_eq!(accepted("br; q=0.0, gzip; Q=0"), Encoding::Identity);
        assert_eq!(accepted("zstd, compress"), Encoding::Identity);
        assert_eq!(accepted("identity"), Encoding::Identity);
        assert_eq!(Encoding::accepted(&HeaderMap::new(), &[Encoding::Brotli]), Encoding::Identity);
    }
}
