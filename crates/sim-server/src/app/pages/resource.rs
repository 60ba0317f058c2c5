//! A fixed resource in each encoding.

use std::{
    borrow::Cow,
    hash::{DefaultHasher, Hash, Hasher},
    io::{Read, Write},
    sync::OnceLock,
};

use crate::app::accept_encoding::{Encoding, Wanted};
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use hyper::body::Bytes;
use poem::{
    Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};

/// `Cache-Control` of what may change with the next release: cached, but revalidated each time.
const REVALIDATE: &str = "no-cache";
/// `Cache-Control` of what never changes at its path.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW: u32 = 22;

/// A resource, and the headers that say how it may be cached and used.
pub(crate) struct Page {
    content: Content,
    media_type: &'static str,
    cache_control: &'static str,
    policy: Option<&'static str>,
    hash: u64,
}

enum Content {
    /// Compressed when first asked for.
    Text { plain: Bytes, brotli: OnceLock<Bytes>, gzip: OnceLock<Bytes> },
    /// Unpacked when first asked for.
    Compressed { brotli: Bytes, gzip: Bytes, plain: OnceLock<Bytes> },
    /// Elsewhere.
    Redirect(&'static str),
}

impl Page {
    fn new(content: Content, identity: impl Hash, media_type: &'static str, cache_control: &'static str) -> Self {
        // Without a random key, so the same bytes have the same tag on every machine.
        let mut hasher = DefaultHasher::new();
        identity.hash(&mut hasher);
        Self { content, media_type, cache_control, policy: None, hash: hasher.finish() }
    }

    /// A text, compressed at its first request.
    pub(super) fn text(text: impl Into<Cow<'static, str>>, media_type: &'static str) -> Self {
        let plain = match text.into() {
            Cow::Borrowed(text) => Bytes::from_static(text.as_bytes()),
            Cow::Owned(text) => Bytes::from(text),
        };
        let identity = plain.clone();
        let content = Content::Text { plain, brotli: OnceLock::new(), gzip: OnceLock::new() };
        Self::new(content, identity, media_type, REVALIDATE)
    }

    /// A file that is stored compressed and never changes.
    pub(super) fn compressed(brotli: &'static [u8], gzip: &'static [u8], media_type: &'static str) -> Self {
        let content = Content::Compressed {
            brotli: Bytes::from_static(brotli),
            gzip: Bytes::from_static(gzip),
            plain: OnceLock::new(),
        };
        // The path has the version, so the length is tag enough; hashing the content would slow the start.
        Self::new(content, (brotli.len(), gzip.len()), media_type, IMMUTABLE)
    }

    /// A redirect to another path.
    pub(super) fn redirect(to: &'static str) -> Self {
        Self::new(Content::Redirect(to), to, "", REVALIDATE)
    }

    /// Adds a Content-Security-Policy.
    pub(super) fn with_policy(mut self, policy: &'static str) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Answers a `GET` with these headers.
    ///
    /// # Errors
    ///
    /// The answer to a request that accepts no encoding, the plain form included.
    pub(crate) fn respond(&self, request: &HeaderMap) -> Result<Response, Box<Response>> {
        let Wanted { encoding, .. } = Wanted::of(request, &[Encoding::Brotli, Encoding::Gzip])?;
        let body = match &self.content {
            Content::Redirect(to) => {
                return Ok(Response::builder()
                    .status(StatusCode::TEMPORARY_REDIRECT)
                    .header(header::LOCATION, HeaderValue::from_static(to))
                    .finish());
            }
            Content::Text { plain, brotli, gzip } => match encoding {
                Encoding::Brotli => brotli.get_or_init(|| compress_brotli(plain)),
                Encoding::Gzip => gzip.get_or_init(|| compress_gzip(plain)),
                _ => plain,
            },
            Content::Compressed { brotli, gzip, plain } => match encoding {
                Encoding::Brotli => brotli,
                Encoding::Gzip => gzip,
                _ => plain.get_or_init(|| decompress_gzip(gzip)),
            },
        };
        let tag = format!("\"{:016x}-{}\"", self.hash, encoding.token());
        let mut response = Response::builder()
            .header(header::CACHE_CONTROL, HeaderValue::from_static(self.cache_control))
            .header(header::VARY, HeaderValue::from_static("accept-encoding"))
            .header(header::ETAG, &tag);
        if let Some(policy) = self.policy {
            response = response
                .header(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))
                .header(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        }
        if encoding != Encoding::Identity {
            response = response.header(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.token()));
        }
        Ok(response.header(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type)).body(body.clone()))
    }
}

fn compress_brotli(plain: &[u8]) -> Bytes {
    let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, BROTLI_WINDOW);
    // A write to memory does not fail.
    let _ = encoder.write_all(plain);
    encoder.into_inner().into()
}

fn compress_gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

fn decompress_gzip(gzip: &[u8]) -> Bytes {
    let mut plain = Vec::new();
    // The file is part of the program, and a test decompresses it.
    let _ = GzDecoder::new(gzip).read_to_end(&mut plain);
    plain.into()
}
