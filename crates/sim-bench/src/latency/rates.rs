//! The rates at which latency is measured.

use serde::Serialize;

/// How fast requests are sent, relative to what servers can do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Rate {
    /// To each server half of what it can do: all are equally busy. The goal is set here, for a server that is judged by its
    /// latency has been given the cores that its rate needs.
    HalfOfOwn,
    /// To each server half of what the slowest can do: all have the same to do.
    HalfOfSlowest,
    /// To each server most of what it can do: what queues then shows.
    FourFifthsOfOwn,
}

impl Rate {
    /// All of them, in the order of the report.
    pub(super) const ALL: [Self; 3] = [Self::HalfOfOwn, Self::HalfOfSlowest, Self::FourFifthsOfOwn];

    /// Title in the report.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::HalfOfOwn => "Half of each server's own saturation",
            Self::HalfOfSlowest => "Half of the slowest server's saturation, for all",
            Self::FourFifthsOfOwn => "80 % of each server's own saturation",
        }
    }

    /// Requests a second for each server, by the rates that saturate them.
    pub(super) fn of(self, saturations: &[f64]) -> Vec<f64> {
        let slowest = saturations.iter().copied().fold(f64::INFINITY, f64::min);
        let rate = |saturation: &f64| match self {
            Self::HalfOfOwn => saturation * 0.5,
            Self::HalfOfSlowest => slowest * 0.5,
            Self::FourFifthsOfOwn => saturation * 0.8,
        };
        saturations.iter().map(rate).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Rate;

    #[test]
    fn rates_relate_to_the_servers_own_saturation_or_to_that_of_the_slowest() {
        let rates = Rate::ALL.map(|rate| rate.of(&[100.0, 40.0]));
        assert_eq!(rates, [[50.0, 20.0], [20.0, 20.0], [80.0, 32.0]]);
    }
}
