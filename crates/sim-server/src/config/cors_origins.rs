//! Parses the list of CORS origins.

use std::{fmt, net::Ipv6Addr};

use poem::http::HeaderValue;

/// The origins whose pages may read answers. Without any, CORS is off.
#[derive(Debug, Clone, Default)]
pub struct CorsOrigins(Vec<HeaderValue>);

impl CorsOrigins {
    /// Reads a list of origins separated by commas, each as a browser sends it: `https://app.example:8443`.
    pub(super) fn parse(list: &str) -> Result<Self, String> {
        if list == "none" {
            return Ok(Self::default());
        }
        let origins: Option<_> = list.split(',').map(|origin| read_origin(origin.trim())).collect();
        let expected = "none, or origins separated by commas, each as a browser sends it: https://app.example";
        origins.map(Self).ok_or_else(|| expected.to_owned())
    }

    /// Whether no page of another origin may read answers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether pages of this origin may.
    pub(crate) fn contains(&self, origin: &HeaderValue) -> bool {
        self.0.contains(origin)
    }
}

impl fmt::Display for CorsOrigins {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.0.iter().filter_map(|origin| origin.to_str().ok());
        formatter.write_str(&origins.collect::<Vec<_>>().join(", "))
    }
}

/// An origin in the spelling that browsers send. Any other spelling would never match.
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

/// Whether a port is one that browsers write: they leave out the default port.
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
            assert_eq!(CorsOrigins::parse(list).unwrap().0, origins, "{list}");
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
            assert!(CorsOrigins::parse(list).is_err(), "{list}");
        }
    }
}
