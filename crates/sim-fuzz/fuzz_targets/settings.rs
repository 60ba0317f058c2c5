//! Any settings: a value is accepted if it is what its setting expects, or refused by an error that names the setting.
//!
//! An input is an environment as text, one `NAME=value` per line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_server::{Config, InvalidSetting, Setting, may_hold_a_secret, settings, trace_settings};

/// The whole numbers that a setting takes, if its error says so: `expected seconds, 1 to 3600`.
fn range(setting: &Setting) -> Option<std::ops::RangeInclusive<u64>> {
    let error = read_one(setting, "no number").err()?.to_string();
    let (_, expected) = error.split_once(", expected ")?;
    let (words, range) = expected.split_once(", ")?;
    let (least, greatest) = range.split_once(" to ")?;
    (!words.contains("off")).then_some(least.parse().ok()?..=greatest.parse().ok()?)
}

/// A collector. Without one, the settings of traces are not read.
const COLLECTOR: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318");

fn is_of_traces(setting: &Setting) -> bool {
    setting.variable.starts_with("OTEL_")
}

fn is_secret(setting: &Setting, value: &str) -> bool {
    if is_of_traces(setting) { may_hold_a_secret(setting, value) } else { setting.flag.is_none() }
}

/// Reads a single setting, with a collector if it is a setting of traces.
fn read_one(setting: &Setting, value: &str) -> Result<Config, InvalidSetting> {
    let collector = is_of_traces(setting).then_some(COLLECTOR);
    Config::from_variables(collector.into_iter().chain([(setting.variable.as_str(), value)]))
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
        // An empty variable is as one that is not set.
        let is_within = value.parse::<u64>().is_ok_and(|number| range.contains(&number));
        assert_eq!(read.is_ok(), is_within || value.is_empty(), "{}={value:?}", setting.variable);
    }
    if let Err(error) = &read {
        let message = error.to_string();
        assert!(
            message.contains(&setting.variable) && message.contains(setting.flag.as_deref().unwrap_or_default()),
            "{message}"
        );
        assert!(!message.contains(['\n', '\r']), "{message:?}");
    }
    let is_told = is_secret(setting, value) && (tells_all(setting, value) || tells_end(setting, value));
    assert!(!is_told, "{} tells {value:?}", setting.variable);
    read.is_ok()
}

fuzz_target!(|text: &str| {
    let environment: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let set_of = |settings: Vec<Setting>| {
        let value =
            |setting: &Setting| environment.iter().find(|(name, _)| *name == setting.variable).map(|(_, value)| *value);
        settings.into_iter().filter_map(|setting| Some((value(&setting)?, setting))).collect::<Vec<_>>()
    };
    let (own, of_traces) = (set_of(settings()), set_of(trace_settings()));
    let check_each =
        |set: &[(&str, Setting)]| set.iter().fold(true, |is_right, (value, setting)| check(setting, value) && is_right);
    let own_are = check_each(&own);
    // Of these, one may hide what is wrong with another, and none can spoil what is right.
    let each_of_traces_is = check_each(&of_traces);
    let read = |sets: &[&[(&str, Setting)]]| {
        let set = sets.iter().flat_map(|set| set.iter());
        Config::from_variables(set.map(|(value, setting)| (setting.variable.as_str(), *value))).is_ok()
    };
    let of_traces_are = read(&[&of_traces]);
    assert!(of_traces_are || !each_of_traces_is, "{text}");
    // All together, they are wrong where one of them is.
    assert_eq!(read(&[&own, &of_traces]), own_are && of_traces_are, "{text}");
});
