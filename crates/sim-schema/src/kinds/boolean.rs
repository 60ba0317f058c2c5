use serde_json::value::RawValue;

use crate::{
    Violation,
    compile::{CompileError, Source},
    echo::Input,
    path::Path,
    value::Value,
    walk::Walk,
};

/// A boolean.
#[derive(Debug)]
pub(crate) struct Boolean;

impl Boolean {
    pub(super) fn compile(source: &Source) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable"])?;
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "as every kind")]
    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        match json.get() {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => walk.refuse(path, Input::Json(json), || {
                Violation::new("bool_type", vec![], "Input should be a valid boolean")
            }),
        }
    }

    #[expect(clippy::unused_self, reason = "as every kind")]
    pub(crate) fn read_text<'a>(&self, walk: &mut Walk<'a>, text: &str, path: &Path) -> Value<'a> {
        match text {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            _ => walk.refuse(path, Input::Text(text), || {
                let message = "Input should be a valid boolean, unable to interpret input";
                Violation::new("bool_parsing", vec![], message)
            }),
        }
    }
}
