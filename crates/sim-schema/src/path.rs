//! The way to a value.

use std::{borrow::Cow, iter};

use crate::Location;

/// How many characters of a name an error tells. A name in a map may be as long as the whole text.
pub(crate) const MAX_NAME: usize = 128;

/// The way to a value, from the part of the request that holds it: the names and indexes in the text as it was sent.
///
/// Unlike pydantic's, it does not name the member of a union, so that a form can find the field by it.
#[derive(Debug)]
pub(crate) enum Path<'p> {
    Root(&'static str),
    Field(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(crate) fn location(&self) -> Vec<Location> {
        let (parent, item) = match self {
            Self::Root(part) => return vec![(*part).into()],
            Self::Field(parent, name) => (parent, Location::Name(Cow::Owned(cut(name).into_owned()))),
            Self::Index(parent, index) => (parent, Location::Position(i64::try_from(*index).unwrap_or(i64::MAX))),
        };
        let mut location = parent.location();
        location.push(item);
        location
    }

    /// How many names and indexes lead to the value.
    pub(crate) fn depth(&self) -> usize {
        let parents = iter::successors(Some(self), |path| match path {
            Self::Root(_) => None,
            Self::Field(parent, _) | Self::Index(parent, _) => Some(parent),
        });
        parents.count() - 1
    }
}

/// A name, or its beginning where it is long.
pub(crate) fn cut(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MAX_NAME) {
        Some((end, _)) => Cow::Owned(format!("{}…", &name[..end])),
        None => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_says_names_and_indexes_from_the_outside_in() {
        let root = Path::Root("body");
        let list = Path::Field(&root, "simulations");
        let item = Path::Index(&list, 17);
        let steps = Path::Field(&item, "steps");
        assert_eq!(json!(steps.location()), json!(["body", "simulations", 17, "steps"]));
        assert_eq!(steps.depth(), 3);
    }

    #[test]
    fn a_long_name_is_cut() {
        let (longest, longer) = ("ä".repeat(128), "ä".repeat(129));
        assert_eq!(cut(&longest), longest);
        assert_eq!(cut(&longer), format!("{longest}…"));
    }
}
