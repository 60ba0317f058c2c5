//! The version and the commit of the process.

/// The version of the package.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit: `SIM_REVISION` at build time, or else what git says of a release build's checkout.
pub const REVISION: &str = match option_env!("SIM_REVISION") {
    Some(revision) if is_plausible(revision.as_bytes()) => revision,
    Some(_) => panic!("SIM_REVISION is 1 to 64 letters, digits and -_.+"),
    None => "unknown",
};

/// Whether it is safe in a label, in JSON and in a line of text without escaping.
const fn is_plausible(revision: &[u8]) -> bool {
    let mut index = 0;
    while index < revision.len() {
        if !revision[index].is_ascii_alphanumeric() && !matches!(revision[index], b'-' | b'_' | b'.' | b'+') {
            return false;
        }
        index += 1;
    }
    1 <= index && index <= 64
}

#[cfg(test)]
mod tests {
    use super::is_plausible;

    #[test]
    fn a_revision_can_stand_in_a_label_in_json_and_in_a_line() {
        let (longest, too_long) = ("f".repeat(64), "f".repeat(65));
        for revision in ["unknown", "v0.1.0-3-gc4ca423-dirty", "1.0+build_7", &longest] {
            assert!(is_plausible(revision.as_bytes()), "{revision}");
        }
        for revision in ["", "two words", "a\"b", "a\\b", "a$b", "a\nb", "é", &too_long] {
            assert!(!is_plausible(revision.as_bytes()), "{revision}");
        }
    }
}
