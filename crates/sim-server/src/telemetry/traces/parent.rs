//! The span of the caller, which it passes on as the W3C has it (Trace Context, `traceparent` and `tracestate`).
//!
//! The SDK's own reader takes what that does not allow, a trace id of three digits and one with a sign among them; here
//! such a caller has none.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use poem::http::HeaderMap;

const VERSION_0_LENGTH: usize = 55;
/// What is kept of a caller's `tracestate`: as much as the W3C asks for. Whoever sends more is as one that sends none.
const MAX_STATE_BYTES: usize = 512;

/// A context in which the caller's span is the parent, where it has one.
pub(super) fn context(headers: &HeaderMap) -> Context {
    let parent = span(headers).filter(SpanContext::is_valid);
    parent.map_or_else(Context::new, |span| Context::new().with_remote_span_context(span))
}

fn span(headers: &HeaderMap) -> Option<SpanContext> {
    let mut values = headers.get_all("traceparent").iter();
    let (Some(parent), None) = (values.next(), values.next()) else { return None };
    let parent = parent.to_str().ok()?;
    let mut fields = parent.get(..VERSION_0_LENGTH)?.split('-');
    let mut field = |digits| fields.next().filter(|field| field.len() == digits && is_hexadecimal(field));
    let (version, trace, span, flags) = (field(2)?, field(32)?, field(16)?, field(2)?);
    let is_whole = match version {
        "ff" => false,
        "00" => parent.len() == VERSION_0_LENGTH,
        // A later one may have more fields.
        _ => matches!(parent.as_bytes().get(VERSION_0_LENGTH), None | Some(b'-')),
    };
    if !is_whole {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    Some(SpanContext::new(TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?, flags, true, state(headers)))
}

/// The state that tracing systems on the way have added, all of it or nothing.
fn state(headers: &HeaderMap) -> TraceState {
    let values: Result<Vec<_>, _> = headers.get_all("tracestate").iter().map(|value| value.to_str()).collect();
    let state = values.map(|values| values.join(",")).unwrap_or_default();
    if state.len() > MAX_STATE_BYTES {
        return TraceState::default();
    }
    state.parse().unwrap_or_default()
}

fn is_hexadecimal(field: &str) -> bool {
    field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use poem::http::HeaderValue;

    use super::*;

    const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn parent(traceparent: &str) -> Option<SpanContext> {
        span(&headers(&[("traceparent", traceparent)])).filter(SpanContext::is_valid)
    }

    #[test]
    fn the_caller_and_its_decision_are_read() {
        let id = "4bf92f3577b34da6a3ce929d0e0e4736";
        for (traceparent, is_sampled) in [
            (PARENT, true),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-fe", false),
            ("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", true),
            ("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-follows", true),
        ] {
            let parent = parent(traceparent).expect(traceparent);
            assert_eq!((parent.trace_id().to_string().as_str(), parent.is_sampled()), (id, is_sampled));
            assert_eq!((parent.span_id().to_string().as_str(), parent.is_remote()), ("00f067aa0ba902b7", true));
        }
    }

    #[test]
    fn what_is_malformed_is_as_if_it_were_not_there() {
        for traceparent in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-001",
            "+0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-+bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
            "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.x",
            "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e47360-0f067aa0ba902b7-01",
        ] {
            assert_eq!(parent(traceparent), None, "{traceparent}");
        }
        assert_eq!(span(&headers(&[("traceparent", PARENT), ("traceparent", PARENT)])), None);
    }

    #[test]
    fn the_state_is_kept_where_it_is_well_formed_and_short() {
        let state = |values: &[&'static str]| {
            let values = values.iter().map(|value| ("tracestate", *value));
            let headers = headers(&[("traceparent", PARENT)].into_iter().chain(values).collect::<Vec<_>>());
            span(&headers).unwrap().trace_state().header()
        };
        assert_eq!(state(&[]), "");
        assert_eq!(state(&["a=1,b=2"]), "a=1,b=2");
        assert_eq!(state(&["a=1", "b=2"]), "a=1,b=2");
        assert_eq!(state(&["a"]), "");
        let long = headers(&[("traceparent", PARENT), ("tracestate", &format!("a={}", "x".repeat(511)))]);
        assert_eq!(span(&long).unwrap().trace_state().header(), "");
    }
}
