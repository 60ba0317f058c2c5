//! Whether traces are sent, where, and which: by the standard variables of OpenTelemetry.
//!
//! Its specification lets a program start where one has a value that it cannot have, and warn. Here that is an error like
//! that of any other setting: who sets a variable wants traces, and misses them only when it is too late to have them.

mod pairs;
mod variables;

use std::time::Duration;

use opentelemetry_sdk::trace::Sampler;
use poem::http::{HeaderMap, Uri};

use super::{InvalidSetting, Setting, setting::within};
use variables::{
    COMPRESSION, ENDPOINT, EXPORT_TIMEOUT, EXPORTER, HEADERS, MAX_EXPORT_BATCH_SIZE, MAX_QUEUE_SIZE, PROTOCOL,
    RESOURCE_ATTRIBUTES, SAMPLER, SAMPLER_ARG, SCHEDULE_DELAY, SDK_DISABLED, SERVICE_NAME, TIMEOUT, TRACES_COMPRESSION,
    TRACES_ENDPOINT, TRACES_HEADERS, TRACES_PROTOCOL, TRACES_TIMEOUT,
};
pub use variables::{TRACE_SETTINGS, may_hold_a_secret};

/// What the collector's address ends in.
const PATH: &str = "/v1/traces";

/// Where traces are sent, and which; see [`TRACE_SETTINGS`].
#[derive(Debug, Clone)]
pub struct TraceConfig {
    pub(crate) endpoint: Uri,
    /// The values are marked as secrets.
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) sampler: Sampler,
    pub(crate) service_name: Option<String>,
    pub(crate) resource: Vec<(String, String)>,
    pub(crate) schedule_delay: Duration,
    pub(crate) max_queue_size: usize,
    pub(crate) max_export_batch_size: usize,
}

impl TraceConfig {
    /// Reads the variables; nothing where no collector is named, or traces are turned off.
    pub(super) fn from_lookup(lookup: impl Fn(&Setting) -> Option<String>) -> Result<Option<Self>, InvalidSetting> {
        // As OpenTelemetry has it, an empty variable is one that is not set.
        let lookup = &|setting: &Setting| lookup(setting).filter(|value| !value.is_empty());
        let is_set = |setting| lookup(setting).is_some();
        let is_on = (is_set(&ENDPOINT) || is_set(&TRACES_ENDPOINT)) && !is_off(lookup)?;
        is_on.then(|| Self::read(lookup)).transpose()
    }

    fn read(lookup: &impl Fn(&Setting) -> Option<String>) -> Result<Self, InvalidSetting> {
        // What is set for traces alone beats what is set for all signals.
        let either = |traces, all| if lookup(traces).is_some() { traces } else { all };
        for setting in [either(&TRACES_PROTOCOL, &PROTOCOL), either(&TRACES_COMPRESSION, &COMPRESSION)] {
            setting.read(lookup, |value| (value == setting.default).then_some(()))?;
        }
        let timeout = either(&TRACES_TIMEOUT, &TIMEOUT).read(lookup, milliseconds)?;
        Ok(Self {
            endpoint: endpoint(lookup)?,
            headers: either(&TRACES_HEADERS, &HEADERS).read_secret(lookup, pairs::headers)?,
            timeout: timeout.min(EXPORT_TIMEOUT.read(lookup, milliseconds)?),
            sampler: sampler(lookup)?,
            service_name: service_name(lookup)?,
            resource: RESOURCE_ATTRIBUTES.read_optional(lookup, pairs::parse)?.unwrap_or_default(),
            schedule_delay: SCHEDULE_DELAY.read(lookup, milliseconds)?,
            max_queue_size: MAX_QUEUE_SIZE.number(lookup, 1, 65536)?,
            max_export_batch_size: MAX_EXPORT_BATCH_SIZE.number(lookup, 1, 65536)?,
        })
    }
}

fn is_off(lookup: &impl Fn(&Setting) -> Option<String>) -> Result<bool, InvalidSetting> {
    let is_disabled = SDK_DISABLED.read(lookup, |value| value.to_ascii_lowercase().parse().ok())?;
    let exports = |exporter: &str| match exporter {
        "otlp" => Some(true),
        "none" => Some(false),
        _ => None,
    };
    Ok(is_disabled || !EXPORTER.read(lookup, exports)?)
}

