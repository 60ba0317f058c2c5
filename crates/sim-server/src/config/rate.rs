//! A rate of tokens, as a setting writes it: `100/min`.

use std::{fmt, num::NonZeroU32, time::Duration};

use super::setting::within;

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
    pub(super) fn parse(rate: &str) -> Option<Self> {
        let (number, unit) = rate.split_once('/')?;
        let per = match unit {
            "s" => Duration::from_secs(1),
            "min" => Duration::from_mins(1),
            "h" => Duration::from_hours(1),
            _ => return None,
        };
        Some(Self { tokens: tokens(number)?, per })
    }

    /// The time that a token takes.
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
pub(super) fn tokens(number: &str) -> Option<NonZeroU32> {
    NonZeroU32::new(u32::try_from(within(number, 1, 1_000_000)?).ok()?)
}
