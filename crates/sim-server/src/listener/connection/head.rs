//! Checks what hyper leaves open of the head of a request: its target, its host and its transfer coding.

use std::net::Ipv6Addr;

use hyper::{
    Method, StatusCode, Version,
    body::Incoming,
    header,
    http::{HeaderMap, Uri, uri::Scheme},
};
use sim_api::{ErrorResponse, elements};

/// Refuses a head that hyper accepts and HTTP/1.1 does not.
///
/// # Errors
///
/// The status and the body of the answer. The connection is to be closed.
pub(super) fn check(request: &hyper::Request<Incoming>) -> Result<(), (StatusCode, ErrorResponse)> {
    if !is_target(request.method(), request.uri()) || !names_host(request.headers(), request.version()) {
        return Err((StatusCode::BAD_REQUEST, ErrorResponse::bad_request()));
    }
    check_transfer_coding(request.headers())
}

/// Whether a request target has a form that fits its method (RFC 9112, section 3.2).
fn is_target(method: &Method, target: &Uri) -> bool {
    match (target.scheme(), target.authority(), target.path()) {
        (None, None, "*") => method == Method::OPTIONS,
        (None, None, path) => path.starts_with('/'),
        (None, Some(authority), _) => method == Method::CONNECT && is_host(authority.as_str()),
        (Some(scheme), Some(authority), _) => {
            (*scheme == Scheme::HTTP || *scheme == Scheme::HTTPS) && is_host(authority.as_str())
        }
        (Some(_), None, _) => false,
    }
}

/// Whether `Host` is sent as it must be: once and with a host in HTTP/1.1, at most once before (RFC 9112, section 3.2).
fn names_host(headers: &HeaderMap, version: Version) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().is_ok_and(|host| is_host(host.trim_matches([' ', '\t']))),
        (None, _) => version < Version::HTTP_11,
        (Some(_), Some(_)) => false,
    }
}

/// Whether a text is a host, with or without a port (RFC 3986, section 3.2.2). An empty host names nothing.
fn is_host(text: &str) -> bool {
    if let Some(literal) = text.strip_prefix('[') {
        let Some((address, port)) = literal.split_once(']') else { return false };
        return (address.parse::<Ipv6Addr>().is_ok() || is_future_address(address))
            && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
    }
    let (name, port) = text.split_once(':').unwrap_or((text, ""));
    !name.is_empty() && is_name(name) && is_port(port)
}

fn is_port(port: &str) -> bool {
    port.is_empty() || port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok()
}

/// Whether a text is a registered name or an IPv4 address: unreserved characters, delimiters and escapes.
fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        let is_allowed = match byte {
            b'%' => {
                [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|digit| digit.is_ascii_hexdigit()))
            }
            _ => byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=".contains(&byte),
        };
        if !is_allowed {
            return false;
        }
    }
    true
}

/// Whether a text is an address of a version of IP to come, such as `v7.x`.
fn is_future_address(text: &str) -> bool {
    let version = text.strip_prefix(['v', 'V']).and_then(|text| text.split_once('.'));
    version.is_some_and(|(version, address)| {
        let is_version = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_version && !address.is_empty() && address.split(':').all(|part| !part.contains('%') && is_name(part))
    })
}

/// hyper reads chunks wherever the last coding is `chunked`, and leaves those before it in the body.
fn check_transfer_coding(headers: &HeaderMap) -> Result<(), (StatusCode, ErrorResponse)> {
    let mut codings = elements(headers, &header::TRANSFER_ENCODING);
    let is_known = |coding: &str| coding.eq_ignore_ascii_case("chunked");
    match codings.next() {
        None => Ok(()),
        Some(coding) if is_known(coding) && codings.next().is_none() => Ok(()),
        // Chunked twice is not unknown, but wrong.
        Some(coding) if is_known(coding) => Err((StatusCode::BAD_REQUEST, ErrorResponse::bad_request())),
        Some(_) => Err((StatusCode::NOT_IMPLEMENTED, ErrorResponse::unsupported_transfer_coding())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_or_an_address_with_or_without_a_port() {
        for host in [
            "sim",
            "sim.example",
            "sim.example.",
            "sim_1",
            "SIM:80",
            "sim:",
            "127.0.0.1:8000",
            "[::1]",
            "[::1]:80",
            "[::1]:",
            "[v7.a:b]",
            "xn--bcher-kva.example",
            "b%C3%BCcher.example",
            "a,b",
            "1:65535",
        ] {
            assert!(is_host(host), "{host}");
        }
        for host in [
            "",
            ":",
            ":80",
            "sim:http",
            "sim:65536",
            "sim:+1",
            "sim:80:80",
            "::1",
            "[::1",
            "[::1]80",
            "[x]",
            "[v.a]",
            "[]",
            "a b",
            "a@b",
            "a/b",
            "a?b",
            "a#b",
            "http://sim",
            "a\\b",
            "a\"b",
            "%",
            "%4",
            "%zz",
            "<sim>",
            "bücher",
        ] {
            assert!(!is_host(host), "{host}");
        }
    }

    #[test]
    fn a_target_fits_its_method() {
        for (method, target, fits) in [
            (Method::GET, "/", true),
            (Method::GET, "/a?b", true),
            (Method::GET, "http://sim/a", true),
            (Method::GET, "HTTPS://sim:80/a", true),
            (Method::OPTIONS, "*", true),
            (Method::CONNECT, "sim:80", true),
            (Method::GET, "*", false),
            (Method::GET, "sim:80", false),
            (Method::GET, "health", false),
            (Method::POST, "ftp://sim/a", false),
            (Method::GET, "http://user@sim/a", false),
            (Method::GET, "http://sim:x/a", false),
        ] {
            assert_eq!(target.parse().is_ok_and(|target| is_target(&method, &target)), fits, "{method} {target}");
        }
    }
}
