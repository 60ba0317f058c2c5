//! Whether traces are sent, and where: the standard variables of OpenTelemetry.
//!
//! The SDK and its exporter read the variables themselves. Here is only what they leave to the program: whether traces
//! are on, whether the collector can be reached without TLS, and whether the queue fits into memory.

use poem::http::Uri;

use super::{InvalidSetting, Setting};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACES_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
const SDK_DISABLED: &str = "OTEL_SDK_DISABLED";
const EXPORTER: &str = "OTEL_TRACES_EXPORTER";
const MAX_QUEUE_SIZE: &str = "OTEL_BSP_MAX_QUEUE_SIZE";
const HEADERS: &str = "OTEL_EXPORTER_OTLP_HEADERS";
const TRACES_HEADERS: &str = "OTEL_EXPORTER_OTLP_TRACES_HEADERS";

/// Each variable, its default and its meaning.
const VARIABLES: [(&str, &str, &str); 15] = [
    (ENDPOINT, "none", "The collector. `/v1/traces` is added to it."),
    (TRACES_ENDPOINT, "none", "The collector for traces alone: the whole address."),
    (SDK_DISABLED, "false", "`true` turns traces off, whatever else is set."),
    (EXPORTER, "otlp", "`none` turns traces off, too."),
    (
        "OTEL_TRACES_SAMPLER",
        "parentbased_always_on",
        "Which requests have a span: `always_on`, `always_off`, `traceidratio`, or one of these after `parentbased_`, \
         which follows the caller's decision if there is one.",
    ),
    ("OTEL_TRACES_SAMPLER_ARG", "1.0", "The part of all requests that `traceidratio` samples, 0.0 to 1.0."),
    (
        "OTEL_SERVICE_NAME",
        "sim",
        "The name of the service, `service.name`. It overrides the one in `OTEL_RESOURCE_ATTRIBUTES`.",
    ),
    (
        "OTEL_RESOURCE_ATTRIBUTES",
        "none",
        "Further attributes of every span, such as `deployment.environment.name=production`: `NAME=VALUE` pairs separated \
         by commas.",
    ),
    (
        HEADERS,
        "none",
        "Headers that the collector asks for: `NAME=VALUE` pairs separated by commas. A secret: they are never logged.",
    ),
    (TRACES_HEADERS, "none", "Headers for traces alone."),
    ("OTEL_EXPORTER_OTLP_TIMEOUT", "10000", "How long the collector may take for a batch, in milliseconds."),
    ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10000", "The time limit for traces alone."),
    ("OTEL_BSP_SCHEDULE_DELAY", "5000", "How long spans are gathered before they are sent, in milliseconds."),
    (MAX_QUEUE_SIZE, "2048", "How many spans wait to be sent. Further ones are dropped."),
    (
        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
        "512",
        "How many spans are sent at once. That many are sent without waiting for the delay.",
    ),
];

/// The variables of OpenTelemetry that have an effect, in the order of the documentation.
#[must_use]
pub fn trace_settings() -> Vec<Setting> {
    let setting = |(variable, default, meaning): (&str, &str, &str)| Setting {
        variable: variable.to_owned(),
        flag: None,
        default: default.to_owned(),
        meaning: meaning.to_owned(),
        id: String::new(),
    };
    VARIABLES.map(setting).to_vec()
}

/// Whether a value of one of the [`trace_settings`] may hold a secret.
#[must_use]
pub fn may_hold_a_secret(variable: &Setting, value: &str) -> bool {
    match variable.variable.as_str() {
        HEADERS | TRACES_HEADERS => true,
        ENDPOINT | TRACES_ENDPOINT => value.contains('@'),
        _ => false,
    }
}

/// Returns the address that spans are sent to; `None` if no collector is named, or traces are turned off.
pub(super) fn endpoint(lookup: impl Fn(&str) -> Option<String>) -> Result<Option<String>, InvalidSetting> {
    // OpenTelemetry: an empty variable is as one that is not set.
    let value = |variable: &str| lookup(variable).filter(|value| !value.is_empty());
    let (variable, endpoint) = match (value(TRACES_ENDPOINT), value(ENDPOINT)) {
        (Some(endpoint), _) => (TRACES_ENDPOINT, endpoint),
        (None, Some(endpoint)) => (ENDPOINT, format!("{}/v1/traces", endpoint.trim_end_matches('/'))),
        (None, None) => return Ok(None),
    };
    let is_disabled = match value(SDK_DISABLED).unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "false" => false,
        "true" => true,
        _ => return Err(invalid(SDK_DISABLED, value(SDK_DISABLED), "true or false")),
    };
    let is_exported = match value(EXPORTER).as_deref() {
        None | Some("otlp") => true,
        Some("none") => false,
        Some(_) => return Err(invalid(EXPORTER, value(EXPORTER), "otlp or none")),
    };
    if is_disabled || !is_exported {
        return Ok(None);
    }
    // The SDK allocates the whole queue at start, however long.
    let is_queue = |size: &String| size.parse().is_ok_and(|size: u32| (1..=65536).contains(&size));
    if let Some(size) = value(MAX_QUEUE_SIZE).filter(|size| !is_queue(size)) {
        return Err(invalid(MAX_QUEUE_SIZE, Some(size), "a number, 1 to 65536"));
    }
    if is_address(&endpoint) {
        return Ok(Some(endpoint));
    }
    let expected = "an address such as http://localhost:4318, without a user name and without TLS: a collector beside the \
                    service speaks that";
    Err(invalid(variable, value(variable).filter(|value| !value.contains('@')), expected))
}

