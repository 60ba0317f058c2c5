//! Time from starting a server to its first answer.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::cores::Cores;
use crate::load::exchange;
use crate::scenario::HEALTH;
use crate::server::ServerCommand;

/// Starts every server `count` times, in rotated order, and gives each one's times.
pub(crate) fn start_times(commands: &[ServerCommand], cores: Cores, count: usize) -> Result<Vec<Vec<Duration>>> {
    let mut times = vec![Vec::with_capacity(count); commands.len()];
    for round in 0..count {
        for turn in 0..commands.len() {
            let index = (round + turn) % commands.len();
            times[index].push(first_answer(&commands[index], cores)?);
        }
    }
    Ok(times)
}

fn first_answer(command: &ServerCommand, cores: Cores) -> Result<Duration> {
    let started = Instant::now();
    let server = command.start(cores)?;
    exchange(server.address, &HEALTH).with_context(|| command.name.clone())?;
    Ok(started.elapsed())
}
