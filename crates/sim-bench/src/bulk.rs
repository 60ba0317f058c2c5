//! Bulk answers of the product: batches beside those of its peers, streams beside a constant buffer, and what many slow
//! streams cost everybody else.

mod readers;
mod requests;
mod transfer;
mod turns;

use std::io::{self, Write as _};

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use crate::compare::progress;
use crate::cores::Cores;
use crate::environment::Environment;
use crate::markdown::table;
use crate::options::{peer_command, product_command};
use crate::peers::Peer;
use crate::report::{self, Verdict};
use crate::server::Server;
use readers::Readers;
pub(crate) use requests::streams;
use turns::{Figures, Group};

/// Settings of a measurement of bulk answers.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// The build of sim-server to measure
    #[arg(long, value_name = "PATH")]
    server: String,
    /// Rounds of each group
    #[arg(long, default_value_t = 12)]
    rounds: usize,
    /// Streams that are read at once while short requests are timed
    #[arg(long, default_value_t = 64)]
    readers: usize,
    /// Core of the servers whose CPU time is compared
    #[arg(long, default_value_t = 0)]
    server_core: usize,
    /// Core of the client meanwhile
    #[arg(long, default_value_t = 1)]
    client_core: usize,
}

/// Measures all of it, prints the tables and writes them to a file.
pub(crate) fn bulk(options: &Options) -> Result<Verdict> {
    ensure!(!cfg!(debug_assertions), "the peers are not optimised: build with --release");
    ensure!(options.rounds > 0, "--rounds must be at least 1");
    let environment = Environment::detect()?;
    // Before this thread, whose threads read, is confined to a core.
    let readers = streams().map(|stream| {
        progress(&format!("{} readers of {}", options.readers, stream.name));
        Readers::measure(&product_command(&options.server)?, &stream, options.readers).context(stream.name)
    });
    let readers = readers.into_iter().collect::<Result<Vec<_>>>()?;
    let mut sections = vec![format!(
        "{environment}

{} rounds; ratios are to the first row, of the same round
",
        options.rounds
    )];
    sections.extend(in_turns(options)?);
    sections.push(readers::section(options.readers, &readers));
    let markdown = sections.join("\n");
    report::save("bulk.md", &markdown)?;
    io::stdout().write_all(markdown.as_bytes())?;
    Ok(Verdict::Conclusive)
}

/// What is compared by CPU time, with server and client on a core each.
fn in_turns(options: &Options) -> Result<Vec<String>> {
    let cores = Cores::claim(options.server_core, options.client_core)?;
    let program = std::env::current_exe()?;
    let start = |peer| peer_command(&program, peer).start(cores);
    let (poem, hyper) = (start(Peer::Poem)?, start(Peer::Hyper)?);
    let product = product_command(&options.server)?.start(cores)?;
    let servers = |server: &'static str| -> &Server {
        match server {
            "poem" => &poem,
            "hyper" => &hyper,
            _ => &product,
        }
    };
    let groups = [requests::batches(), requests::transfers()];
    groups.into_iter().map(|group| section(&group, servers, options.rounds)).collect()
}

fn section<'a>(group: &Group, servers: impl Fn(&'static str) -> &'a Server, rounds: usize) -> Result<String> {
    progress(group.title);
    let figures = group.measure(servers, rounds)?;
    let unit = group.unit;
    let table = table(
        &["answer", &format!("CPU ns/{unit}"), "ratio", "quartiles", &format!("M {unit}s/s"), "GB/s"],
        figures.iter().map(row),
    );
    Ok(format!("### {}\n\n{table}", group.title))
}

fn row(figures: &Figures) -> Vec<String> {
    let ratio = figures.ratio;
    vec![
        figures.name.to_owned(),
        format!("{:.2}", figures.nanoseconds),
        format!("**{:.3}**", ratio.median),
        format!("{:.3}..{:.3}", ratio.lower, ratio.upper),
        format!("{:.1}", figures.units_per_second / 1e6),
        format!("{:.2}", figures.bytes_per_second / 1e9),
    ]
}
