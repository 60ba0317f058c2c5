//! The span of the caller, as its `traceparent` and `tracestate` name it (W3C Trace Context).

use opentelemetry::{
    Context,
    propagation::{Extractor, TextMapPropagator},
};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use poem::http::{HeaderMap, HeaderName};

/// The longest header that is read, in bytes: as much of a `tracestate` as the W3C asks for. Thousands of spans may wait
/// to be sent, each with its caller's.
const MAX_BYTES: usize = 512;

/// A context in which the caller's span is the parent, if the request names one.
pub(super) fn context(headers: &HeaderMap) -> Context {
    TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers))
}

/// Headers as the propagator reads them: those that are there once, and short.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.get_all(name).iter();
        let value = values.next().filter(|value| value.len() <= MAX_BYTES)?;
        values.next().is_none().then(|| value.to_str().ok()).flatten()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanContext, TraceContextExt};
    use poem::http::HeaderValue;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn parent(pairs: &[(&'static str, &str)]) -> Option<SpanContext> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        let context = context(&headers);
        context.has_active_span().then(|| context.span().span_context().clone())
    }

    #[test]
    fn the_caller_and_its_decision_are_read() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (traceparent, is_sampled) in [
            (PARENT, true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-follows", true),
        ] {
            let parent = parent(&[("traceparent", traceparent)]).expect(traceparent);
            assert_eq!((parent.trace_id().to_string().as_str(), parent.is_sampled()), (id, is_sampled));
            assert_eq!((parent.span_id().to_string().as_str(), parent.is_remote()), ("00f067aa0ba902b7", true));
        }
    }

    #[test]
    fn a_malformed_caller_is_none() {
        for traceparent in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        ] {
            assert_eq!(parent(&[("traceparent", traceparent)]), None, "{traceparent}");
        }
        assert_eq!(parent(&[("traceparent", PARENT), ("traceparent", PARENT)]), None);
    }

    #[test]
    fn the_state_is_kept_if_it_is_well_formed_and_short() {
        let state =
            |value: &str| parent(&[("traceparent", PARENT), ("tracestate", value)]).unwrap().trace_state().header();
        assert_eq!(state("a=1,b=2"), "a=1,b=2");
        assert_eq!(state("a"), "");
        let long = |length: usize| format!("a={},b={}", "x".repeat(250), "x".repeat(length - 255));
        assert_eq!(state(&long(511)), long(511));
        assert_eq!(state(&long(513)), "");
        assert_eq!(parent(&[("traceparent", PARENT)]).unwrap().trace_state().header(), "");
    }
}
