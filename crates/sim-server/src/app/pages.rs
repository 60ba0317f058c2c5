//! The documentation pages and the contract: fixed bytes at fixed paths.

mod resource;

use std::collections::HashMap;

use sim_api::{OpenApiVersion, document, document_of_server};

pub(crate) use resource::Page;

/// The policy of `/docs`: load scripts, styles and images from this server, and call this server.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                           connect-src 'self'; worker-src 'none'; base-uri 'none'; form-action 'none'; \
                           frame-ancestors 'none'";
/// The policy of `/redoc`, which also embeds a font, and creates an empty `style` element that it fills later: the hash
/// is that of an empty text.
const REDOC_POLICY: &str = "default-src 'none'; script-src 'self'; \
                            style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; \
                            img-src 'self' data:; font-src data:; connect-src 'self'; worker-src 'none'; \
                            base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";
const JSON: &str = "application/json";

/// The pages by path.
pub(crate) struct Pages(HashMap<&'static str, Page>);

/// A page written for this project, compressed at its first request.
macro_rules! own {
    ($file:literal, $media_type:expr) => {
        Page::text(include_str!(concat!("../../assets/", $file)), $media_type)
    };
}

/// A vendored file, stored compressed. Its path has its version, so it never changes.
macro_rules! vendored {
    ($file:literal, $media_type:expr) => {
        (
            concat!("/assets/", $file),
            Page::compressed(
                include_bytes!(concat!("../../assets/", $file, ".br")),
                include_bytes!(concat!("../../assets/", $file, ".gz")),
                $media_type,
            ),
        )
    };
}

impl Pages {
    /// The pages of a service at `public_url`, if that is known.
    pub(crate) fn new(public_url: Option<&str>) -> Self {
        let document = |version| match public_url {
            Some(url) => document_of_server(version, url),
            None => document(version),
        };
        Self(HashMap::from([
            ("/", Page::redirect("docs")),
            ("/docs", own!("docs.html", HTML).with_policy(DOCS_POLICY)),
            ("/redoc", own!("redoc.html", HTML).with_policy(REDOC_POLICY)),
            ("/openapi.json", Page::text(document(OpenApiVersion::V3_1), JSON)),
            ("/openapi-3.0.json", Page::text(document(OpenApiVersion::V3_0), JSON)),
            ("/assets/contract.js", own!("contract.js", JAVASCRIPT)),
            ("/assets/docs.js", own!("docs.js", JAVASCRIPT)),
            ("/assets/docs.css", own!("docs.css", CSS)),
            ("/assets/redoc.js", own!("redoc.js", JAVASCRIPT)),
            ("/assets/redoc.css", own!("redoc.css", CSS)),
            ("/assets/favicon.svg", own!("favicon.svg", SVG)),
            vendored!("swagger-ui-5.35.0/swagger-ui-bundle.js", JAVASCRIPT),
            vendored!("swagger-ui-5.35.0/swagger-ui.css", CSS),
            vendored!("redoc-3.0.1/redoc.standalone.js", JAVASCRIPT),
        ]))
    }

    /// The path of every page.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    /// The page at a path, and the path as it is listed.
    pub(crate) fn find(&self, path: &str) -> Option<(&'static str, &Page)> {
        self.0.get_key_value(path).map(|(path, page)| (*path, page))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_that_a_page_names_is_served() {
        let pages = Pages::new(None);
        for html in [include_str!("../../assets/docs.html"), include_str!("../../assets/redoc.html")] {
            let attributes = html.split(['"', '\'']);
            let named: Vec<_> = attributes.filter(|value| value.contains('/') && !value.contains([' ', '<'])).collect();
            let files: Vec<_> = named.into_iter().filter(|value| *value != "image/svg+xml").collect();
            assert!(files.len() > 3, "{files:?}");
            for file in files {
                assert!(!file.starts_with('/'), "{file} leaves the prefix of a proxy");
                assert!(pages.find(&format!("/{file}")).is_some(), "{file}");
            }
        }
    }
}
