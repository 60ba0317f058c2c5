//! The limit of open files, of which each connection is one.

use rustix::process::{Resource, getrlimit, setrlimit};
use tracing::warn;

/// What the process has open besides connections: the listener, the log, the runtime's own.
const OTHERS: u64 = 32;

/// Raises the limit as far as it goes, and says so where the connections that the settings allow still exceed it.
///
/// The limit that a process is started with is often 1024, for the sake of programs that use `select`; what the system
/// really allows is the greater, hard limit.
pub(crate) fn provide_for(max_connections: usize) {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // What cannot be raised is told below.
    let _ = setrlimit(Resource::Nofile, limit);
    let wanted = u64::try_from(max_connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    // No limit is one without end.
    if let Some(allowed) = getrlimit(Resource::Nofile).current.filter(|allowed| *allowed < wanted) {
        warn!(allowed, wanted, "the limit of open files is too low for SIM_MAX_CONNECTIONS");
    }
}
