//! A rate of tokens, such as `100/min`.

use std::{fmt, num::NonZeroU32, time::Duration};

/// A steady rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many tokens.
    pub tokens: NonZeroU32,
    /// In which time.
    pub per: Duration,
}

impl Rate {
    /// Reads tokens per unit of time.
    pub(super) fn parse(rate: &str) -> Result<Self, String> {
        let expected = "tokens per second, minute or hour: 100/s, 100/min or 100/h, 1 to 1000000 of them";
        Self::read(rate).ok_or_else(|| expected.to_owned())
    }

    fn read(rate: &str) -> Option<Self> {
        let (number, unit) = rate.split_once('/')?;
        let per = match unit {
            "s" => Duration::from_secs(1),
            "min" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return None,
        };
        Some(Self { tokens: tokens(number).ok()?, per })
    }

    /// The time between two tokens.
    pub(crate) fn interval(self) -> Duration {
        (self.per / self.tokens.get()).max(Duration::from_nanos(1))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.per.as_secs() {
            60 => "min",
            3600 => "h",
            _ => "s",
        };
        write!(formatter, "{}/{unit}", self.tokens)
    }
}

/// Reads a number of tokens.
pub(super) fn tokens(value: &str) -> Result<NonZeroU32, String> {
    let tokens = value.parse().ok().filter(|tokens: &NonZeroU32| tokens.get() <= 1_000_000);
    tokens.ok_or_else(|| "a number, 1 to 1000000".to_owned())
}
