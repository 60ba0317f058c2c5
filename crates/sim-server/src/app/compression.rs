//! Compresses answers of operations.
//!
//! Pages and the contract are stored compressed; see `pages`.
//!
//! The encoding is negotiated here and not by poem 3.1.12, which misspells `zstd` and takes an encoding with `q=0`.

use hyper::body::Body as _;
use poem::{
    IntoResponse, Response,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    web::{Compress, CompressionAlgo, CompressionLevel},
};
use sim_api::vary;

use super::accept_encoding::{Encoding, Wanted};
use crate::listener::body::BoxBody;

/// The shortest answer worth compressing, in bytes.
const MIN_BYTES: u64 = 1024;
/// The encodings on offer, the fastest first, since each answer is compressed for one request only.
const OFFERED: [Encoding; 3] = [Encoding::Zstd, Encoding::Brotli, Encoding::Gzip];

/// The encoding to send an answer in, to a request with these headers.
///
/// # Errors
///
/// The answer to a request that accepts none, the plain form included.
pub(crate) fn wanted(request: &HeaderMap) -> Result<Wanted, Box<Response>> {
    Wanted::of(request, &OFFERED)
}

/// Compresses an answer if it is text and not short, or if the client refuses the plain form.
pub(crate) fn compress(mut response: Response, wanted: Wanted) -> Response {
    let shortest = if wanted.is_plain_refused { 1 } else { MIN_BYTES };
    if !(wanted.is_plain_refused || is_text(&response)) || is_shorter(&mut response, shortest) {
        return response;
    }
    vary(response.headers_mut(), "accept-encoding");
    let algorithm = match wanted.encoding {
        Encoding::Brotli => CompressionAlgo::BR,
        Encoding::Zstd => CompressionAlgo::ZSTD,
        Encoding::Gzip => CompressionAlgo::GZIP,
        Encoding::Identity => return response,
    };
    weaken_tag(response.headers_mut());
    // A range is one of the plain form.
    response.headers_mut().remove(header::ACCEPT_RANGES);
    Compress::new(response, algorithm).with_quality(CompressionLevel::Fastest).into_response()
}

fn is_shorter(response: &mut Response, bytes: u64) -> bool {
    let body: BoxBody = response.take_body().into();
    let is_shorter = body.size_hint().exact().is_some_and(|length| length < bytes);
    response.set_body(body);
    is_shorter
}

fn is_text(response: &Response) -> bool {
    let is_text = |media_type: &str| {
        matches!(media_type, "application/json" | "application/x-ndjson") || media_type.starts_with("text/")
    };
    response.status() == StatusCode::OK && response.content_type().is_some_and(is_text)
}

/// Makes the entity tag weak: the compressed answer means the same as the plain one but has other bytes.
fn weaken_tag(headers: &mut HeaderMap) {
    let weak =
        headers.get(header::ETAG).and_then(|tag| HeaderValue::from_str(&format!("W/{}", tag.to_str().ok()?)).ok());
    if let Some(weak) = weak {
        headers.insert(header::ETAG, weak);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use poem::Body;

    use super::*;

    fn response(media_type: &'static str, body: impl Into<Body>) -> Response {
        Response::builder()
            .content_type(media_type)
            .header(header::ETAG, "\"a\"")
            .header(header::VARY, "accept")
            .body(body)
    }

    fn taken(encoding: Encoding) -> Wanted {
        Wanted { encoding, is_plain_refused: false }
    }

    async fn compressed(encoding: Encoding, body: &str) -> (HeaderMap, Vec<u8>) {
        let mut response = compress(response("text/csv", body.to_owned()), taken(encoding));
        let body = response.take_body().into_vec().await.expect("a body of ours does not fail");
        (response.headers().clone(), body)
    }

    #[tokio::test]
    async fn a_long_text_is_compressed_and_says_so() {
        let text = "0,42\n".repeat(1000);
        for encoding in OFFERED {
            let (headers, body) = compressed(encoding, &text).await;
            assert_eq!(headers[header::CONTENT_ENCODING], encoding.token());
            assert_eq!(headers[header::VARY], "accept, accept-encoding");
            assert_eq!(headers[header::ETAG], "W/\"a\"");
            assert!(body.len() < text.len() / 10, "{encoding:?}: {}", body.len());
            let mut plain = String::new();
            match encoding {
                Encoding::Brotli => brotli::Decompressor::new(&body[..], 4096).read_to_string(&mut plain),
                Encoding::Gzip => flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut plain),
                _ => zstd::Decoder::new(&body[..]).and_then(|mut decoder| decoder.read_to_string(&mut plain)),
            }
            .unwrap();
            assert_eq!(plain, text, "{encoding:?}");
        }
    }

    #[tokio::test]
    async fn a_client_that_takes_no_encoding_gets_none_and_caches_are_told() {
        let text = "0,42\n".repeat(1000);
        let (headers, body) = compressed(Encoding::Identity, &text).await;
        assert_eq!((body.as_slice(), headers.get(header::CONTENT_ENCODING)), (text.as_bytes(), None));
        assert_eq!(
            (&headers[header::VARY], &headers[header::ETAG]),
            (&"accept, accept-encoding".parse().unwrap(), &"\"a\"".parse().unwrap())
        );
    }

    #[tokio::test]
    async fn a_short_text_is_left_alone() {
        let text = "x".repeat(1023);
        let (headers, body) = compressed(Encoding::Gzip, &text).await;
        assert_eq!((body.as_slice(), &headers[header::VARY]), (text.as_bytes(), &"accept".parse().unwrap()));
    }

    #[test]
    fn what_is_not_text_or_not_a_plain_success_is_left_alone() {
        let long = "0".repeat(5000);
        let binary = compress(response("application/octet-stream", long.clone()), taken(Encoding::Gzip));
        assert!(!binary.headers().contains_key(header::CONTENT_ENCODING));
        let mut error = response("application/json", long);
        error.set_status(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!compress(error, taken(Encoding::Gzip)).headers().contains_key(header::CONTENT_ENCODING));
    }

    #[test]
    fn an_answer_is_never_plain_to_who_refuses_that() {
        let wanted = Wanted { encoding: Encoding::Gzip, is_plain_refused: true };
        for (media_type, body) in [("application/json", "{}"), ("application/octet-stream", "1234")] {
            let response =
                compress(response(media_type, body).with_header("Accept-Ranges", "bytes").into_response(), wanted);
            assert_eq!(response.header("content-encoding"), Some("gzip"), "{media_type}");
            assert_eq!(response.header("accept-ranges"), None);
        }
        assert_eq!(compress(Response::default(), wanted).header("content-encoding"), None);
    }
}
