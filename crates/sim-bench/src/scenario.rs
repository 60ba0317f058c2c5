//! The requests that are measured and the answers they must get.

/// One request, sent over and over, and the one right answer.
#[derive(Debug)]
pub(crate) struct Scenario {
    /// Title in the report.
    pub(crate) name: &'static str,
    /// The request as it goes over the wire.
    pub(crate) request: &'static str,
    /// The JSON of the answer. Key order is free, so every correct answer has this length.
    pub(crate) body: &'static str,
}

/// What all servers are measured with.
pub(crate) const SCENARIOS: [&Scenario; 2] = [&SIMULATE, &HEALTH];

/// A simulation of a thousand steps.
pub(crate) const SIMULATE: Scenario = Scenario {
    name: "POST /simulate, steps 1000",
    request: concat!(
        "POST /simulate HTTP/1.1\r\n",
        "Host: 127.0.0.1\r\n",
        "Content-Type: application/json\r\n",
        "Content-Length: 24\r\n",
        "\r\n",
        r#"{"seed":42,"steps":1000}"#,
    ),
    body: r#"{"seed":42,"steps":1000,"result":1363713826}"#,
};

/// The least a server can be asked.
pub(crate) const HEALTH: Scenario = Scenario {
    name: "GET /health",
    request: "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    body: r#"{"status":"ok"}"#,
};

#[cfg(test)]
mod tests {
    use super::SIMULATE;

    #[test]
    fn content_length_is_the_length_of_the_body() {
        let (head, body) = SIMULATE.request.split_once("\r\n\r\n").expect("head and body");
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())));
    }
}
