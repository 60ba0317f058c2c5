//! Tells the process its commit if the build does not: `SIM_REVISION`, or what git says.

use std::process::Command;

fn main() {
    println!("cargo::rerun-if-env-changed=SIM_REVISION");
    let is_set = std::env::var_os("SIM_REVISION").is_some();
    // A debug build stays `unknown`, so that a commit does not rebuild it.
    let is_release = std::env::var_os("PROFILE").is_some_and(|profile| profile == "release");
    if is_set || !is_release {
        return;
    }
    // The commit only: cargo would not notice when the tree gets or loses changes.
    let Some(commit) = git(&["rev-parse", "HEAD"]) else { return };
    println!("cargo::rustc-env=SIM_REVISION={commit}");
    for file in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", file]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
}

/// The first line that git prints; `None` without git or without a repository.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().next().map(str::to_owned)
}
