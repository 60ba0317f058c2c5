//! The inner loops that bulk answers are made of, beside what they replace and what bounds them.

mod generation;
mod measure;
mod text;

use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;

use crate::environment::Environment;
use crate::markdown::table;
use crate::report::{self, Verdict};
use measure::{Figures, Group};

// The module is private to its crate, and short enough to be compiled twice.
#[path = "../../sim-api/src"]
mod product {
    pub(crate) mod decimal;
}

/// Settings of a measurement of kernels.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Rounds of each group
    #[arg(long, default_value_t = 51)]
    rounds: usize,
    /// Length of a slice in microseconds
    #[arg(long, default_value_t = 1_000)]
    slice_us: u64,
}

/// Measures all groups, prints the tables and writes them to a file.
pub(crate) fn kernels(options: &Options) -> Result<Verdict> {
    ensure!(!cfg!(debug_assertions), "the kernels are not optimised: build with --release");
    ensure!(options.rounds > 0, "--rounds must be at least 1");
    let environment = Environment::detect()?;
    let mut sections = vec![format!(
        "{environment}

{} rounds of {} µs slices; ratios are to the first row, of the same round
",
        options.rounds, options.slice_us,
    )];
    for group in generation::groups().into_iter().chain(text::groups()?) {
        sections.push(section(group, options));
    }
    let markdown = sections.join("\n");
    report::save("kernels.md", &markdown)?;
    io::stdout().write_all(markdown.as_bytes())?;
    Ok(Verdict::Conclusive)
}

fn section(group: Group, options: &Options) -> String {
    let (title, unit) = (group.title.clone(), group.unit);
    let figures = group.measure(options.rounds, Duration::from_micros(options.slice_us));
    let table = table(&["kernel", &format!("ns/{unit}"), "times faster", "quartiles"], figures.iter().map(row));
    format!("### {title}\n\n{table}")
}

fn row(figures: &Figures) -> Vec<String> {
    let speedup = figures.speedup;
    vec![
        figures.name.to_owned(),
        format!("{:.3}", figures.nanoseconds),
        format!("**{:.2}**", speedup.median),
        format!("{:.2}..{:.2}", speedup.lower, speedup.upper),
    ]
}
