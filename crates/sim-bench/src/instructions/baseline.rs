//! The committed counts, and how far from them a change may end up.

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};

/// Instructions a request, by what was asked of which form of the product.
pub(super) type Counts = BTreeMap<String, u64>;

/// A change beyond this range is not noise. A new compiler or C library must not change the counts unnoticed.
fn allowed(baseline: u64) -> RangeInclusive<u64> {
    let margin = baseline / 20;
    baseline - margin..=baseline + margin
}

/// Fails on every count that is not where the committed ones say.
pub(super) fn check(counts: &Counts) -> Result<()> {
    ensure!(cfg!(target_arch = "x86_64"), "the committed counts are those of x86-64");
    let path = path();
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let baseline: Counts = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let findings = findings(&baseline, counts);
    ensure!(findings.is_empty(), "instructions a request, against {}:\n{}", path.display(), findings.join("\n"));
    Ok(())
}

/// Makes these the counts to commit.
pub(super) fn write(counts: &Counts) -> Result<()> {
    let path = path();
    let text = serde_json::to_string_pretty(counts)? + "\n";
    fs::write(&path, text).with_context(|| path.display().to_string())
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("instructions.json")
}

fn findings(baseline: &Counts, counts: &Counts) -> Vec<String> {
    let measured = counts.iter().filter_map(|(name, count)| match baseline.get(name) {
        Some(baseline) => finding(name, *count, *baseline),
        None => Some(format!("{name}: {count}, without a baseline: commit one with --write")),
    });
    let gone = baseline.keys().filter(|name| !counts.contains_key(*name));
    measured.chain(gone.map(|name| format!("{name}: has a baseline but is not measured: --write removes it"))).collect()
}

fn finding(name: &str, count: u64, baseline: u64) -> Option<String> {
    let allowed = allowed(baseline);
    let (where_to, advice) = match count {
        _ if allowed.contains(&count) => return None,
        _ if count > *allowed.end() => ("above", "find out why; where it is meant, commit it with --write"),
        _ => ("below", "commit the gain with --write, so that nobody loses it unnoticed"),
    };
    let (least, most) = allowed.into_inner();
    Some(format!("{name}: {count}, {where_to} the {least} to {most} around the baseline of {baseline}: {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(of: &[(&str, u64)]) -> Counts {
        of.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
    }

    #[test]
    fn five_percent_up_or_down_are_allowed() {
        let baseline = counts(&[("a", 2000), ("b", 2000), ("c", 2000)]);
        assert_eq!(findings(&baseline, &counts(&[("a", 1900), ("b", 2000), ("c", 2100)])), Vec::<String>::new());
    }

    #[test]
    fn more_is_a_finding_that_names_operation_count_range_and_baseline() {
        let findings = findings(&counts(&[("GET /", 2000)]), &counts(&[("GET /", 2101)]));
        let expected = "GET /: 2101, above the 1900 to 2100 around the baseline of 2000: ";
        assert!(findings.len() == 1 && findings[0].starts_with(expected), "{findings:?}");
    }

    #[test]
    fn less_is_a_finding_that_says_how_to_keep_the_gain() {
        let findings = findings(&counts(&[("GET /", 2000)]), &counts(&[("GET /", 1899)]));
        let expected = "GET /: 1899, below the 1900 to 2100 around the baseline of 2000: commit the gain with --write";
        assert!(findings.len() == 1 && findings[0].starts_with(expected), "{findings:?}");
    }

    #[test]
    fn an_operation_without_baseline_is_a_finding() {
        let findings = findings(&counts(&[]), &counts(&[("GET /new", 7)]));
        assert!(findings.len() == 1 && findings[0].starts_with("GET /new: 7, without a baseline"), "{findings:?}");
    }

    #[test]
    fn a_baseline_without_operation_is_a_finding() {
        let findings = findings(&counts(&[("GET /old", 7)]), &counts(&[]));
        assert!(findings.len() == 1 && findings[0].starts_with("GET /old: has a baseline"), "{findings:?}");
    }
}
