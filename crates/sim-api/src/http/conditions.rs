//! Conditional requests, in the order of RFC 9110, section 13.2.2: for operations, pages and documents alike.
//!
//! Nothing that the service answers has a date of modification, so `If-Modified-Since` and `If-Unmodified-Since` are
//! ignored, as the RFC asks.

use poem::{
    Body, IntoResponse, Response,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};

use super::list;
use crate::{error::response::ErrorResponse, http::json::Json};

/// The conditions under which a request is to be carried out.
#[derive(Debug)]
pub struct Conditions {
    reads: bool,
    /// The headers of the conditions alone.
    headers: HeaderMap,
}

/// What the conditions make of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Proceed,
    /// The client has the answer.
    NotModified,
    /// A condition in the header of this name does not hold.
    Failed(&'static str),
}

impl Conditions {
    /// The conditions of a request; `None` if it has none.
    #[must_use]
    pub fn of(method: &Method, headers: &HeaderMap) -> Option<Self> {
        // One look at each name costs less than a search for each condition.
        if !headers.keys().any(|name| name.as_str().starts_with("if-")) {
            return None;
        }
        let mut conditions = HeaderMap::new();
        for name in [header::IF_MATCH, header::IF_NONE_MATCH] {
            conditions.extend(headers.get_all(&name).iter().map(|line| (name.clone(), line.clone())));
        }
        let reads = matches!(*method, Method::GET | Method::HEAD);
        (!conditions.is_empty()).then_some(Self { reads, headers: conditions })
    }

    /// Makes the answer to a request that reads of the answer to the same request without conditions: a 304 or a 412 where
    /// a condition says so. Each carries what the answer would have told a cache. An answer that is no success stays as it
    /// is.
    #[must_use]
    pub fn apply(&self, response: Response) -> Response {
        if !self.reads || !response.status().is_success() {
            return response;
        }
        let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
        match self.outcome(true, tag) {
            Outcome::Proceed => response,
            Outcome::NotModified => not_modified(response),
            Outcome::Failed(name) => {
                let mut failed = failed(name);
                for name in [header::ETAG, header::VARY] {
                    if let Some(value) = response.headers().get(&name) {
                        failed.headers_mut().insert(name, value.clone());
                    }
                }
                failed
            }
        }
    }

    /// Checks the conditions of a request that writes, before it is carried out. No answer to such a request has an entity
    /// tag; `exists` says whether its address can be read.
    ///
    /// # Errors
    ///
    /// The 412, if a condition does not hold.
    pub(crate) fn check_write(&self, exists: bool) -> Result<(), Box<Response>> {
        match self.outcome(exists, None) {
            Outcome::Failed(name) if !self.reads => Err(Box::new(failed(name))),
            _ => Ok(()),
        }
    }

    /// Whether a request for what `tag` names gets as far as to its `Range`.
    fn hold(&self, tag: &str) -> bool {
        self.outcome(true, Some(tag)) == Outcome::Proceed
    }

    fn outcome(&self, exists: bool, tag: Option<&str>) -> Outcome {
        let is_named = |name: &HeaderName, is_same: fn(&str, &str) -> bool| {
            let mut tags = list::entity_tags(&self.headers, name);
            tags.any(|known| if known == "*" { exists } else { tag.is_some_and(|tag| is_same(known, tag)) })
        };
        if self.headers.contains_key(header::IF_MATCH) && !is_named(&header::IF_MATCH, is_strongly_same) {
            return Outcome::Failed("If-Match");
        }
        match is_named(&header::IF_NONE_MATCH, is_weakly_same) {
            true if self.reads => Outcome::NotModified,
            true => Outcome::Failed("If-None-Match"),
            false => Outcome::Proceed,
        }
    }
}

/// The `Range` of a request for what `tag` names, if it is to be obeyed: the conditions hold, and `If-Range` names the tag.
pub(crate) fn range<'a>(headers: &'a HeaderMap, tag: &str) -> Option<&'a str> {
    let range = only(headers, &header::RANGE)?;
    let holds = Conditions::of(&Method::GET, headers).is_none_or(|conditions| conditions.hold(tag));
    let is_same = !headers.contains_key(header::IF_RANGE)
        || only(headers, &header::IF_RANGE).is_some_and(|known| is_strongly_same(known.trim(), tag));
    (holds && is_same).then_some(range)
}

/// The value of a header that is no list; `None` if it is sent twice.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut lines = headers.get_all(name).iter();
    let line = lines.next().filter(|_| lines.next().is_none())?;
    line.to_str().ok()
}

/// The weak comparison of entity tags (RFC 9110, section 8.8.3.2).
fn is_weakly_same(one: &str, other: &str) -> bool {
    one.strip_prefix("W/").unwrap_or(one) == other.strip_prefix("W/").unwrap_or(other)
}

/// The strong comparison of entity tags.
fn is_strongly_same(one: &str, other: &str) -> bool {
    one == other && !one.starts_with("W/")
}

/// The 304 instead of an answer: its headers, without those of its body.
fn not_modified(mut response: Response) -> Response {
    response.set_status(StatusCode::NOT_MODIFIED);
    for name in [header::CONTENT_TYPE, header::CONTENT_ENCODING, header::CONTENT_LENGTH, header::CONTENT_RANGE] {
        response.headers_mut().remove(name);
    }
    response.set_body(Body::empty());
    response
}

