//! `sim-server keygen`: prints a new API key.

use anyhow::{Context, Result};

use super::print;

/// 192 bits, half as many again as a key must have.
const KEY_WORDS: usize = 3;

/// Prints a new key.
pub(super) fn run() -> Result<()> {
    print(&format!("{}\n", generate()?)).context("cannot print the key")
}

/// A new key from the operating system's random generator.
///
/// It has only hexadecimal digits, which need no quoting in a shell, a URL or the list of keys.
///
/// # Errors
///
/// If the system's random generator fails.
fn generate() -> Result<String> {
    let word = || getrandom::u64().map(|word| format!("{word:016x}")).context("cannot draw a key");
    (0..KEY_WORDS).map(|_| word()).collect()
}
