use std::{borrow::Cow, collections::BTreeSet};

use serde_json::{Value as Json, value::RawValue};

use super::{NodeId, object::not_an_object};
use crate::{
    Context, Violation,
    compile::{CompileError, Compiler, Source},
    echo::Input,
    level::{self, Key, Member},
    path::{Path, cut},
    value::Value,
    walk::Walk,
};

/// One of several objects, told apart by a string that each has under the same name.
#[derive(Debug)]
pub(crate) struct Union {
    discriminator: String,
    members: Vec<(String, NodeId)>,
    /// The tags in words.
    expected: String,
}

impl Union {
    pub(super) fn compile<'c>(compiler: &mut Compiler<'c>, source: &Source<'c>) -> Result<Self, CompileError> {
        source.allow(&["nullable", "oneOf", "discriminator"])?;
        let discriminator = source.child("discriminator");
        let discriminator = discriminator.ok_or_else(|| source.refuse("`oneOf` needs a `discriminator`"))?;
        discriminator.allow(&["propertyName", "mapping"])?;
        let property = discriminator.text("propertyName")?;
        let property = property.ok_or_else(|| discriminator.refuse("`propertyName` is missing"))?;
        let mapping = discriminator.get("mapping").and_then(Json::as_object);
        let mapping = mapping.ok_or_else(|| discriminator.refuse("`mapping` is missing"))?;
        let mut references = BTreeSet::new();
        let mut members = Vec::with_capacity(mapping.len());
        for (tag, reference) in mapping {
            let schema = source.alternative(reference);
            let member = schema.ok_or_else(|| discriminator.refuse(format!("`mapping` of {tag} is not in `oneOf`")))?;
            check_tag(compiler, &member, property, tag)?;
            references.insert(reference.to_string());
            members.push((tag.clone(), compiler.node(member)?));
        }
        let alternatives = source.get("oneOf").and_then(Json::as_array).map_or(0, Vec::len);
        if references.len() != alternatives || members.len() != alternatives {
            return Err(source.refuse("`mapping` does not name each of `oneOf` once"));
        }
        let tags: Vec<_> = members.iter().map(|(tag, _)| format!("'{tag}'")).collect();
        Ok(Self { discriminator: property.to_owned(), members, expected: tags.join(", ") })
    }

    pub(crate) fn read<'a>(&self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        let Some(members) = level::members(json) else {
            return walk.refuse(path, Input::Json(json), not_an_object);
        };
        let Some(tag) = self.tag(&members) else {
            return walk.refuse(path, Input::Json(json), || self.tag_not_found());
        };
        let name = level::string(tag);
        let known = name.and_then(|name| self.members.iter().find(|(tag, _)| *tag == name));
        match known {
            Some((_, node)) => walk.read_members(*node, json, members, path),
            None => walk.refuse(path, Input::Json(json), || self.tag_invalid(tag)),
        }
    }

    /// The value under the name of the tag; of a repeated name the last.
    fn tag<'a>(&self, members: &[Member<'a>]) -> Option<&'a RawValue> {
        members.iter().rev().find(|(key, _)| key.is(&self.discriminator)).map(|(_, value)| *value)
    }

    fn context(&self) -> Context {
        Context { discriminator: Some(format!("'{}'", self.discriminator)), ..Context::default() }
    }

    fn tag_not_found(&self) -> Violation {
        let message = format!("Unable to extract tag using discriminator '{}'", self.discriminator);
        Violation::new("union_tag_not_found", vec![], message).with_context(self.context())
    }

    fn tag_invalid(&self, tag: &RawValue) -> Violation {
        let text = serde_json::from_str::<Key>(tag.get()).map_or_else(|_| Cow::Borrowed(tag.get()), |tag| tag.text);
        let text = cut(&text);
        let message = format!(
            "Input tag '{text}' found using '{}' does not match any of the expected tags: {}",
            self.discriminator, self.expected
        );
        let (tag, expected_tags) = (Some(text.into_owned()), Some(self.expected.clone()));
        let context = Context { tag, expected_tags, ..self.context() };
        Violation::new("union_tag_invalid", vec![], message).with_context(context)
    }
}

/// Refuses a member that does not require its tag, and no other: `oneOf` would mean something else than the tag does.
fn check_tag<'c>(compiler: &Compiler<'c>, member: &Source<'c>, property: &str, tag: &str) -> Result<(), CompileError> {
    let member = compiler.resolve(member.clone())?.source;
    if member.get("type").and_then(Json::as_str) != Some("object") || member.get("nullable").is_some() {
        return Err(member.refuse("a member of a union is no object"));
    }
    if !member.names("required")?.contains(&property) {
        return Err(member.refuse(format!("a member of a union does not require {property}")));
    }
    let schema = &member.schema["properties"][property];
    let source = Source { place: format!("{}/properties/{property}", member.place), schema };
    let source = compiler.resolve(source)?.source;
    let is_tag = match (source.get("enum").and_then(Json::as_array), source.get("const")) {
        (Some(values), None) => *values == [tag],
        (None, Some(value)) => value == tag,
        _ => false,
    };
    if is_tag { Ok(()) } else { Err(source.refuse(format!("the tag of a member of a union is not '{tag}' alone"))) }
}
