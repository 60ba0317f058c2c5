//! API keys: how a request carries one, which application it belongs to, and how the contract describes it.

use std::{array, collections::HashSet, fmt, sync::Arc};

use poem::{
    IntoResponse, Request, Response, Result,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
};
use poem_openapi::{
    ApiExtractor, ApiExtractorType, ExtractParamOptions,
    registry::{MetaSecurityScheme, Registry},
};
use sha2::{Digest as _, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::{error::response::ErrorResponse, http::json::Json};

/// The header that carries a key.
const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");
/// The longest key, in bytes. A longer one is refused before it is hashed, because hashing it would be the most
/// expensive step.
pub const MAX_KEY_BYTES: usize = 256;
/// The challenge in `WWW-Authenticate`, which every 401 must have (RFC 9110, section 11.6.1).
///
/// No registered scheme uses a header of its own for credentials, and `Basic` would make browsers ask for a password.
/// The replaced service used this name.
const CHALLENGE: &str = "ApiKey realm=\"sim\"";

/// The name of an application that has a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Application(Arc<str>);

impl Application {
    /// An application of this name.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

/// The keys that a service accepts, as digests. Without any key, everybody may call.
///
/// Clones share one set.
#[derive(Clone, Default)]
pub struct ApiKeys(Arc<[Entry]>);

struct Entry {
    application: Application,
    digest: Digest,
}

/// A SHA-256 digest as four words, which take fewer comparisons than 32 bytes.
type Digest = [u64; 4];

fn digest(key: &[u8]) -> Digest {
    let digest: [u8; 32] = Sha256::digest(key).into();
    let (words, _) = digest.as_chunks();
    array::from_fn(|word| u64::from_ne_bytes(words[word]))
}

/// Shows the applications and not their keys.
impl fmt::Debug for ApiKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let applications = self.0.iter().map(|entry| entry.application.name());
        formatter.debug_tuple("ApiKeys").field(&applications.collect::<Vec<_>>()).finish()
    }
}

impl<K: AsRef<[u8]>> FromIterator<(Application, K)> for ApiKeys {
    /// Collects pairs of an application and a key. An application that changes its key is listed with both.
    fn from_iter<I: IntoIterator<Item = (Application, K)>>(keys: I) -> Self {
        let entry = |(application, key): (_, K)| Entry { application, digest: digest(key.as_ref()) };
        Self(keys.into_iter().map(entry).collect())
    }
}

impl ApiKeys {
    /// Whether everybody may call, because there are no keys.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of applications that have a key.
    #[must_use]
    pub fn applications(&self) -> usize {
        self.0.iter().map(|entry| entry.application.name()).collect::<HashSet<_>>().len()
    }

    /// The application of each key. One that rotates its key comes twice.
    pub fn iter(&self) -> impl Iterator<Item = &Application> {
        self.0.iter().map(|entry| &entry.application)
    }

    /// Identifies the caller of a request by its headers.
    pub(crate) fn authenticate(&self, headers: &HeaderMap) -> Result<Caller, ErrorResponse> {
        if self.is_open() {
            return Ok(Caller::anybody());
        }
        let mut sent = headers.get_all(X_API_KEY).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Err(ErrorResponse::api_key_missing()),
            (Some(key), None) => {
                let application = self.application(key.as_bytes()).ok_or_else(ErrorResponse::api_key_invalid)?;
                Ok(Caller { application: Some(application.clone()) })
            }
            (Some(_), Some(_)) => Err(ErrorResponse::api_key_repeated()),
        }
    }

    /// The application that has a key.
    ///
    /// Compares with every digest in full, so the time taken reveals nothing about the keys.
    fn application(&self, key: &[u8]) -> Option<&Application> {
        if key.len() > MAX_KEY_BYTES {
            return None;
        }
        let digest = digest(key);
        let mut position = u64::MAX;
        for (known, entry) in (0..).zip(self.0.iter()) {
            position.conditional_assign(&known, entry.digest.ct_eq(&digest));
        }
        self.0.get(usize::try_from(position).ok()?).map(|entry| &entry.application)
    }
}

/// An authenticated caller; only `authenticate` makes one.
#[derive(Debug, Clone)]
pub struct Caller {
    application: Option<Application>,
}

