//! Chooses the encoding of an answer by `Accept-Encoding` (RFC 9110, section 12.5.3).

use poem::{
    Response,
    http::{HeaderMap, StatusCode, header},
};
use sim_api::{ErrorResponse, elements, weighted};

use super::error_response::error_response;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    Brotli,
    Zstd,
    Gzip,
    Identity,
}

/// The encoding to answer a request in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) encoding: Encoding,
    /// The plain form is refused: even a short answer is to be encoded.
    pub(crate) is_plain_refused: bool,
}

impl Wanted {
    /// The encoding of `offered` that a request prefers; the first of those with equal weight.
    ///
    /// The plain form needs no offer. It comes last unless the request names it.
    ///
    /// # Errors
    ///
    /// The 406 to a request that refuses the plain form and accepts nothing that is offered.
    pub(crate) fn of(headers: &HeaderMap, offered: &[Encoding]) -> Result<Self, Box<Response>> {
        let plain = Self { encoding: Encoding::Identity, is_plain_refused: false };
        if !headers.contains_key(header::ACCEPT_ENCODING) {
            return Ok(plain);
        }
        let plain_weight = weight(headers, Encoding::Identity);
        let is_plain_refused = plain_weight == Some(0);
        let weights = offered.iter().map(|encoding| (*encoding, weight(headers, *encoding).unwrap_or(0)));
        let best = weights.filter(|(_, weight)| *weight > 0).rev().max_by_key(|(_, weight)| *weight);
        match best {
            Some((encoding, weight)) if plain_weight.is_none_or(|plain| weight >= plain) => {
                Ok(Self { encoding, is_plain_refused })
            }
            None if is_plain_refused => Err(Box::new(not_acceptable(headers, offered))),
            _ => Ok(plain),
        }
    }
}

impl Encoding {
    /// The encoding's name in headers.
    pub(crate) fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
            Self::Identity => "identity",
        }
    }

    fn is_named(self, name: &str) -> bool {
        // The registered alias of gzip (RFC 9110, section 8.4.1.3).
        name.eq_ignore_ascii_case(self.token()) || self == Self::Gzip && name.eq_ignore_ascii_case("x-gzip")
    }
}

/// The weight of an encoding: that of its name, or else that of `*`. `None` if neither is there.
fn weight(headers: &HeaderMap, encoding: Encoding) -> Option<u16> {
    let of = |is_meant: &dyn Fn(&str) -> bool| {
        let items = weighted(headers, &header::ACCEPT_ENCODING).filter(|item| is_meant(item.value));
        items.map(|item| item.weight).max()
    };
    of(&|name| encoding.is_named(name)).or_else(|| of(&|name| name == "*"))
}

fn not_acceptable(headers: &HeaderMap, offered: &[Encoding]) -> Response {
    let sent: Vec<_> = elements(headers, &header::ACCEPT_ENCODING).collect();
    let offered: Vec<_> = offered.iter().chain(&[Encoding::Identity]).map(|encoding| encoding.token()).collect();
    error_response(StatusCode::NOT_ACCEPTABLE, ErrorResponse::encoding_not_acceptable(&sent.join(", "), &offered))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(lines: &[&str]) -> Option<(Encoding, bool)> {
        let headers: HeaderMap = lines.iter().map(|line| (header::ACCEPT_ENCODING, line.parse().unwrap())).collect();
        let wanted = Wanted::of(&headers, &[Encoding::Brotli, Encoding::Gzip]).ok()?;
        Some((wanted.encoding, wanted.is_plain_refused))
    }

    #[test]
    fn the_encoding_of_the_greatest_weight_is_chosen_and_of_equals_the_first_offered() {
        for (value, encoding) in [
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("BR", Encoding::Brotli),
            ("gzip, deflate", Encoding::Gzip),
            ("x-gzip", Encoding::Gzip),
            ("br;q=0.1, gzip;q=1.0", Encoding::Gzip),
            ("br;q=0.250, gzip;q=0.251", Encoding::Gzip),
            ("*", Encoding::Brotli),
            ("*;q=0.1, gzip", Encoding::Gzip),
            ("br;q=0, *", Encoding::Gzip),
            ("identity, gzip", Encoding::Gzip),
            ("identity;q=0.5, gzip;q=0.5", Encoding::Gzip),
        ] {
            assert_eq!(wanted(&[value]), Some((encoding, false)), "{value}");
        }
        assert_eq!(wanted(&["deflate", "gzip"]), Some((Encoding::Gzip, false)));
    }

    #[test]
    fn a_refused_or_unknown_encoding_is_not_chosen() {
        for value in
            ["", "zstd, compress", "identity", "br; q=0.0, gzip; Q=0", "gzip;q=0.5, identity", "*;q=0, identity;q=0.1"]
        {
            assert_eq!(wanted(&[value]), Some((Encoding::Identity, false)), "{value}");
        }
        assert_eq!(wanted(&["br;q=0, gzip"]), Some((Encoding::Gzip, false)));
        assert_eq!(wanted(&[]), Some((Encoding::Identity, false)));
    }

    #[test]
    fn who_refuses_the_plain_form_gets_an_encoding_or_a_406() {
        for (value, encoding) in [
            ("identity;q=0, *;q=1", Some(Encoding::Brotli)),
            ("*;q=1, identity;q=0", Some(Encoding::Brotli)),
            ("gzip, identity;q=0", Some(Encoding::Gzip)),
            ("gzip;q=0.001, *;q=0", Some(Encoding::Gzip)),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("deflate, *;q=0.000", None),
            ("IDENTITY; Q=0.0, br;q=0", None),
        ] {
            assert_eq!(wanted(&[value]), encoding.map(|encoding| (encoding, true)), "{value}");
        }
    }
}
