//! The limit on open files. Each connection is an open file.

use rustix::process::{Resource, getrlimit, setrlimit};
use tracing::warn;

/// Open files other than connections: the listener, the log, and those of the runtime.
const OTHERS: u64 = 32;

/// Raises the limit as far as possible, and logs a warning if it is still too low for `max_connections`.
///
/// A process often starts with a limit of 1024, for programs that use `select`. The system allows more, up to the hard
/// limit.
pub(crate) fn provide_for(max_connections: usize) {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // If this fails, the warning below says so.
    let _ = setrlimit(Resource::Nofile, limit);
    let wanted = u64::try_from(max_connections).unwrap_or(u64::MAX).saturating_add(OTHERS);
    // `None` is unlimited.
    if let Some(allowed) = getrlimit(Resource::Nofile).current.filter(|allowed| *allowed < wanted) {
        warn!(allowed, wanted, "the limit of open files is too low for SIM_MAX_CONNECTIONS");
    }
}