fn failed(name: &'static str) -> Response {
    let mut response = Json(ErrorResponse::precondition_failed(name)).into_response();
    response.set_status(StatusCode::PRECONDITION_FAILED);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAG: &str = "\"a\"";

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let line = |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), value.parse().unwrap());
        lines.iter().map(line).collect()
    }

    fn outcome(method: &Method, tag: Option<&str>, lines: &[(&'static str, &str)]) -> Outcome {
        let conditions = Conditions::of(method, &headers(lines));
        conditions.map_or(Outcome::Proceed, |conditions| conditions.outcome(tag.is_some(), tag))
    }

    #[test]
    fn conditions_are_read_in_the_order_of_the_rfc() {
        use Outcome::{Failed, NotModified, Proceed};
        let (read, write) = (Method::GET, Method::POST);
        for (method, tag, lines, expected) in [
            (&read, Some(TAG), &[][..], Proceed),
            (&read, Some(TAG), &[("if-match", "\"a\"")], Proceed),
            (&read, Some(TAG), &[("if-match", "\"b\", \"a\"")], Proceed),
            (&read, Some(TAG), &[("if-match", "\"b\""), ("if-match", "\"a\"")], Proceed),
            (&read, Some(TAG), &[("if-match", "*")], Proceed),
            (&read, Some(TAG), &[("if-match", "\"b\"")], Failed("If-Match")),
            (&read, Some(TAG), &[("if-match", "W/\"a\"")], Failed("If-Match")),
            (&read, Some(TAG), &[("if-match", "")], Failed("If-Match")),
            (&read, Some("W/\"a\""), &[("if-match", "W/\"a\"")], Failed("If-Match")),
            (&read, Some(TAG), &[("if-match", "\"b\""), ("if-none-match", "\"a\"")], Failed("If-Match")),
            (&read, Some(TAG), &[("if-match", "\"a\""), ("if-none-match", "\"a\"")], NotModified),
            (&read, Some(TAG), &[("if-none-match", "W/\"a\"")], NotModified),
            (&read, Some("W/\"a\""), &[("if-none-match", "\"a\"")], NotModified),
            (&read, Some(TAG), &[("if-none-match", "\"b\""), ("if-none-match", "\"x,\\\", \"a\"")], NotModified),
            (&read, Some(TAG), &[("if-none-match", "*")], NotModified),
            (&read, Some(TAG), &[("if-none-match", "\"b\", \"A\", a, \"a\"b")], Proceed),
            (&read, Some(TAG), &[("if-modified-since", "Sat, 29 Oct 1994 19:43:31 GMT")], Proceed),
            (&read, Some(TAG), &[("if-unmodified-since", "Sat, 29 Oct 1994 19:43:31 GMT")], Proceed),
            (&write, None, &[("if-match", "*")], Failed("If-Match")),
            (&write, None, &[("if-match", "\"a\"")], Failed("If-Match")),
            (&write, None, &[("if-none-match", "*")], Proceed),
            (&write, Some(TAG), &[("if-none-match", "*")], Failed("If-None-Match")),
            (&write, Some(TAG), &[("if-none-match", "\"a\"")], Failed("If-None-Match")),
        ] {
            assert_eq!(outcome(method, tag, lines), expected, "{method} {tag:?} {lines:?}");
        }
    }

    #[test]
    fn a_range_is_obeyed_where_the_conditions_hold_and_if_range_names_the_answer() {
        let wanted = ("range", "bytes=0-3");
        for (lines, is_obeyed) in [
            (&[wanted][..], true),
            (&[], false),
            (&[wanted, wanted], false),
            (&[wanted, ("if-range", "\"a\"")], true),
            (&[wanted, ("if-range", "\"b\"")], false),
            (&[wanted, ("if-range", "W/\"a\"")], false),
            (&[wanted, ("if-range", "Sat, 29 Oct 1994 19:43:31 GMT")], false),
            (&[wanted, ("if-range", "\"a\""), ("if-range", "\"a\"")], false),
            (&[wanted, ("if-match", "\"b\"")], false),
            (&[wanted, ("if-match", "\"a\"")], true),
            (&[wanted, ("if-none-match", "\"a\"")], false),
            (&[wanted, ("if-none-match", "\"b\"")], true),
        ] {
            assert_eq!(range(&headers(lines), TAG).is_some(), is_obeyed, "{lines:?}");
        }
    }

    #[test]
    fn an_answer_that_is_not_sent_again_keeps_what_it_tells_a_cache() {
        let response = Response::builder()
            .content_type("text/csv")
            .header(header::ETAG, "W/\"a\"")
            .header(header::VARY, "accept, accept-encoding")
            .header(header::CACHE_CONTROL, "public")
            .header(header::CONTENT_ENCODING, "gzip")
            .body("x");
        let conditions = Conditions::of(&Method::GET, &headers(&[("if-none-match", TAG)])).unwrap();
        let response = conditions.apply(response);
        assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
        let expected =
            headers(&[("etag", "W/\"a\""), ("vary", "accept, accept-encoding"), ("cache-control", "public")]);
        assert_eq!(response.headers(), &expected);
    }

    #[test]
    fn conditions_say_nothing_of_an_answer_that_is_no_success() {
        for status in [StatusCode::TEMPORARY_REDIRECT, StatusCode::NOT_FOUND, StatusCode::RANGE_NOT_SATISFIABLE] {
            for line in [("if-none-match", "*"), ("if-match", "\"b\"")] {
                let conditions = Conditions::of(&Method::GET, &headers(&[line])).unwrap();
                assert_eq!(conditions.apply(Response::builder().status(status).finish()).status(), status);
            }
        }
    }
}