impl Caller {
    /// The caller of a service that needs no key.
    pub(crate) fn anybody() -> Self {
        Self { application: None }
    }

    /// The application, if the service requires keys.
    #[must_use]
    pub fn application(&self) -> Option<&Application> {
        self.application.as_ref()
    }
}

/// The answer to a request without a valid key.
pub(crate) fn unauthorized(error: ErrorResponse) -> Response {
    Json(error)
        .with_status(StatusCode::UNAUTHORIZED)
        .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE))
        .into_response()
}

/// As a parameter of a handler: the operation needs a key.
///
/// It only adds the scheme to the contract. [`Operation`](crate::Operation) reads it there and checks the key before
/// anything else. poem-openapi's own schemes are checked in the order of the parameters, and an optional one treats a
/// wrong key as no key.
#[derive(Debug)]
pub(crate) struct ApiKey;

impl<'a> ApiExtractor<'a> for ApiKey {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::SecurityScheme];

    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        registry.create_security_scheme(
            "ApiKey",
            MetaSecurityScheme {
                ty: "apiKey",
                description: Some(include_str!("api_key/scheme.md")),
                name: Some("X-API-Key"),
                key_in: Some("header"),
                scheme: None,
                bearer_format: None,
                flows: None,
                openid_connect_url: None,
            },
        );
    }

    fn security_schemes() -> Vec<&'static str> {
        vec!["ApiKey"]
    }

    async fn from_request(_: &'a Request, _: &mut poem::RequestBody, _: ExtractParamOptions<()>) -> Result<Self> {
        Ok(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEB: &str = "8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83";
    const MOBILE: &str = "c4ca4238a0b923820dcc509a6f75849b5e1f0a7d3c9b2864";
    const MOBILE_BEFORE: &str = "eccbc87e4b5ce2fe28308fd9f2a7baf3907c1d6e5a4b8f20";

    fn keys() -> ApiKeys {
        let keys = [("web", WEB), ("mobile", MOBILE_BEFORE), ("mobile", MOBILE)];
        keys.into_iter().map(|(name, key)| (Application::new(name), key)).collect()
    }

    fn headers(keys: &[&str]) -> HeaderMap {
        keys.iter().map(|key| (X_API_KEY, key.parse().unwrap())).collect()
    }

    fn application(keys: &ApiKeys, sent: &[&str]) -> Option<String> {
        let caller = keys.authenticate(&headers(sent)).unwrap();
        caller.application().map(|application| application.name().to_owned())
    }

    fn refusal(sent: &[&str]) -> String {
        keys().authenticate(&headers(sent)).unwrap_err().detail.remove(0).kind
    }

    #[test]
    fn without_keys_everybody_may_call() {
        assert!(ApiKeys::default().is_open());
        for sent in [[].as_slice(), &[WEB], &["", ""]] {
            assert_eq!(application(&ApiKeys::default(), sent), None);
        }
    }

    #[test]
    fn a_key_is_that_of_its_application_and_a_rotated_one_too() {
        assert_eq!((keys().is_open(), keys().applications()), (false, 2));
        for (key, name) in [(WEB, "web"), (MOBILE, "mobile"), (MOBILE_BEFORE, "mobile")] {
            assert_eq!(application(&keys(), &[key]).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let (upper, longer, too_long) = (WEB.to_uppercase(), format!("{WEB}0"), "x".repeat(MAX_KEY_BYTES + 1));
        for sent in ["", "web", &WEB[1..], &upper, &longer, &too_long, &format!("web:{WEB}")] {
            assert_eq!(refusal(&[sent]), "api_key_invalid", "{sent}");
        }
        assert_eq!(refusal(&[]), "api_key_missing");
    }

    #[test]
    fn two_keys_are_refused_even_where_both_are_right() {
        for sent in [[WEB, WEB], [WEB, "x"], ["x", WEB], [WEB, MOBILE]] {
            assert_eq!(refusal(&sent), "api_key_invalid");
        }
    }

    #[test]
    fn debug_shows_applications_and_nothing_of_their_keys() {
        assert_eq!(format!("{:?}", keys()), r#"ApiKeys(["web", "mobile", "mobile"])"#);
    }
}
