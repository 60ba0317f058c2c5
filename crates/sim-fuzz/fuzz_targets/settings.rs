//! Any settings: a value is accepted if it is what its setting expects, or refused by an error that names the setting.
//!
//! An input is an environment as text, one `NAME=value` per line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_server::{Config, InvalidSetting, SETTINGS, Setting, TRACE_SETTINGS, may_hold_a_secret};

/// The whole numbers that a setting takes, where it says so: `seconds, 1 to 3600`.
fn range(setting: &Setting) -> Option<std::ops::RangeInclusive<u64>> {
    let (_, range) = setting.expected.split_once(", ")?;
    let (least, greatest) = range.split_once(" to ")?;
    Some(least.parse().ok()?..=greatest.parse().ok()?)
}

/// Reads settings as they are set; the others have their defaults.
fn read(set: &[(&Setting, &str)]) -> Result<Config, InvalidSetting> {
    Config::from_lookup(|asked| {
        let found = set.iter().find(|(setting, _)| setting.variable == asked.variable);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// A collector. Without one, the settings of traces are not read.
fn collector() -> (&'static Setting, &'static str) {
    let endpoint = TRACE_SETTINGS.iter().find(|setting| setting.variable == "OTEL_EXPORTER_OTLP_ENDPOINT");
    (endpoint.expect("is read"), "http://collector:4318")
}

fn is_of_traces(setting: &Setting) -> bool {
    TRACE_SETTINGS.iter().any(|of_traces| of_traces.variable == setting.variable)
}

fn is_secret(setting: &Setting, value: &str) -> bool {
    if is_of_traces(setting) { may_hold_a_secret(setting, value) } else { setting.flag.is_none() }
}

/// Reads a single setting, with a collector if it is a setting of traces.
fn read_one(setting: &Setting, value: &str) -> Result<Config, InvalidSetting> {
    if is_of_traces(setting) { read(&[(setting, value), collector()]) } else { read(&[(setting, value)]) }
}

/// Whether an error reveals a secret.
fn tells(setting: &Setting, value: &str, secret: &str) -> bool {
    read_one(setting, value).is_err_and(|error| error.to_string().contains(secret))
}

/// Whether an error contains a whole secret. A short one may be in any message by chance. A fuzzer finds longer words
/// of messages too, but not with upper and lower case exchanged.
fn tells_all(setting: &Setting, value: &str) -> bool {
    let exchanged: String = value
        .chars()
        .map(|char| if char.is_ascii_uppercase() { char.to_ascii_lowercase() } else { char.to_ascii_uppercase() })
        .collect();
    value.len() >= 16 && [value, &exchanged].iter().all(|value| tells(setting, value, value))
}

/// Whether an error contains the end of a secret, which no message contains by chance, and which is short enough for
/// short keys.
fn tells_end(setting: &Setting, value: &str) -> bool {
    const END: &str = "c4ca4238";
    tells(setting, &format!("{value}{END}"), END)
}

/// Checks how a value of a setting is read, and what its error says.
fn check(setting: &Setting, value: &str) -> bool {
    let read = read_one(setting, value);
    if let Some(range) = range(setting) {
        // A variable of traces that is empty is not set.
        let is_within = value.parse::<u64>().is_ok_and(|number| range.contains(&number));
        let is_unset = is_of_traces(setting) && value.is_empty();
        assert_eq!(read.is_ok(), is_within || is_unset, "{}={value:?}", setting.variable);
    }
    if let Err(error) = &read {
        let message = error.to_string();
        assert!(message.contains(setting.variable) && message.contains(setting.flag.unwrap_or_default()), "{message}");
        assert!(!message.contains(['\n', '\r']), "{message:?}");
    }
    let is_told = is_secret(setting, value) && (tells_all(setting, value) || tells_end(setting, value));
    assert!(!is_told, "{} tells {value:?}", setting.variable);
    read.is_ok()
}

fuzz_target!(|text: &str| {
    let environment: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let set_of = |settings: &'static [Setting]| {
        let value =
            |setting: &Setting| environment.iter().find(|(name, _)| *name == setting.variable).map(|(_, value)| *value);
        settings.iter().filter_map(|setting| Some((setting, value(setting)?))).collect::<Vec<_>>()
    };
    let (own, of_traces) = (set_of(SETTINGS), set_of(TRACE_SETTINGS));
    let check_each = |set: &[(&Setting, &str)]| {
        set.iter().fold(true, |is_right, (setting, value)| check(setting, value) && is_right)
    };
    let own_are = check_each(&own);
    // Of these, one may hide what is wrong with another, and none can spoil what is right.
    let each_of_traces_is = check_each(&of_traces);
    let of_traces_are = read(&of_traces).is_ok();
    assert!(of_traces_are || !each_of_traces_is, "{text}");
    // All together, they are wrong where one of them is.
    assert_eq!(read(&[own, of_traces].concat()).is_ok(), own_are && of_traces_are, "{text}");
});
