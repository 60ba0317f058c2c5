use serde_json::value::RawValue;

use super::NodeId;
use crate::{
    Context, Violation,
    compile::{CompileError, Compiler, Source},
    echo::Input,
    level,
    path::Path,
    value::Value,
    walk::Walk,
};

/// A list of values of one schema.
#[derive(Debug)]
pub(crate) struct Array {
    items: NodeId,
    length: Length,
}

/// How many items a list or a map may have.
#[derive(Debug)]
pub(super) struct Length {
    pub(super) least: usize,
    pub(super) greatest: usize,
}

impl Array {
    pub(super) fn compile<'c>(compiler: &mut Compiler<'c>, source: &Source<'c>) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable", "items", "minItems", "maxItems"])?;
        let items = source.child("items").ok_or_else(|| source.refuse("an array needs `items`"))?;
        let length = Length::compile(source, "minItems", "maxItems")?;
        Ok(Self { items: compiler.node(items)?, length })
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        let Some(elements) = level::elements(json) else {
            return walk.refuse(path, Input::Json(json), || {
                Violation::new("list_type", vec![], "Input should be a valid list")
            });
        };
        // What is beyond the limit is only counted.
        let allowed = elements.iter().take(self.length.greatest).enumerate();
        let read = allowed.map(|(index, element)| walk.read(self.items, element, &Path::Index(path, index))).collect();
        self.length.check(walk, "List", elements.len(), path);
        Value::Array(read)
    }
}

impl Length {
    pub(super) fn compile(source: &Source, least: &str, greatest: &str) -> Result<Self, CompileError> {
        let length = Self {
            least: source.length(least)?.unwrap_or(0),
            greatest: source.length(greatest)?.unwrap_or(usize::MAX),
        };
        if length.least > length.greatest {
            return Err(source.refuse(format!("`{least}` is more than `{greatest}`")));
        }
        Ok(length)
    }

    /// Notes a wrong length. The value itself is not quoted: it may be as long as the text.
    pub(super) fn check(&self, walk: &mut Walk, noun: &str, length: usize, path: &Path) {
        let number = |number: usize| i64::try_from(number).ok();
        let context = Context { actual_length: number(length), ..Context::default() };
        let (kind, bound, limit, context) = if length < self.least {
            ("too_short", "at least", self.least, Context { min_length: number(self.least), ..context })
        } else if length > self.greatest {
            ("too_long", "at most", self.greatest, Context { max_length: number(self.greatest), ..context })
        } else {
            return;
        };
        walk.refuse(path, Input::Nothing, || {
            let items = if limit == 1 { "item" } else { "items" };
            let message = format!("{noun} should have {bound} {limit} {items} after validation, not {length}");
            Violation::new(kind, vec![], message).with_context(context)
        });
    }
}
