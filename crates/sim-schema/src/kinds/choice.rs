use std::borrow::Cow;

use serde_json::{Value as Json, value::RawValue};

use crate::{
    Context, Violation,
    compile::{CompileError, Source},
    echo::Input,
    level,
    path::Path,
    value::Value,
    walk::Walk,
};

/// One of some strings: an `enum` or a `const`.
#[derive(Debug)]
pub(crate) struct Choice {
    kind: &'static str,
    values: Vec<String>,
    /// The values in words.
    expected: String,
}

impl Choice {
    pub(super) fn compile(source: &Source) -> Result<Self, CompileError> {
        let (kind, keyword, values) = match (source.get("enum"), source.get("const")) {
            (Some(Json::Array(values)), None) => ("enum", "enum", values.as_slice()),
            (None, Some(value)) => ("literal_error", "const", std::slice::from_ref(value)),
            (Some(_), Some(_)) => return Err(source.refuse("`const` beside `enum` is not enforced")),
            _ => return Err(source.refuse("`enum` is no list")),
        };
        source.allow(&["type", "nullable", keyword])?;
        let values: Option<Vec<_>> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
        let values = values.filter(|values| !values.is_empty());
        let values =
            values.ok_or_else(|| source.refuse(format!("`{keyword}` of what are no strings is not enforced")))?;
        let expected = in_words(&values);
        Ok(Self { kind, values, expected })
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        match level::string(json) {
            Some(text) => self.read_text(walk, text, Input::Json(json), path),
            None => walk.refuse(path, Input::Json(json), || self.violation()),
        }
    }

    pub(crate) fn read_text<'a>(
        &self,
        walk: &mut Walk<'a>,
        text: Cow<'a, str>,
        input: Input,
        path: &Path,
    ) -> Value<'a> {
        if self.values.iter().any(|value| *value == text) {
            Value::String(text)
        } else {
            walk.refuse(path, input, || self.violation())
        }
    }

    fn violation(&self) -> Violation {
        let context = Context { expected: Some(self.expected.clone()), ..Context::default() };
        Violation::new(self.kind, vec![], format!("Input should be {}", self.expected)).with_context(context)
    }
}

/// `'a', 'b' or 'c'`.
fn in_words(values: &[String]) -> String {
    let quoted: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
    match quoted.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        all => all.concat(),
    }
}
