//! The canonical form of a model and its digest.
//!
//! The canonical form is the model as JSON by RFC 8785 ("JSON Canonicalization Scheme"): fields and entries in the order of
//! their names, no spaces, numbers as ECMAScript writes them. Fields that have their default value are left out. So a field
//! that is added later, with a default, changes the digest of no model that does not use it.

use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::model::Model;

/// SHA-256 of the canonical form, as 64 lower-case hexadecimal digits.
pub(crate) fn digest(model: &Model) -> String {
    let digest = Sha256::digest(model.canonical_form());
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl Model {
    /// The model as JSON in the one form from which its digest is computed.
    ///
    /// ```
    /// let spelling = r#"{"outputs": {"x": {}}, "inputs": {"x": {"sd": 1.0, "mean": 0, "kind": "normal"}}}"#;
    /// let model: sim_model::Model = serde_json::from_str(spelling).unwrap();
    /// let canonical = r#"{"inputs":{"x":{"kind":"normal","mean":0,"sd":1}},"outputs":{"x":{}}}"#;
    /// assert_eq!(model.canonical_form(), canonical);
    /// ```
    #[must_use]
    pub fn canonical_form(&self) -> String {
        let mut text = String::new();
        // Maps have strings as keys, and numbers that are not finite become null: neither fails.
        write(&serde_json::to_value(self).unwrap_or_default(), &mut text);
        text
    }
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            // The order of a map of serde_json depends on its features.
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            text.push('{');
            for (place, (name, value)) in fields.into_iter().enumerate() {
                separate(place, text);
                string(name, text);
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(values) => {
            text.push('[');
            for (place, value) in values.iter().enumerate() {
                separate(place, text);
                write(value, text);
            }
            text.push(']');
        }
        Value::Number(value) => number(value.as_f64().unwrap_or_default(), text),
        Value::String(value) => string(value, text),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Null => text.push_str("null"),
    }
}

fn separate(place: usize, text: &mut String) {
    if place > 0 {
        text.push(',');
    }
}

/// Escapes what JSON must escape, as RFC 8785 does.
fn string(value: &str, text: &mut String) {
    text.push('"');
    for character in value.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            // Writing to a string cannot fail.
            '\0'..='\u{1f}' => drop(write!(text, "\\u{:04x}", u32::from(character))),
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// The shortest digits that read back to the same double; with an exponent below 10^-6 and from 10^21 on.
fn number(value: f64, text: &mut String) {
    // 0 of -0.
    let (value, magnitude) = (value + 0.0, value.abs());
    if magnitude == 0.0 || (1e-6..1e21).contains(&magnitude) {
        text.push_str(&value.to_string());
    } else if magnitude < 1.0 {
        // Writing to a string cannot fail.
        let _ = write!(text, "{value:e}");
    } else {
        text.push_str(&format!("{value:e}").replace('e', "e+"));
    }
}

#[cfg(test)]
mod tests {
    use super::number;
    use crate::model::Model;

    fn digest(spelling: &str) -> String {
        serde_json::from_str::<Model>(spelling).unwrap().check().unwrap().digest().to_owned()
    }

    // The numbers of RFC 8785, appendix B.
    #[test]
    fn numbers_are_those_of_the_rfc() {
        for (bits, expected) in [
            (0x8000_0000_0000_0000, "0"),
            (0x0000_0000_0000_0001, "5e-324"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
            (0x4340_0000_0000_0000, "9007199254740992"),
            (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"),
            (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"),
        ] {
            let mut text = String::new();
            number(f64::from_bits(bits), &mut text);
            assert_eq!(text, expected);
        }
    }

    #[test]
    fn another_spelling_has_the_same_digest() {
        let one = r#"{"inputs":{"x":{"kind":"normal","mean":0,"sd":1}},"outputs":{"x":{}}}"#;
        let other = r#"{ "outputs": {"x": {"quantiles": [5e-2, 0.25, 0.50, 0.75, 0.95], "thresholds": []}}, "constants": {},
            "inputs": {"x": {"sd": 1.0, "mean": -0.0, "kind": "normal"}}, "invalid": "refuse"}"#;
        assert_eq!(digest(one), digest(other));
    }

    #[test]
    fn another_model_has_another_digest() {
        let one = r#"{"inputs":{"x":{"kind":"normal","mean":0,"sd":1}},"outputs":{"x":{}}}"#;
        let other = r#"{"inputs":{"x":{"kind":"normal","mean":0,"sd":1.0000000000000002}},"outputs":{"x":{}}}"#;
        assert_ne!(digest(one), digest(other));
    }
}
