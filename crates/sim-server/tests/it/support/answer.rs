//! An answer, as it came over the wire.

use serde_json::Value;

/// An answer, its body freed of its transfer coding.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The one value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} is sent twice");
        value
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The entries of an error, which has a status and the one shape of errors.
    #[track_caller]
    pub(crate) fn errors(&self, status: u16) -> Vec<Value> {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        let mut body = self.json();
        assert_eq!(keys(&body), ["detail"], "{body}");
        let Value::Array(detail) = body["detail"].take() else {
            panic!("{body}");
        };
        assert!(!detail.is_empty());
        detail.iter().for_each(assert_is_error_detail);
        detail
    }

    /// The only entry of an error.
    #[track_caller]
    pub(crate) fn error(&self, status: u16) -> Value {
        let mut errors = self.errors(status);
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    }
}

fn keys(object: &Value) -> Vec<&String> {
    object.as_object().into_iter().flat_map(|object| object.keys()).collect()
}

#[track_caller]
fn assert_is_error_detail(detail: &Value) {
    assert!(keys(detail).iter().all(|key| ["type", "loc", "msg", "input", "ctx"].contains(&key.as_str())), "{detail}");
    assert!(detail["type"].is_string() && detail["msg"].is_string(), "{detail}");
    let loc = detail["loc"].as_array().expect("`loc` is an array");
    assert!(loc.iter().all(|item| item.is_string() || item.is_i64()), "{detail}");
    assert!(detail.get("ctx").is_none_or(Value::is_object), "{detail}");
}
