//! User-space instructions of a request, counted by valgrind's callgrind: what the product executes beside its peers, and
//! the guard that holds it to committed counts.
//!
//! A count is what two runs of a server differ by, one of which answers [`callgrind::REQUESTS`] more requests: one after
//! the other on one connection, by one worker thread. The kernel's part is not in it, nor is what an instruction costs, and
//! each turn of a `rep` instruction counts, which makes the clearing of a large buffer dearer than it is. So counts tell
//! one build from another well, and one server from another roughly.
//!
//! # Repeatability
//!
//! Five runs on two shared cores, one beside two busy loops and one with a server at a time: the highest count of the
//! product is at most 0.5 % above the lowest, that of `GET /simulate/{seed}` 1.5 %, which differs from process to process.
//!
//! The processor hardly matters. Where it has AVX2, valgrind shows every program the same one, without AVX-512 and SHA
//! instructions, whatever the real one has: what is chosen at run time is the same everywhere, and is not always what runs
//! in production. The digest of an API key, above all, is computed here without the instructions made for it. A C library
//! that is kept from AVX and `rep movsb` (`GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-ERMS`) changes counts by 0.6 % at most.
//! The compiler, whose version is pinned, and the dependencies, which are locked, change them; another architecture does,
//! so the guard is for x86-64 alone.
//!
//! # What is guarded
//!
//! The count itself. The ratio to raw hyper's of the same run was no steadier in any of these trials, as both counts
//! vary, and it would blame the product for a hyper that became faster.

mod baseline;
mod callgrind;
mod report;
mod requests;

use std::env;
use std::io::{self, Write as _};

use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum as _};
use rayon::prelude::*;

use crate::compare::{BASELINE, progress};
use crate::environment::Environment;
use crate::options::{ensure_distinct, every_layer, peer_command, product_command};
use crate::peers::Peer;
use crate::report::Verdict;
use crate::scenario::Scenario;
use crate::server::ServerCommand;
use baseline::Counts;
use callgrind::Callgrind;
use report::{OperationReport, Report, ServerReport};
pub(crate) use requests::OPERATIONS;

/// Settings of a count.
#[derive(Args, Debug)]
pub(crate) struct Options {
    /// A build of sim-server; may be repeated, and named: new=PATH
    #[arg(long = "server", value_name = "[NAME=]PATH")]
    servers: Vec<String>,
    /// Fail where a build is more than 5 % away from the committed counts
    #[arg(long)]
    check: bool,
    /// Make the builds' counts those to commit
    #[arg(long, conflicts_with = "check")]
    write: bool,
}

/// Counts, prints the table, writes it to files, and does what was asked about the committed counts.
pub(crate) fn instructions(options: &Options) -> Result<Verdict> {
    let Options { servers, check, write } = options;
    // What is committed are the counts of the product: peers would only take time, and an optimised build of this program.
    let with_peers = !(*check || *write);
    ensure!(!(with_peers && cfg!(debug_assertions)), "the peers are not optimised: build with --release");
    ensure!(with_peers || !servers.is_empty(), "--check and --write need a --server");
    let (environment, callgrind) = (Environment::detect()?, Callgrind::find()?);
    let subjects = subjects(servers, with_peers)?;
    let counts = count(&callgrind, &subjects)?;
    let operations = OPERATIONS.iter().map(|operation| side_by_side(operation.scenario, &counts)).collect();
    let report = Report { environment, valgrind: callgrind.version, operations };
    io::stdout().write_all(report.write()?.as_bytes())?;
    if *check {
        baseline::check(&of_the_product(&counts))?;
    }
    if *write {
        baseline::write(&of_the_product(&counts))?;
    }
    Ok(Verdict::Conclusive)
}

/// A server whose instructions are counted.
struct Subject {
    command: ServerCommand,
    form: Form,
}

/// The kind of server.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Peer(Peer),
    Product,
}

/// The instructions of one server for one request.
struct Count<'a> {
    scenario: &'static Scenario,
    subject: &'a Subject,
    instructions: u64,
}

/// The peers if wanted, then the builds of the product, each as it comes and with every layer on.
fn subjects(servers: &[String], with_peers: bool) -> Result<Vec<Subject>> {
    let program = env::current_exe()?;
    let peer = |peer: &Peer| Subject { command: peer_command(&program, *peer), form: Form::Peer(*peer) };
    let mut subjects = Vec::new();
    if with_peers {
        subjects.extend(Peer::value_variants().iter().map(peer));
    }
    for server in servers {
        let plain = product_command(server)?;
        let layered = every_layer(&plain);
        subjects.extend([plain, layered].map(|command| Subject { command, form: Form::Product }));
    }
    ensure_distinct(subjects.iter().map(|subject| subject.command.name.as_str()))?;
    Ok(subjects)
}

/// Every request to every server that has it, as many at once as there are cores.
fn count<'a>(callgrind: &Callgrind, subjects: &'a [Subject]) -> Result<Vec<Count<'a>>> {
    let requests = OPERATIONS.iter().flat_map(|operation| {
        let has_it = |subject: &&Subject| match subject.form {
            Form::Peer(peer) => (operation.offered_by)(peer),
            Form::Product => true,
        };
        subjects.iter().filter(has_it).map(|subject| (operation.scenario, subject))
    });
    let count = |(scenario, subject): (&'static Scenario, &'a Subject)| {
        let title = format!("{}: {}", scenario.name, subject.command.name);
        progress(&title);
        let instructions = callgrind.per_request(&subject.command, scenario).context(title)?;
        Ok(Count { scenario, subject, instructions })
    };
    requests.collect::<Vec<_>>().into_par_iter().map(count).collect()
}

fn side_by_side(scenario: &Scenario, counts: &[Count<'_>]) -> OperationReport {
    let of_it = || counts.iter().filter(|count| count.scenario.name == scenario.name);
    let baseline = of_it().find(|count| count.subject.form == Form::Peer(BASELINE));
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53")]
    let ratio = |count: &Count<'_>| baseline.map(|baseline| count.instructions as f64 / baseline.instructions as f64);
    let server = |count: &Count<'_>| ServerReport {
        server: count.subject.command.name.clone(),
        instructions: count.instructions,
        ratio: ratio(count),
    };
    OperationReport { name: scenario.name, servers: of_it().map(server).collect() }
}

/// By the names of request and build.
fn of_the_product(counts: &[Count<'_>]) -> Counts {
    let own = counts.iter().filter(|count| count.subject.form == Form::Product);
    own.map(|count| (format!("{}: {}", count.scenario.name, count.subject.command.name), count.instructions)).collect()
}
