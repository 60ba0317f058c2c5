//! Turns of all servers in rounds, and which of the rounds count.

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::report::Verdict;
use crate::server::Server;

/// Share of the two cores' time from which on a round counts as disturbed.
const FOREIGN_LIMIT: f64 = 0.15;

/// One turn of each server, in the servers' order whatever the order of turns was.
#[derive(Clone, Debug)]
pub(crate) struct Round<T> {
    /// What each turn found.
    pub(crate) turns: Vec<T>,
    /// Share of the two cores' time that went to other processes or was stolen by the host.
    pub(crate) foreign: f64,
}

impl<T> Round<T> {
    /// Gives each server its turn, beginning with another one in each round.
    pub(crate) fn run(
        servers: &[Server],
        cores: Cores,
        number: usize,
        mut turn: impl FnMut(usize, &Server) -> Result<T>,
    ) -> Result<Self> {
        let watch = cores.watch(servers.iter().map(|server| server.process))?;
        let mut turns = order(servers.len(), number)
            .map(|index| {
                let server = &servers[index];
                Ok((index, turn(index, server).with_context(|| server.name.clone())?))
            })
            .collect::<Result<Vec<_>>>()?;
        turns.sort_by_key(|(index, _)| *index);
        Ok(Self { turns: turns.into_iter().map(|(_, turn)| turn).collect(), foreign: watch.foreign()? })
    }
}

fn order(servers: usize, number: usize) -> impl Iterator<Item = usize> {
    (0..servers).map(move |turn| (number + turn) % servers)
}

/// The rounds that count.
#[derive(Debug)]
pub(crate) struct Counted<'a, T> {
    /// The rounds.
    pub(crate) rounds: Vec<&'a Round<T>>,
    /// The number of rounds that other processes disturbed.
    pub(crate) disturbed: usize,
    /// Whether they allow a conclusion.
    pub(crate) verdict: Verdict,
}

impl<'a, T> Counted<'a, T> {
    /// Leaves out disturbed rounds, unless they are most: then nothing is left out and nothing concluded.
    pub(crate) fn of(rounds: &'a [Round<T>]) -> Self {
        let calm: Vec<_> = rounds.iter().filter(|round| round.foreign < FOREIGN_LIMIT).collect();
        let disturbed = rounds.len() - calm.len();
        if disturbed > calm.len() {
            Self { rounds: rounds.iter().collect(), disturbed, verdict: Verdict::Inconclusive }
        } else {
            Self { rounds: calm, disturbed, verdict: Verdict::Conclusive }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(foreign: &[f64]) -> (usize, usize, Verdict) {
        let rounds: Vec<_> = foreign.iter().map(|foreign| Round { turns: vec![()], foreign: *foreign }).collect();
        let counted = Counted::of(&rounds);
        (counted.rounds.len(), counted.disturbed, counted.verdict)
    }

    #[test]
    fn disturbed_rounds_count_only_if_they_are_most_and_then_conclude_nothing() {
        assert_eq!(counted(&[0.0, 0.5, 0.0]), (2, 1, Verdict::Conclusive));
        assert_eq!(counted(&[0.5, 0.5, 0.0]), (3, 2, Verdict::Inconclusive));
    }

    #[test]
    fn every_server_has_a_turn_in_a_round_and_each_is_first_in_one() {
        let rounds: Vec<Vec<_>> = (0..3).map(|number| order(3, number).collect()).collect();
        assert_eq!(rounds, [[0, 1, 2], [1, 2, 0], [2, 0, 1]]);
    }
}