/// Whether spans can be sent to an address: the collector is spoken to without TLS.
fn is_address(endpoint: &str) -> bool {
    let uri: Option<Uri> = endpoint.parse().ok();
    uri.is_some_and(|uri| {
        uri.scheme_str() == Some("http")
            && uri.host().is_some_and(|host| !host.is_empty())
            && uri.query().is_none()
            && !endpoint.contains('@')
    })
}

/// A value that a variable cannot have; `None` if it may hold a secret.
fn invalid(variable: &str, value: Option<String>, expected: &str) -> InvalidSetting {
    let fault = value.map_or_else(|| "has a user name in it".to_owned(), |value| format!("is {value:?}"));
    InvalidSetting::fault(variable, fault, expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLLECTOR: (&str, &str) = (ENDPOINT, "http://collector:4318");

    fn read(variables: &[(&str, &str)]) -> Result<Option<String>, InvalidSetting> {
        endpoint(|name| {
            let variable = variables.iter().rev().find(|(variable, _)| *variable == name);
            variable.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn traces_are_off_if_no_collector_is_named_or_they_are_turned_off() {
        for variables in [
            [].as_slice(),
            &[("OTEL_SERVICE_NAME", "x"), (SDK_DISABLED, "nonsense")],
            &[(ENDPOINT, "")],
            &[(ENDPOINT, ""), (TRACES_ENDPOINT, "")],
            &[COLLECTOR, (SDK_DISABLED, "true")],
            &[COLLECTOR, (SDK_DISABLED, "TRUE")],
            &[COLLECTOR, (EXPORTER, "none")],
        ] {
            assert_eq!(read(variables), Ok(None), "{variables:?}");
        }
        for variables in
            [[COLLECTOR, (SDK_DISABLED, "false"), (EXPORTER, "otlp")], [COLLECTOR, (SDK_DISABLED, ""), (EXPORTER, "")]]
        {
            assert!(read(&variables).unwrap().is_some(), "{variables:?}");
        }
    }

    #[test]
    fn the_path_is_added_to_the_address_for_all_signals_alone() {
        for (variable, address, endpoint) in [
            (ENDPOINT, "http://collector:4318", "http://collector:4318/v1/traces"),
            (ENDPOINT, "http://collector:4318/", "http://collector:4318/v1/traces"),
            (ENDPOINT, "http://[::1]/otlp/", "http://[::1]/otlp/v1/traces"),
            (TRACES_ENDPOINT, "http://127.0.0.1:4318/x", "http://127.0.0.1:4318/x"),
        ] {
            assert_eq!(read(&[(variable, address)]), Ok(Some(endpoint.to_owned())));
        }
        let both = read(&[COLLECTOR, (TRACES_ENDPOINT, "http://other/x")]);
        assert_eq!(both, Ok(Some("http://other/x".to_owned())));
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_variable_value_and_expectation() {
        for (variable, values, expected) in [
            (
                ENDPOINT,
                ["collector:4318", "https://collector:4318", "http://", "/", "http://a?b"].as_slice(),
                "an address such as ",
            ),
            (TRACES_ENDPOINT, &["https://collector/v1/traces", "grpc://collector"], "an address such as "),
            (SDK_DISABLED, &["1", "yes"], "true or false"),
            (EXPORTER, &["jaeger", "otlp,console"], "otlp or none"),
            (MAX_QUEUE_SIZE, &["0", "65537", "many"], "a number, 1 to 65536"),
        ] {
            for value in values {
                let error = read(&[COLLECTOR, (variable, value)]).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{variable} is {value:?}, expected {expected}")), "{error}");
            }
        }
    }

    #[test]
    fn the_password_of_a_collector_is_not_quoted() {
        for variable in [ENDPOINT, TRACES_ENDPOINT] {
            let error = read(&[(variable, "http://user:secret@collector")]).unwrap_err().to_string();
            assert!(error.starts_with(&format!("{variable} has a user name in it, expected ")), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
