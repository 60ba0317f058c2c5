//! What lets a cache keep an answer: a result never changes, so one that has an address is good forever.

use std::fmt;

use poem::http::{HeaderMap, HeaderValue, header};

/// `Cache-Control` of an answer that never changes.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Keeps the answer to a caller with a key out of shared caches, and says that it depends on the key.
pub(crate) fn keep_private(headers: &mut HeaderMap) {
    let Some(control) = headers.get_mut(header::CACHE_CONTROL) else { return };
    let Some(kept) = control.as_bytes().strip_prefix(b"public") else { return };
    if let Ok(private) = HeaderValue::from_bytes(&[b"private", kept].concat()) {
        *control = private;
        vary(headers, "x-api-key");
    }
}

/// Adds a header of the request to those that an answer depends on.
pub fn vary(headers: &mut HeaderMap, name: &'static str) {
    let vary = match headers.get(header::VARY).and_then(|vary| vary.to_str().ok()) {
        Some(vary) => HeaderValue::from_str(&format!("{vary}, {name}")),
        None => Ok(HeaderValue::from_static(name)),
    };
    if let Ok(vary) = vary {
        headers.insert(header::VARY, vary);
    }
}

/// The entity tag of an answer that is determined by its address and its form, as `parameters` tell them.
///
/// It begins with the release, which may write the same result in another form: `"0.1.0-42-1000"`.
pub(crate) fn entity_tag(parameters: fmt::Arguments<'_>) -> String {
    format!("\"{}-{parameters}\"", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_release_and_the_parameters() {
        assert_eq!(entity_tag(format_args!("{}-{}", -42, 7)), concat!("\"", env!("CARGO_PKG_VERSION"), "--42-7\""));
    }
}
