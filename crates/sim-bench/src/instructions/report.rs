//! The counts side by side, as JSON and as Markdown.

use anyhow::Result;
use serde::Serialize;

use super::callgrind::REQUESTS;
use crate::environment::Environment;
use crate::markdown::table;
use crate::report::save;

/// The results of a run.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) environment: Environment,
    /// The version of valgrind.
    pub(super) valgrind: String,
    pub(super) operations: Vec<OperationReport>,
}

/// One request, side by side.
#[derive(Debug, Serialize)]
pub(super) struct OperationReport {
    pub(super) name: &'static str,
    pub(super) servers: Vec<ServerReport>,
}

/// The instructions of each server for it.
#[derive(Debug, Serialize)]
pub(super) struct ServerReport {
    pub(super) server: String,
    pub(super) instructions: u64,
    /// Relative to raw hyper, where that has the operation.
    pub(super) ratio: Option<f64>,
}

impl Report {
    /// Writes the report as JSON and as Markdown, and gives the latter.
    pub(super) fn write(&self) -> Result<String> {
        let markdown = self.markdown();
        save("instructions.md", &markdown)?;
        save("instructions.json", &serde_json::to_string_pretty(self)?)?;
        Ok(markdown)
    }

    fn markdown(&self) -> String {
        let Self { environment, valgrind, operations } = self;
        let mut sections = vec![format!(
            "{environment}; {valgrind}\n\n\
             User-space instructions of a request: mean of {REQUESTS}, one after the other on one connection, one worker"
        )];
        sections.extend(operations.iter().map(OperationReport::markdown));
        sections.join("\n\n") + "\n"
    }
}

impl OperationReport {
    fn markdown(&self) -> String {
        let rows = self.servers.iter().map(|row| {
            let ratio = row.ratio.map_or_else(String::new, |ratio| format!("**{ratio:.3}**"));
            vec![row.server.clone(), row.instructions.to_string(), ratio]
        });
        format!(
            "### {}\n\n{}",
            self.name,
            table(&["server", "instructions/request", "ratio to hyper"], rows).trim_end()
        )
    }
}
