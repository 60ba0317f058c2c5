//! The banner at start: what the process is, where it listens, and what is on.

use std::{
    fmt,
    io::{self, Write},
    net::SocketAddr,
};

use tracing::{Level, enabled, info, warn};

use crate::{
    config::Config,
    version::{REVISION, VERSION},
};

const YELLOW: &str = "\u{1b}[33m";
const PLAIN: &str = "\u{1b}[0m";

/// The banner at start.
///
/// On a terminal it is a block of text. In a log it is one event, which is a warning if everybody may call.
#[derive(Debug)]
pub(super) struct Banner {
    url: String,
    docs: String,
    metrics: Option<String>,
    traces: Option<String>,
    applications: usize,
    rate_limit: Option<String>,
    cors_origins: Option<String>,
    max_in_flight: usize,
}

impl Banner {
    /// The banner of a process with these settings and these addresses for clients and for Prometheus.
    pub(super) fn new(config: &Config, service: SocketAddr, metrics: Option<SocketAddr>) -> Self {
        Self {
            url: format!("http://{service}"),
            docs: format!("http://{service}/docs"),
            metrics: metrics.map(|address| format!("http://{address}/metrics")),
            traces: config.traces_endpoint.clone(),
            applications: config.api_keys.applications(),
            rate_limit: config.rate_limit.map(|rate| format!("{rate}, burst {}", config.rate_limit_burst)),
            cors_origins: (!config.cors_origins.is_empty()).then(|| config.cors_origins.to_string()),
            max_in_flight: config.max_in_flight,
        }
    }

    /// Logs the banner as one event.
    pub(super) fn log(&self) {
        macro_rules! event {
            ($level:ident) => {
                $level!(
                    version = VERSION,
                    revision = REVISION,
                    url = self.url,
                    docs = self.docs,
                    api_keys = self.api_keys(),
                    rate_limit = self.rate_limit.as_deref().unwrap_or("off"),
                    cors_origins = self.cors_origins.as_deref().unwrap_or("none"),
                    max_in_flight = self.max_in_flight,
                    metrics = self.metrics.as_deref().unwrap_or("off"),
                    traces = self.traces.as_deref().unwrap_or("off"),
                    "listening"
                )
            };
        }
        if self.applications == 0 {
            event!(warn);
            if !enabled!(Level::WARN) {
                // A failed write cannot be reported.
                let _ =
                    writeln!(io::stderr(), "warning: open to everybody (SIM_API_KEYS is not set); RUST_LOG hides this");
            }
        } else {
            event!(info);
        }
    }

    fn api_keys(&self) -> String {
        match self.applications {
            0 => "none: open to everybody (SIM_API_KEYS is not set)".to_owned(),
            1 => "1 application".to_owned(),
            many => format!("{many} applications"),
        }
    }

    /// The line on API keys, highlighted as a warning if everybody may call.
    fn highlighted_api_keys(&self) -> String {
        let text = self.api_keys();
        if self.applications == 0 { format!("{YELLOW}{text}{PLAIN}") } else { text }
    }
}

/// The block for a terminal.
impl fmt::Display for Banner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "sim {VERSION} ({REVISION})\n")?;
        for (name, value) in [
            ("listening", self.url.as_str()),
            ("docs", &self.docs),
            ("API keys", &self.highlighted_api_keys()),
            ("rate limit", self.rate_limit.as_deref().unwrap_or("off")),
            ("CORS", self.cors_origins.as_deref().unwrap_or("off")),
            ("in flight", &format!("at most {}", self.max_in_flight)),
            ("metrics", self.metrics.as_deref().unwrap_or("off")),
            ("traces", self.traces.as_deref().unwrap_or("off")),
        ] {
            writeln!(formatter, "  {name:<10}  {value}")?;
        }
        writeln!(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn banner(settings: &[(&str, &str)], metrics: Option<&str>) -> String {
        let config = Config::from_variables(settings.iter().copied()).unwrap();
        let address = |address: &str| address.parse().unwrap();
        Banner::new(&config, address("127.0.0.1:8000"), metrics.map(address)).to_string()
    }

    #[test]
    fn a_service_with_nothing_set_says_that_it_is_open() {
        let expected = format!(
            "sim {VERSION} ({REVISION})\n\n  \
             listening   http://127.0.0.1:8000\n  \
             docs        http://127.0.0.1:8000/docs\n  \
             API keys    {YELLOW}none: open to everybody (SIM_API_KEYS is not set){PLAIN}\n  \
             rate limit  off\n  \
             CORS        off\n  \
             in flight   at most 1000\n  \
             metrics     off\n  \
             traces      off\n\n"
        );
        assert_eq!(banner(&[], None), expected);
    }

    #[test]
    fn what_is_on_is_said_and_no_key() {
        let key = "8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83";
        let keys = format!("web:{key}");
        let settings = [
            ("SIM_API_KEYS", keys.as_str()),
            ("SIM_RATE_LIMIT", "100/min"),
            ("SIM_RATE_LIMIT_BURST", "7"),
            ("SIM_CORS_ORIGINS", "https://a.example,https://b.example"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"),
        ];
        let text = banner(&settings, Some("[::]:9091"));
        for line in [
            "API keys    1 application",
            "rate limit  100/min, burst 7",
            "CORS        https://a.example, https://b.example",
            "metrics     http://[::]:9091/metrics",
            "traces      http://collector:4318/v1/traces",
        ] {
            assert!(text.lines().any(|said| said.trim() == line), "{line}\n{text}");
        }
        assert!(!text.contains(&key[..8]) && !text.contains(YELLOW), "{text}");
    }
}
