//! The address of a client: the peer of its connection, or what the proxy in front of the service says it is.

use std::{
    net::{IpAddr, SocketAddr},
    sync::atomic::{AtomicBool, Ordering},
};

use poem::http::{HeaderMap, HeaderName};
use tracing::warn;

/// Finds the address of a client.
pub(super) struct ClientAddress {
    /// The header that is believed, if any: only the operator knows which one clients cannot set.
    header: Option<HeaderName>,
    has_warned: AtomicBool,
}

impl ClientAddress {
    pub(super) fn new(header: Option<HeaderName>) -> Self {
        Self { header, has_warned: AtomicBool::new(false) }
    }

    /// Returns the last address of the header, which the nearest proxy has added; or `peer` if there is no such header,
    /// or its last entry is no address. The log says so of the first such entry.
    pub(super) fn of(&self, headers: &HeaderMap, peer: IpAddr) -> IpAddr {
        let Some((header, value)) = self.header.as_ref().and_then(|header| {
            let value = headers.get_all(header).iter().next_back()?;
            Some((header, value))
        }) else {
            return peer;
        };
        let address = value.to_str().ok().and_then(|list| read(list.rsplit(',').next().unwrap_or(list).trim()));
        if address.is_none() && !self.has_warned.swap(true, Ordering::Relaxed) {
            warn!(header = header.as_str(), "the header does not end in an address; the address of the peer counts");
        }
        address.unwrap_or(peer)
    }
}

/// Reads an address, which may have a port or stand in brackets.
fn read(address: &str) -> Option<IpAddr> {
    let without_brackets = address.strip_prefix('[').and_then(|address| address.strip_suffix(']'));
    let with_port = || address.parse().ok().map(|address: SocketAddr| address.ip());
    without_brackets.unwrap_or(address).parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const TRUSTED: HeaderName = HeaderName::from_static("x-forwarded-for");

    fn address(trusted: Option<HeaderName>, sent: &[&str]) -> String {
        let headers = sent.iter().map(|value| (TRUSTED, value.parse().unwrap())).collect();
        ClientAddress::new(trusted).of(&headers, PEER).to_string()
    }

    #[test]
    fn a_header_is_believed_only_if_it_is_trusted() {
        for sent in ["192.0.2.1", "2001:db8::1"] {
            assert_eq!(address(Some(TRUSTED), &[sent]), sent);
            assert_eq!(address(None, &[sent]), "127.0.0.1");
            assert_eq!(address(Some(HeaderName::from_static("x-real-ip")), &[sent]), "127.0.0.1");
        }
    }

    #[test]
    fn an_address_may_have_a_port_or_brackets() {
        for (sent, read) in [
            ("192.0.2.3:4711", "192.0.2.3"),
            (" 192.0.2.3 ", "192.0.2.3"),
            ("[2001:db8::1]:443", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("2001:DB8::1", "2001:db8::1"),
        ] {
            assert_eq!(address(Some(TRUSTED), &[sent]), read, "{sent}");
        }
    }

    #[test]
    fn the_last_of_a_list_counts_over_all_lines() {
        for sent in
            [["203.0.113.9, 192.0.2.3:4711"].as_slice(), &["203.0.113.9,192.0.2.3"], &["203.0.113.9", "192.0.2.3"]]
        {
            assert_eq!(address(Some(TRUSTED), sent), "192.0.2.3", "{sent:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_not_believed() {
        for sent in
            [[].as_slice(), &[""], &["unknown"], &["192.0.2.1,"], &["192.0.2.1:99999"], &["fe80::1%eth0"], &["[::1"]]
        {
            assert_eq!(address(Some(TRUSTED), sent), "127.0.0.1", "{sent:?}");
        }
    }
}
