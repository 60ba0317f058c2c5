use std::{borrow::Cow, collections::HashMap, mem};

use serde_json::value::RawValue;

use super::NodeId;
use crate::{
    Context, Violation,
    compile::{CompileError, Compiler, Source},
    echo::Input,
    level::{self, Member},
    path::{MAX_NAME, Path},
    text::MAX_DEPTH,
    value::Value,
    walk::Walk,
};

/// An object with known properties.
#[derive(Debug)]
pub(crate) struct Object {
    properties: Vec<Property>,
    places: HashMap<String, usize>,
    /// Whether other fields are refused.
    closed: bool,
}

#[derive(Debug)]
struct Property {
    name: String,
    node: NodeId,
    required: bool,
    /// What stands for the property where it is absent.
    default: Option<Box<RawValue>>,
}

impl Object {
    pub(super) fn compile<'c>(compiler: &mut Compiler<'c>, source: &Source<'c>) -> Result<Self, CompileError> {
        source.allow(&["type", "nullable", "required", "properties", "additionalProperties"])?;
        let closed = match source.get("additionalProperties") {
            None => false,
            Some(additional) => !additional.as_bool().ok_or_else(|| {
                source.refuse("`additionalProperties` beside `properties` is enforced only as a boolean")
            })?,
        };
        let published = source.get("properties").and_then(|properties| properties.as_object());
        let published = published.ok_or_else(|| source.refuse("`properties` is no object"))?;
        let required = source.names("required")?;
        if let Some(name) = required.iter().find(|name| !published.contains_key(**name)) {
            return Err(source.refuse(format!("{name} is `required` and has no schema")));
        }
        let mut properties = Vec::with_capacity(published.len());
        for (name, schema) in published {
            let property = Source { place: format!("{}/properties/{name}", source.place), schema };
            let required = required.contains(&name.as_str());
            // The default of a required property is for clients.
            let default = if required { None } else { compiler.default_of(&property)? };
            let node = compiler.node(property)?;
            if let Some(default) = &default {
                compiler.check_later(format!("{}/properties/{name}", source.place), node, default);
            }
            properties.push(Property { name: name.clone(), node, required, default });
        }
        let places = properties.iter().enumerate().map(|(place, property)| (property.name.clone(), place)).collect();
        Ok(Self { properties, places, closed })
    }

    pub(crate) fn read<'a>(&'a self, walk: &mut Walk<'a>, json: &'a RawValue, path: &Path) -> Value<'a> {
        let mut sent = Sent::to(self, walk);
        if level::each_member(json, |member| sent.add(member)) {
            self.read_fields(walk, json, sent, path)
        } else {
            walk.refuse(path, Input::Json(json), not_an_object)
        }
    }

    pub(crate) fn read_members<'a>(
        &'a self,
        walk: &mut Walk<'a>,
        json: &'a RawValue,
        members: Vec<Member<'a>>,
        path: &Path,
    ) -> Value<'a> {
        let mut sent = Sent::to(self, walk);
        for member in members {
            sent.add(member);
        }
        self.read_fields(walk, json, sent, path)
    }

    fn read_fields<'a>(
        &'a self,
        walk: &mut Walk<'a>,
        json: &'a RawValue,
        mut sent: Sent<'a>,
        path: &Path,
    ) -> Value<'a> {
        let mut fields = Vec::with_capacity(self.properties.len());
        for (property, sent) in self.properties.iter().zip(sent.values.drain(..)) {
            let path = Path::Field(path, &property.name);
            let value = match (sent, &property.default) {
                (Some(value), _) => walk.read(property.node, value, &path),
                (None, Some(default)) => read_default(walk, property.node, default, &path),
                (None, None) if property.required => {
                    walk.refuse(&path, Input::Json(json), || Violation::new("missing", vec![], "Field required"))
                }
                (None, None) => continue,
            };
            fields.push((Cow::Borrowed(property.name.as_str()), value));
        }
        walk.room = sent.values;
        for (name, value) in level::distinct(sent.unknown) {
            walk.refuse(&Path::Field(path, &name.text), Input::Json(value), || self.extra_forbidden(&name.text));
        }
        Value::Object(fields)
    }

    fn extra_forbidden(&self, name: &str) -> Violation {
        let message = "Extra inputs are not permitted";
        match self.nearest(name) {
            Some(nearest) => Violation::new("extra_forbidden", vec![], format!("{message}. Did you mean '{nearest}'?"))
                .with_context(Context { nearest: Some(nearest.to_owned()), ..Context::default() }),
            None => Violation::new("extra_forbidden", vec![], message),
        }
    }

    /// The property whose name is nearest, if no more than every third character of it is wrong.
    fn nearest(&self, name: &str) -> Option<&str> {
        let length = name.chars().take(MAX_NAME + 1).count();
        if length > MAX_NAME {
            return None;
        }
        let distances = self.properties.iter().map(|property| {
            let distance = strsim::damerau_levenshtein(name, &property.name);
            (distance, property.name.as_str(), property.name.chars().count().max(length))
        });
        let near = distances.filter(|(distance, _, longer)| *distance <= (longer / 3).max(1));
        // Of names that are as near, the first in the schema.
        near.min_by_key(|(distance, _, _)| *distance).map(|(_, nearest, _)| nearest)
    }
}

/// The members of one object, each at the place of its property.
struct Sent<'a> {
    object: &'a Object,
    values: Vec<Option<&'a RawValue>>,
    /// The members that an object refuses because it does not know them.
    unknown: Vec<Member<'a>>,
    /// The property to look at first: most clients keep to the order of the schema.
    expected: usize,
}

impl<'a> Sent<'a> {
    fn to(object: &'a Object, walk: &mut Walk<'a>) -> Self {
        let mut values = mem::take(&mut walk.room);
        values.resize(object.properties.len(), None);
        Self { object, values, unknown: vec![], expected: 0 }
    }

    /// Of a repeated key, the last value stays.
    fn add(&mut self, member: Member<'a>) {
        let (key, value) = &member;
        let place = match self.object.properties.get(self.expected) {
            Some(property) if key.is(&property.name) => Some(self.expected),
            _ if key.is_text => self.object.places.get(key.text.as_ref()).copied(),
            _ => None,
        };
        if let Some(place) = place {
            self.values[place] = Some(value);
            self.expected = place + 1;
        } else if self.object.closed {
            self.unknown.push(member);
        }
    }
}

/// What is wrong with a value that should be an object.
pub(super) fn not_an_object() -> Violation {
    let message = "Input should be a valid dictionary or object to extract fields from";
    Violation::new("model_attributes_type", vec![], message)
}

fn read_default<'a>(walk: &mut Walk<'a>, node: NodeId, default: &'a RawValue, path: &Path) -> Value<'a> {
    // A default may lack a field whose default is itself. The check of defaults finds that, so it is not compiled.
    if path.depth() > 2 * MAX_DEPTH {
        return walk.refuse(path, Input::Json(default), || {
            Violation::new("recursion_loop", vec![], "The default contains itself")
        });
    }
    walk.read(node, default, path)
}