fn endpoint(lookup: &impl Fn(&Setting) -> Option<String>) -> Result<Uri, InvalidSetting> {
    if lookup(&TRACES_ENDPOINT).is_some() {
        return TRACES_ENDPOINT.read_secret(lookup, address);
    }
    ENDPOINT.read_secret(lookup, |endpoint| {
        address(endpoint)?;
        address(&format!("{}{PATH}", endpoint.trim_end_matches('/')))
    })
}

/// Reads the address of a collector. One with a password is not quoted.
fn address(address: &str) -> Result<Uri, String> {
    if address.contains('@') {
        return Err("has a user name in it".to_owned());
    }
    let uri: Option<Uri> = address.parse().ok();
    let is_plain = |uri: &Uri| uri.scheme_str() == Some("http") && uri.host().is_some_and(|host| !host.is_empty());
    uri.filter(|uri| is_plain(uri) && uri.query().is_none()).ok_or_else(|| format!("is {address:?}"))
}

fn sampler(lookup: &impl Fn(&Setting) -> Option<String>) -> Result<Sampler, InvalidSetting> {
    let part = SAMPLER_ARG.read(lookup, |part| part.parse().ok().filter(|part| (0.0..=1.0).contains(part)))?;
    SAMPLER.read(lookup, |name| {
        let (is_parent_based, name) = name.strip_prefix("parentbased_").map_or((false, name), |name| (true, name));
        let sampler = match name {
            "always_on" => Sampler::AlwaysOn,
            "always_off" => Sampler::AlwaysOff,
            "traceidratio" => Sampler::TraceIdRatioBased(part),
            _ => return None,
        };
        Some(if is_parent_based { Sampler::ParentBased(Box::new(sampler)) } else { sampler })
    })
}

/// The name that the service is given, where it is given one in its own variable.
fn service_name(lookup: &impl Fn(&Setting) -> Option<String>) -> Result<Option<String>, InvalidSetting> {
    let read = || SERVICE_NAME.read(lookup, |name| (name.len() <= 255).then(|| name.to_owned()));
    lookup(&SERVICE_NAME).is_some().then(read).transpose()
}

