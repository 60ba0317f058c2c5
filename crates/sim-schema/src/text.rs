//! From the bytes of a text to one JSON value, or the place where it stops being JSON.

use serde_json::value::{RawValue, to_raw_value};

use crate::{Context, Location, Violation};

/// How deep arrays and objects may nest: what most parsers of other languages still read.
pub(crate) const MAX_DEPTH: usize = 128;

/// RFC 8259 lets a reader skip it.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a JSON text in UTF-8.
///
/// # Errors
///
/// The one that made the text unreadable.
pub(crate) fn parse<'a>(bytes: &'a [u8], part: &'static str) -> Result<&'a RawValue, Box<Violation>> {
    let (mark, text) = match bytes.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => (BYTE_ORDER_MARK.len(), text),
        None => (0, bytes),
    };
    if text.is_empty() {
        let mut missing = Violation::new("missing", vec![part.into()], "Field required");
        missing.input = to_raw_value(&()).ok();
        return Err(Box::new(missing));
    }
    let invalid = |position, reason: &str| Box::new(json_invalid(part, mark + position, reason.to_owned()));
    let text =
        std::str::from_utf8(text).map_err(|error| invalid(error.valid_up_to(), "the text is not valid UTF-8"))?;
    let parsed = serde_json::from_str(text).map_err(|error| syntax(text, &error));
    let not_json = parsed.as_ref().err().map_or(text.len(), |(position, _)| *position);
    if let Some(position) = too_deep(text).filter(|position| *position < not_json) {
        return Err(invalid(position, "arrays and objects nest deeper than 128 levels"));
    }
    parsed.map_err(|(position, reason)| invalid(position, &reason))
}

/// Where a text opens one level too many, if it is JSON up to there.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut bytes = text.bytes().enumerate();
    while let Some((position, byte)) = bytes.next() {
        match byte {
            b'[' | b'{' if depth == MAX_DEPTH => return Some(position),
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some((_, byte)) = bytes.next().filter(|(_, byte)| *byte != b'"') {
                    if byte == b'\\' {
                        bytes.next();
                    }
                }
            }
            _ => {}
        }
    }
    None
}

/// Where a text stops being JSON, which is its end where more of it is expected, and why, in the words of `serde_json`.
fn syntax(text: &str, error: &serde_json::Error) -> (usize, String) {
    let message = error.to_string();
    let reason = message.rfind(" at line ").map_or(message.as_str(), |end| &message[..end]);
    if error.is_eof() {
        return (text.len(), reason.to_owned());
    }
    // A number that the end of the text cuts off is reported one byte early. The space changes no other error.
    let padded = format!("{text} ");
    let error = serde_json::from_str::<&RawValue>(&padded).err();
    let (line, column) = error.map_or((0, 0), |error| (error.line(), error.column()));
    let lines_before: usize = padded.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    // The column counts the bytes of the line up to and including the one that cannot be, where that is not a control
    // character.
    let included = usize::from(!reason.starts_with("control character"));
    ((lines_before + column).saturating_sub(included), reason.to_owned())
}

fn json_invalid(part: &'static str, position: usize, error: String) -> Violation {
    let position = Location::Position(i64::try_from(position).unwrap_or(i64::MAX));
    let mut invalid = Violation::new("json_invalid", vec![part.into(), position], "JSON decode error");
    // FastAPI quotes an empty object.
    invalid.input = RawValue::from_string("{}".to_owned()).ok();
    invalid.with_context(Context { error: Some(error), ..Context::default() })
}

#[cfg(test)]
mod tests;
