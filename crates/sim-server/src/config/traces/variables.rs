//! The variables of OpenTelemetry that are read. They have no flags: they are the same for every program.

use super::Setting;

const fn variable(
    variable: &'static str,
    default: &'static str,
    expected: &'static str,
    meaning: &'static str,
) -> Setting {
    Setting { variable, flag: None, default, expected, meaning }
}

pub(super) const ENDPOINT: Setting = variable(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "none",
    "an address such as http://localhost:4318, without TLS: a collector beside the service speaks that",
    "The collector. `/v1/traces` is added to it.",
);
pub(super) const TRACES_ENDPOINT: Setting = variable(
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "none",
    "an address such as http://localhost:4318/v1/traces, without TLS: a collector beside the service speaks that",
    "The same, for traces alone: the whole address.",
);
pub(super) const SDK_DISABLED: Setting =
    variable("OTEL_SDK_DISABLED", "false", "true or false", "`true` turns traces off, whatever else is set.");
pub(super) const EXPORTER: Setting = variable("OTEL_TRACES_EXPORTER", "otlp", "otlp or none", "`none` does so too.");
pub(super) const PROTOCOL: Setting = variable(
    "OTEL_EXPORTER_OTLP_PROTOCOL",
    "http/protobuf",
    "http/protobuf",
    "How spans are sent. There is one way, which every collector takes.",
);
pub(super) const TRACES_PROTOCOL: Setting =
    variable("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf", "http/protobuf", "The same, for traces alone.");
pub(super) const COMPRESSION: Setting =
    variable("OTEL_EXPORTER_OTLP_COMPRESSION", "none", "none", "How what is sent is compressed: not at all.");
pub(super) const TRACES_COMPRESSION: Setting =
    variable("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none", "none", "The same, for traces alone.");
pub(super) const HEADERS: Setting = variable(
    "OTEL_EXPORTER_OTLP_HEADERS",
    "none",
    "NAME=VALUE pairs separated by commas, values percent-encoded",
    "Headers that the collector asks for: `NAME=VALUE` pairs separated by commas. A secret: they are never logged.",
);
pub(super) const TRACES_HEADERS: Setting = variable(
    "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    "none",
    "NAME=VALUE pairs separated by commas, values percent-encoded",
    "The same, for traces alone.",
);
pub(super) const TIMEOUT: Setting = variable(
    "OTEL_EXPORTER_OTLP_TIMEOUT",
    "10000",
    "milliseconds, 1 to 3600000",
    "How long the collector may take for a batch, in milliseconds.",
);
pub(super) const TRACES_TIMEOUT: Setting =
    variable("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "10000", "milliseconds, 1 to 3600000", "The same, for traces alone.");
pub(super) const SAMPLER: Setting = variable(
    "OTEL_TRACES_SAMPLER",
    "parentbased_always_on",
    "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off or parentbased_traceidratio",
    "Which requests have a span: `always_on`, `always_off`, `traceidratio`, or these after `parentbased_`, which is what \
     the caller has decided where it has.",
);
pub(super) const SAMPLER_ARG: Setting = variable(
    "OTEL_TRACES_SAMPLER_ARG",
    "1.0",
    "a number, 0.0 to 1.0",
    "The part of all requests that `traceidratio` lets have one.",
);
pub(super) const SERVICE_NAME: Setting = variable(
    "OTEL_SERVICE_NAME",
    "sim",
    "a name of up to 255 bytes",
    "The name of the service, `service.name`. It beats the same in `OTEL_RESOURCE_ATTRIBUTES`.",
);
pub(super) const RESOURCE_ATTRIBUTES: Setting = variable(
    "OTEL_RESOURCE_ATTRIBUTES",
    "none",
    "NAME=VALUE pairs separated by commas, values percent-encoded",
    "More that is true of every span, such as `deployment.environment.name=production`: `NAME=VALUE` pairs separated by \
     commas.",
);
pub(super) const SCHEDULE_DELAY: Setting = variable(
    "OTEL_BSP_SCHEDULE_DELAY",
    "5000",
    "milliseconds, 1 to 3600000",
    "How long spans are gathered before they are sent, in milliseconds.",
);
pub(super) const MAX_QUEUE_SIZE: Setting = variable(
    "OTEL_BSP_MAX_QUEUE_SIZE",
    "2048",
    "a number, 1 to 65536",
    "How many spans wait to be sent. Further ones are dropped.",
);
pub(super) const MAX_EXPORT_BATCH_SIZE: Setting = variable(
    "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    "512",
    "a number, 1 to 65536",
    "How many are sent at once, and do not wait to be gathered.",
);
pub(super) const EXPORT_TIMEOUT: Setting = variable(
    "OTEL_BSP_EXPORT_TIMEOUT",
    "30000",
    "milliseconds, 1 to 3600000",
    "How long sending a batch may take, in milliseconds; the shorter of this and `OTEL_EXPORTER_OTLP_TIMEOUT` holds.",
);

/// Whether a value of a variable in [`TRACE_SETTINGS`] may hold a secret.
#[must_use]
pub fn may_hold_a_secret(variable: &Setting, value: &str) -> bool {
    let is_one_of = |variables: [Setting; 2]| variables.iter().any(|one| one.variable == variable.variable);
    is_one_of([HEADERS, TRACES_HEADERS]) || (is_one_of([ENDPOINT, TRACES_ENDPOINT]) && value.contains('@'))
}

/// Every variable that is read, in the order of the documentation.
pub const TRACE_SETTINGS: &[Setting] = &[
    ENDPOINT,
    TRACES_ENDPOINT,
    SDK_DISABLED,
    EXPORTER,
    SAMPLER,
    SAMPLER_ARG,
    SERVICE_NAME,
    RESOURCE_ATTRIBUTES,
    HEADERS,
    TRACES_HEADERS,
    TIMEOUT,
    TRACES_TIMEOUT,
    PROTOCOL,
    TRACES_PROTOCOL,
    COMPRESSION,
    TRACES_COMPRESSION,
    SCHEDULE_DELAY,
    MAX_QUEUE_SIZE,
    MAX_EXPORT_BATCH_SIZE,
    EXPORT_TIMEOUT,
];
