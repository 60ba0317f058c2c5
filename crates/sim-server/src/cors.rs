//! Which web pages of other origins may read answers (the CORS protocol of the Fetch standard).
//!
//! Never with credentials: a key travels in a header, which a page sends because it has the key, and not because a
//! browser keeps it.

use std::{fmt, net::Ipv6Addr};

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};
use sim_api::vary;

/// Whatever an operation takes.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// The request headers that mean something here and that a page may not send unasked.
const REQUEST_HEADERS: HeaderValue =
    HeaderValue::from_static("content-type, if-none-match, if-range, range, x-api-key, x-request-id");
/// The headers of answers that a page may not read unasked.
const ANSWER_HEADERS: HeaderValue =
    HeaderValue::from_static("content-range, etag, ratelimit, ratelimit-policy, retry-after, x-request-id");
/// How many seconds a browser need not ask again: as long as any of them takes.
const MAX_AGE: HeaderValue = HeaderValue::from_static("7200");

/// The origins whose pages may read answers; none where nothing is to be said of it.
#[derive(Debug, Clone, Default)]
pub struct Cors(Vec<HeaderValue>);

impl Cors {
    /// Reads a list of origins separated by commas, each as a browser sends it: `https://app.example:8443`.
    pub(crate) fn parse(list: &str) -> Option<Self> {
        list.split(',').map(|origin| read_origin(origin.trim())).collect::<Option<_>>().map(Self)
    }

    /// Whether there is any such origin.
    pub(crate) fn is_on(&self) -> bool {
        !self.0.is_empty()
    }

    /// The origin of a request, if its page may read the answer.
    pub(crate) fn origin(&self, request: &HeaderMap) -> Option<HeaderValue> {
        let origin = request.get(header::ORIGIN).filter(|_| !self.0.is_empty())?;
        self.0.contains(origin).then(|| origin.clone())
    }

    /// The answer to a browser that asks whether a page of `origin` may send a request, which it may.
    ///
    /// Whatever its path: that there is nothing at it is for the page to read from the answer to the request itself.
    pub(crate) fn preflight(origin: Option<&HeaderValue>, request: &Request) -> Option<Response> {
        let asks = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let _ = origin.filter(|_| asks)?;
        let answer = Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS)
            .header(header::ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
            .header(header::ACCESS_CONTROL_MAX_AGE, MAX_AGE);
        Some(answer.finish())
    }

    /// Says of an answer, an error too, who may read it; and of every one that it depends on who asks.
    pub(crate) fn add_headers(&self, origin: Option<&HeaderValue>, answer: &mut HeaderMap) {
        if self.0.is_empty() {
            return;
        }
        vary(answer, "origin");
        if let Some(origin) = origin {
            answer.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            answer.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}

impl fmt::Display for Cors {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.0.iter().filter_map(|origin| origin.to_str().ok());
        formatter.write_str(&origins.collect::<Vec<_>>().join(", "))
    }
}

/// An origin in the one spelling that browsers have for it, without which it would match none.
fn read_origin(origin: &str) -> Option<HeaderValue> {
    let secure = origin.strip_prefix("https://").map(|host| (host, 443));
    let (host, default_port) = secure.or_else(|| Some((origin.strip_prefix("http://")?, 80)))?;
    let is_host = is_name_or_address(host);
    let has_port =
        || host.rsplit_once(':').is_some_and(|(host, port)| is_name_or_address(host) && is_port(port, default_port));
    (is_host || has_port()).then(|| HeaderValue::from_str(origin).ok()).flatten()
}

fn is_name_or_address(host: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    if let Some(address) = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().is_ok_and(|parsed| parsed.to_string() == address);
    }
    !host.is_empty() && host.bytes().all(is_of_name)
}

/// Whether a port is one that a browser names: not the default one, which it leaves out.
fn is_port(port: &str, default: u16) -> bool {
    port.parse::<u16>().is_ok_and(|number| ![0, default].contains(&number) && number.to_string() == port)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_send_them() {
        for list in [
            "https://app.example",
            "http://localhost:3000",
            "https://app.example, https://admin.app.example:8443",
            "http://127.0.0.1:5173,http://[::1]:5173,http://[::1]",
        ] {
            let origins: Vec<_> = list.split(',').map(str::trim).collect();
            assert_eq!(Cors::parse(list).unwrap().0, origins, "{list}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        for list in [
            "",
            "*",
            "null",
            "app.example",
            "https://",
            "https://app.example/",
            "https://app.example/path",
            "https://App.example",
            "HTTPS://app.example",
            "https://*.app.example",
            "https://app.example:443",
            "http://app.example:80",
            "https://app.example:0",
            "https://app.example:08443",
            "https://app.example:99999",
            "https://app.example:",
            "https://:8443",
            "https://user@app.example",
            "https://[::1",
            "https://[0:0::1]",
            "ftp://app.example",
            "https://app.example,",
            "https://app.example https://admin.example",
        ] {
            assert!(Cors::parse(list).is_none(), "{list}");
        }
    }
}
