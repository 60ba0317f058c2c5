//! The requests that are measured and the answers they must get.

/// The key in every request, so that all servers read the same; only a server that is told to checks it.
macro_rules! api_key {
    () => {
        "3c9f2b7ad1508e64b35c19f07a8d2e46"
    };
}
pub(crate) use api_key;

/// The setting that makes the product check it.
pub(crate) const NAMED_KEY: &str = concat!("bench:", api_key!());

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

/// The load for all servers.
pub(crate) const SCENARIOS: [&Scenario; 3] = [&SIMULATE, &SIMULATE_LONG, &HEALTH];

/// A request over some connections at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    /// The request.
    pub(crate) scenario: &'static Scenario,
    /// How many connections.
    pub(crate) connections: usize,
}

impl Case {
    /// The measured requests. Over a single connection the long simulation would show nothing new.
    pub(crate) fn all(connections: usize) -> [Self; 5] {
        [(&SIMULATE, 1), (&SIMULATE, connections), (&SIMULATE_LONG, connections), (&HEALTH, 1), (&HEALTH, connections)]
            .map(|(scenario, connections)| Self { scenario, connections })
    }
}

/// A simulation of a thousand steps.
pub(crate) const SIMULATE: Scenario = Scenario {
    name: "POST /simulate, steps 1000",
    request: concat!(
        "POST /simulate HTTP/1.1\r\n",
        "Host: 127.0.0.1\r\n",
        "X-API-Key: ",
        api_key!(),
        "\r\nContent-Type: application/json\r\n",
        "Content-Length: 24\r\n",
        "\r\n",
        r#"{"seed":42,"steps":1000}"#,
    ),
    body: r#"{"seed":42,"steps":1000,"result":1363713826}"#,
};

/// As many steps as a simulation may have.
pub(crate) const SIMULATE_LONG: Scenario = Scenario {
    name: "POST /simulate, steps 100000",
    request: concat!(
        "POST /simulate HTTP/1.1\r\n",
        "Host: 127.0.0.1\r\n",
        "X-API-Key: ",
        api_key!(),
        "\r\nContent-Type: application/json\r\n",
        "Content-Length: 26\r\n",
        "\r\n",
        r#"{"seed":42,"steps":100000}"#,
    ),
    body: r#"{"seed":42,"steps":100000,"result":2060208906}"#,
};

/// The least a server can be asked.
pub(crate) const HEALTH: Scenario = Scenario {
    name: "GET /health",
    request: concat!("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ", api_key!(), "\r\n\r\n"),
    body: r#"{"status":"ok"}"#,
};

#[cfg(test)]
mod tests {
    use super::{SIMULATE, SIMULATE_LONG};

    #[test]
    fn content_length_is_the_length_of_the_body() {
        for scenario in [SIMULATE, SIMULATE_LONG] {
            let (head, body) = scenario.request.split_once("\r\n\r\n").expect("head and body");
            assert!(head.ends_with(&format!("Content-Length: {}", body.len())));
        }
    }
}
