//! Where a request comes from: the peer of its connection, or who the proxy before the service says it is.

use std::net::IpAddr;

use poem::http::{HeaderMap, HeaderName};

/// The address of a client. A header is believed only where the operator names it: anybody can send one.
///
/// A request whose header does not hold one address has not come through the proxy, and is its peer's own.
pub(crate) fn of(headers: &HeaderMap, trusted: Option<&HeaderName>, peer: IpAddr) -> IpAddr {
    let named = trusted.and_then(|name| {
        let mut values = headers.get_all(name).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        value.to_str().ok()?.trim().parse().ok()
    });
    named.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const TRUSTED: HeaderName = HeaderName::from_static("fly-client-ip");

    fn address(trusted: Option<&HeaderName>, sent: &[&str]) -> String {
        let headers = sent.iter().map(|value| (TRUSTED, value.parse().unwrap())).collect();
        of(&headers, trusted, PEER).to_string()
    }

    #[test]
    fn a_header_is_believed_only_where_it_is_trusted() {
        for sent in ["192.0.2.1", "2001:db8::1"] {
            assert_eq!(address(Some(&TRUSTED), &[sent]), sent);
            assert_eq!(address(None, &[sent]), "127.0.0.1");
            assert_eq!(address(Some(&HeaderName::from_static("x-real-ip")), &[sent]), "127.0.0.1");
        }
    }

    #[test]
    fn what_is_not_one_address_is_not_believed() {
        for sent in [[].as_slice(), &[""], &["192.0.2.1, 192.0.2.2"], &["192.0.2.1:80"], &["192.0.2.1", "192.0.2.2"]] {
            assert_eq!(address(Some(&TRUSTED), sent), "127.0.0.1", "{sent:?}");
        }
    }
}
