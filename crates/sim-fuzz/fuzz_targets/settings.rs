//! Any settings: a value is taken where it is what its setting expects, and refused by an error that names it.
//!
//! An input is an environment as text, one `NAME=value` a line.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sim_server::{Config, SETTINGS, Setting};

/// The whole numbers that a setting takes, where it says so: `seconds, 1 to 3600`.
fn range(setting: &Setting) -> Option<std::ops::RangeInclusive<u64>> {
    let (_, range) = setting.expected.split_once(", ")?;
    let (least, greatest) = range.split_once(" to ")?;
    Some(least.parse().ok()?..=greatest.parse().ok()?)
}

fn check_alone(setting: &Setting, value: &str) {
    let read = Config::from_lookup(|asked| (asked.variable == setting.variable).then(|| value.to_owned()));
    if let Some(range) = range(setting) {
        let is_within = value.parse::<u64>().is_ok_and(|number| range.contains(&number));
        assert_eq!(read.is_ok(), is_within, "{}={value:?}", setting.variable);
    }
    if let Err(error) = read {
        let message = error.to_string();
        assert!(message.contains(setting.variable) && message.contains(setting.flag.unwrap_or_default()), "{message}");
        // One without a flag is a secret; a short one may be in any message by chance.
        let is_told = value.len() >= 16 && message.contains(value) && !setting.expected.contains(value);
        assert!(setting.flag.is_some() || !is_told, "{message}");
        assert!(!message.contains(['\n', '\r']), "{message:?}");
    }
}

fuzz_target!(|text: &str| {
    let environment: Vec<_> = text.lines().filter_map(|line| line.split_once('=')).collect();
    let value = |setting: &Setting| {
        environment.iter().find(|(name, _)| *name == setting.variable).map(|(_, value)| (*value).to_owned())
    };
    for setting in SETTINGS {
        if let Some(value) = value(setting) {
            check_alone(setting, &value);
        }
    }
    // All together, they are wrong where one of them is.
    let alone = |setting: &Setting| {
        Config::from_lookup(|asked| if asked.variable == setting.variable { value(asked) } else { None }).is_ok()
    };
    assert_eq!(Config::from_lookup(value).is_ok(), SETTINGS.iter().all(alone), "{text}");
});