fn milliseconds(value: &str) -> Option<Duration> {
    within(value, 1, 3_600_000).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLLECTOR: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");

    fn read(variables: &[(&str, &str)]) -> Result<Option<TraceConfig>, InvalidSetting> {
        TraceConfig::from_lookup(|setting| {
            let variable = variables.iter().rev().find(|(name, _)| *name == setting.variable);
            variable.map(|(_, value)| (*value).to_owned())
        })
    }

    fn read_with_collector(variables: &[(&str, &str)]) -> Result<TraceConfig, InvalidSetting> {
        Ok(read(&[&[COLLECTOR], variables].concat())?.expect("traces are on"))
    }

    #[test]
    fn traces_are_off_where_no_collector_is_named_or_they_are_turned_off() {
        for variables in [
            [].as_slice(),
            &[("OTEL_SERVICE_NAME", "x"), ("OTEL_TRACES_SAMPLER", "nonsense")],
            &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")],
            &[COLLECTOR, ("OTEL_SDK_DISABLED", "true"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")],
            &[COLLECTOR, ("OTEL_SDK_DISABLED", "TRUE")],
            &[COLLECTOR, ("OTEL_TRACES_EXPORTER", "none")],
        ] {
            assert!(read(variables).unwrap().is_none(), "{variables:?}");
        }
    }

    #[test]
    fn the_defaults_are_those_of_opentelemetry() {
        let config = read_with_collector(&[("OTEL_SDK_DISABLED", "false"), ("OTEL_TRACES_EXPORTER", "otlp")]).unwrap();
        assert_eq!(config.timeout, Duration::from_secs(10));
        assert_eq!(config.schedule_delay, Duration::from_secs(5));
        assert_eq!((config.max_queue_size, config.max_export_batch_size), (2048, 512));
        assert_eq!(format!("{:?}", config.sampler), "ParentBased(AlwaysOn)");
        assert_eq!((config.service_name, config.resource.len(), config.headers.len()), (None, 0, 0));
    }

    #[test]
    fn the_path_is_added_to_the_address_for_all_signals_alone() {
        for (variable, address, endpoint) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "http://collector:4318/v1/traces"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/", "http://collector:4318/v1/traces"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1]/otlp/", "http://[::1]/otlp/v1/traces"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318/x", "http://127.0.0.1:4318/x"),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://127.0.0.1:4318", "http://127.0.0.1:4318/"),
        ] {
            assert_eq!(read_with_collector(&[(variable, address)]).unwrap().endpoint, endpoint);
        }
    }

    #[test]
    fn what_is_set_for_traces_beats_what_is_set_for_all_signals() {
        let config = read_with_collector(&[
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "3"),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "7"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=1"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "b=2"),
        ]);
        let config = config.unwrap();
        assert_eq!(config.timeout, Duration::from_millis(7));
        assert_eq!((config.headers.get("a"), config.headers["b"].as_bytes()), (None, &b"2"[..]));
    }

    #[test]
    fn every_sampler_has_its_name() {
        for (name, sampler) in [
            ("always_on", "AlwaysOn"),
            ("always_off", "AlwaysOff"),
            ("traceidratio", "TraceIdRatioBased(0.25)"),
            ("parentbased_always_on", "ParentBased(AlwaysOn)"),
            ("parentbased_always_off", "ParentBased(AlwaysOff)"),
            ("parentbased_traceidratio", "ParentBased(TraceIdRatioBased(0.25))"),
        ] {
            let config = read_with_collector(&[("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", "0.25")]);
            assert_eq!(format!("{:?}", config.unwrap().sampler), sampler);
        }
    }

    #[test]
    fn the_shorter_time_limit_holds() {
        let config = read_with_collector(&[("OTEL_BSP_EXPORT_TIMEOUT", "50")]).unwrap();
        assert_eq!(config.timeout, Duration::from_millis(50));
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_variable_value_and_expectation() {
        for (variable, values) in [
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                ["collector:4318", "https://collector:4318", "http://", "/", "http://a?b"].as_slice(),
            ),
            ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &["https://collector/v1/traces", "grpc://collector"]),
            ("OTEL_SDK_DISABLED", &["1", "yes"]),
            ("OTEL_TRACES_EXPORTER", &["jaeger", "otlp,console"]),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", &["grpc", "http/json", "HTTP/protobuf"]),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", &["grpc"]),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", &["gzip"]),
            ("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", &["gzip"]),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", &["0", "10s", "3600001"]),
            ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", &["-1"]),
            ("OTEL_TRACES_SAMPLER", &["always", "parentbased_", "jaeger_remote"]),
            ("OTEL_TRACES_SAMPLER_ARG", &["a tenth", "1.1", "-0.1", "NaN", "10%"]),
            ("OTEL_RESOURCE_ATTRIBUTES", &["production", "a=1,=2", "a=%zz"]),
            ("OTEL_BSP_SCHEDULE_DELAY", &["0", "5s"]),
            ("OTEL_BSP_MAX_QUEUE_SIZE", &["0", "65537"]),
            ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", &["0", "65537"]),
            ("OTEL_BSP_EXPORT_TIMEOUT", &["0"]),
        ] {
            let expected = TRACE_SETTINGS.iter().find(|setting| setting.variable == variable).unwrap().expected;
            for value in values {
                let error = read_with_collector(&[(variable, value)]).unwrap_err().to_string();
                assert_eq!(error, format!("{variable} is {value:?}, expected {expected}"));
            }
        }
        let long = "x".repeat(256);
        assert!(read_with_collector(&[("OTEL_SERVICE_NAME", &long)]).is_err());
    }

    #[test]
    fn no_secret_is_quoted() {
        for (variable, value, fault) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:secret@collector", "has a user name in it"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret", "has a pair that is no NAME=VALUE"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a b=secret", "has a name that no header can have"),
            ("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "a=%0Asecret", "has a value that no header can have"),
        ] {
            let error = read_with_collector(&[(variable, value)]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{variable} {fault}, expected ")), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
        let config = read_with_collector(&[("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20secret")]).unwrap();
        assert_eq!(config.headers["authorization"].as_bytes(), b"Bearer secret");
        assert!(!format!("{config:?}").contains("secret"), "{config:?}");
    }
}
