//! A finished request as plain data, for the log, the metrics and the traces.

use std::time::Duration;

use opentelemetry::trace::TraceId;
use poem::http::{HeaderValue, Method, StatusCode, Uri};
use sim_api::Application;

/// The name of every method that HTTP does not know.
const OTHER_METHOD: &str = "_OTHER";

/// A request that has ended, and its answer.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) head: &'a RequestHead,
    /// The matched operation or page, if any.
    pub(crate) route: Option<Route>,
    /// The application whose key the request has shown, if any.
    pub(crate) application: Option<&'a Application>,
    /// The status of the answer; `None` if the client left before there was one.
    pub(crate) status: Option<StatusCode>,
    /// Bytes of the request's body that were read.
    pub(crate) request_bytes: u64,
    /// Bytes of the answer's body that were handed to the connection.
    pub(crate) response_bytes: u64,
    /// Whether less than the whole answer was sent.
    pub(crate) is_cut_off: bool,
    /// From the head of the request to the last byte of the answer.
    pub(crate) duration: Duration,
    /// Steps that were simulated.
    pub(crate) steps: u64,
    /// Samples of models that were asked for.
    pub(crate) samples: u64,
    /// What the runs of models cost.
    pub(crate) model_cost: u64,
    /// The trace of the request's span, if it has one.
    pub(crate) trace_id: Option<TraceId>,
}

/// An operation or a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route {
    /// The path as the contract writes it, or that of the page.
    pub(crate) path: &'static str,
    /// The name of the operation in the contract; a page has none.
    pub(crate) operation_id: Option<&'static str>,
    /// Whether it is an operation that needs a key where keys are set.
    pub(crate) needs_key: bool,
}

/// The head of a request, less its headers.
#[derive(Debug)]
pub(crate) struct RequestHead {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) id: HeaderValue,
}

impl Record<'_> {
    /// The name of the matched operation in the contract, if any.
    pub(crate) fn operation_id(&self) -> Option<&'static str> {
        self.route.and_then(|route| route.operation_id)
    }
}

impl RequestHead {
    /// The request id as text.
    pub(crate) fn id(&self) -> &str {
        self.id.to_str().unwrap_or_default()
    }

    /// The method, if HTTP knows it. A client can make up others, and the values of a label must be few.
    pub(crate) fn known_method(&self) -> Option<&'static str> {
        let known = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"];
        known.into_iter().find(|known| self.method == *known)
    }

    /// The method, or `_OTHER` if HTTP does not know it.
    pub(crate) fn method_label(&self) -> &'static str {
        self.known_method().unwrap_or(OTHER_METHOD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_is_made_up_is_not_known() {
        let known = |name: &str| {
            let (uri, id) = (Uri::from_static("/"), HeaderValue::from_static("id"));
            RequestHead { method: name.parse().unwrap(), uri, id }.known_method()
        };
        for name in ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"] {
            assert_eq!(known(name), Some(name));
        }
        for name in ["get", "PURGE", "X"] {
            assert_eq!(known(name), None);
        }
    }
}
