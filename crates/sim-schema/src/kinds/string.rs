use std::borrow::Cow;

use serde_json::value::RawValue;

use super::pattern::Pattern;
use crate::{
    Context, Violation,
    compile::{CompileError, Source},
    echo::Input,
    level,
    path::Path,
    value::Value,
    walk::Walk,
};

/// A string, whose length counts Unicode code points.
#[derive(Debug)]
pub(crate) struct Text {
    min_length: usize,
    max_length: usize,
    pattern: Option<Pattern>,
}

impl Text {
    pub(super) fn compile(source: &Source) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable", "minLength", "maxLength", "pattern"])?;
        let pattern = source.text("pattern")?.map(Pattern::compile).transpose();
        Ok(Self {
            min_length: source.length("minLength")?.unwrap_or(0),
            max_length: source.length("maxLength")?.unwrap_or(usize::MAX),
            pattern: pattern.map_err(|reason| source.refuse(format!("`pattern`: {reason}")))?,
        })
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        match level::string(json) {
            Some(text) => self.read_text(walk, text, Input::Json(json), path),
            None => walk.refuse(path, Input::Json(json), || no_string(json)),
        }
    }

    pub(crate) fn read_text<'a>(
        &self,
        walk: &mut Walk<'a>,
        text: Cow<'a, str>,
        input: Input,
        path: &Path,
    ) -> Value<'a> {
        match self.violation(&text) {
            Some(violation) => walk.refuse(path, input, || violation),
            None => Value::String(text),
        }
    }

    fn violation(&self, text: &str) -> Option<Violation> {
        let of_length = |kind, bound, limit: usize, context| {
            let noun = if limit == 1 { "character" } else { "characters" };
            let message = format!("String should have {bound} {limit} {noun}");
            Some(Violation::new(kind, vec![], message).with_context(context))
        };
        // No text has more characters than bytes.
        let length = if text.len() < self.min_length { text.len() } else { text.chars().count() };
        if length < self.min_length {
            let context = Context { min_length: i64::try_from(self.min_length).ok(), ..Context::default() };
            return of_length("string_too_short", "at least", self.min_length, context);
        }
        if length > self.max_length {
            let context = Context { max_length: i64::try_from(self.max_length).ok(), ..Context::default() };
            return of_length("string_too_long", "at most", self.max_length, context);
        }
        let pattern = self.pattern.as_ref().filter(|pattern| !pattern.matches(text))?;
        let message = format!("String should match pattern '{}'", pattern.as_str());
        let context = Context { pattern: Some(pattern.as_str().to_owned()), ..Context::default() };
        Some(Violation::new("string_pattern_mismatch", vec![], message).with_context(context))
    }
}

/// What is wrong with a value that is no string.
fn no_string(json: &RawValue) -> Violation {
    if json.get().starts_with('"') {
        no_text()
    } else {
        Violation::new("string_type", vec![], "Input should be a valid string")
    }
}

/// What is wrong with a string that has half of a surrogate pair.
pub(super) fn no_text() -> Violation {
    let message = "Input should be a valid string, unable to parse raw data as a unicode string";
    Violation::new("string_unicode", vec![], message)
}
