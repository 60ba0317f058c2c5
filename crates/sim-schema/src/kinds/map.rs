use serde_json::value::RawValue;

use super::{NodeId, array::Length, string::no_text};
use crate::{
    Violation,
    compile::{CompileError, Compiler, Source},
    echo::Input,
    level::{self, Key},
    path::Path,
    value::Value,
    walk::Walk,
};

/// Any names, each with a value of one schema.
#[derive(Debug)]
pub(crate) struct Map {
    /// The schema of the names, which is of a string.
    names: Option<NodeId>,
    values: NodeId,
    length: Length,
}

impl Map {
    pub(super) fn compile<'c>(compiler: &mut Compiler<'c>, source: &Source<'c>) -> Result<Self, CompileError> {
        source.allow(&[
            "type",
            "nullable",
            "additionalProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        ])?;
        let values = source.child("additionalProperties").filter(|values| values.schema.is_object());
        let values = values
            .ok_or_else(|| source.refuse("an object needs `properties`, or a schema as its `additionalProperties`"))?;
        let names = source.child("propertyNames").map(|names| compiler.name(names)).transpose()?;
        let length = Length::compile(source, "minProperties", "maxProperties")?;
        Ok(Self { names, values: compiler.node(values)?, length })
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        let Some(members) = level::members(json) else {
            return walk.refuse(path, Input::Json(json), || {
                Violation::new("dict_type", vec![], "Input should be a valid dictionary")
            });
        };
        let members = level::distinct(members);
        let count = members.len();
        let mut fields = Vec::with_capacity(count.min(self.length.greatest));
        // What is beyond the limit is only counted.
        for (name, value) in members.into_iter().take(self.length.greatest) {
            let field = Path::Field(path, &name.text);
            self.read_name(walk, &name, &field);
            let value = walk.read(self.values, value, &field);
            fields.push((name.text, value));
        }
        self.length.check(walk, "Dictionary", count, path);
        Value::Object(fields)
    }

    fn read_name(&self, walk: &mut Walk, name: &Key, field: &Path) {
        // As pydantic has it: what follows the name tells a wrong name from a wrong value.
        let path = Path::Field(field, "[key]");
        if !name.is_text {
            walk.refuse(&path, Input::Nothing, no_text);
        } else if let Some(names) = self.names {
            walk.check_text(names, &name.text, &path);
        }
    }
}
