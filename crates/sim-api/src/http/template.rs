//! A path of the contract, such as `/simulate/{seed}`.

use percent_encoding::percent_decode_str;

/// A path in which some segments stand for parameters.
#[derive(Debug, Clone)]
pub(crate) struct Template(Vec<Segment>);

#[derive(Debug, Clone)]
enum Segment {
    Fixed(String),
    Parameter(String),
}

impl Template {
    pub(crate) fn new(path: &str) -> Self {
        let segment = |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => Segment::Parameter(name.to_owned()),
            None => Segment::Fixed(segment.to_owned()),
        };
        Self(path.split('/').map(segment).collect())
    }

    /// The same path as poem-openapi writes it for poem's router: `/simulate/:param0`.
    pub(crate) fn route(&self) -> String {
        let mut parameters = 0..;
        let segment = |segment: &Segment| match segment {
            Segment::Fixed(segment) => segment.clone(),
            Segment::Parameter(_) => format!(":param{}", parameters.next().unwrap_or(0)),
        };
        self.0.iter().map(segment).collect::<Vec<_>>().join("/")
    }

    /// Whether a path is of this form.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let mut sent = path.split('/');
        let is_sent = |segment: &Segment| {
            sent.next().is_some_and(|sent| match segment {
                Segment::Fixed(fixed) => is_sent_as(fixed, sent),
                Segment::Parameter(_) => !sent.is_empty(),
            })
        };
        self.0.iter().all(is_sent) && sent.next().is_none()
    }

    /// The parameters of a path of this form by name, as they were sent.
    pub(crate) fn captures<'a>(&'a self, path: &'a str) -> Vec<(&'a str, &'a str)> {
        let captured = self.0.iter().zip(path.split('/')).filter_map(|(segment, sent)| match segment {
            Segment::Fixed(_) => None,
            Segment::Parameter(name) => Some((name.as_str(), sent)),
        });
        captured.collect()
    }

    /// The path with these parameters, and nothing else escaped.
    pub(crate) fn filled(&self, captured: &[(&str, &str)]) -> String {
        let mut values = captured.iter().map(|(_, value)| *value);
        let segments = self.0.iter().map(|segment| match segment {
            Segment::Fixed(fixed) => fixed,
            Segment::Parameter(_) => values.next().unwrap_or_default(),
        });
        segments.collect::<Vec<_>>().join("/")
    }
}

/// Whether a segment is this one, where an escaped letter is that letter. An escaped slash is no slash.
fn is_sent_as(segment: &str, sent: &str) -> bool {
    segment == sent || (sent.contains('%') && percent_decode_str(sent).eq(segment.bytes()))
}

#[cfg(test)]
mod tests {
    use super::Template;

    #[test]
    fn parameters_are_captured_by_name() {
        let template = Template::new("/a/{b}/c/{d}");
        assert!(template.matches("/a/1/c/-2"));
        assert_eq!(template.captures("/a/1/c/-2"), [("b", "1"), ("d", "-2")]);
    }

    #[test]
    fn a_path_of_another_form_does_not_match() {
        let template = Template::new("/a/{b}/c/{d}");
        for other in ["/", "/a", "/a/1/c", "/a//c/2", "/a/1/c/", "/a/1/x/2", "/a/1/c/2/", "/a/1/c/2/e", "a/1/c/2"] {
            assert!(!template.matches(other), "{other}");
        }
    }

    #[test]
    fn an_escaped_letter_of_a_fixed_segment_is_that_letter() {
        let template = Template::new("/ab/{c}");
        for path in ["/ab/%31", "/%61b/%31", "/%61%62/%31", "/a%62/%31"] {
            assert!(template.matches(path), "{path}");
            let captured = template.captures(path);
            assert_eq!(captured, [("c", "%31")], "{path}");
            assert_eq!(template.filled(&captured), "/ab/%31", "{path}");
        }
        for other in ["/%41b/1", "/ab%2F1", "/ab/1%2F2/3", "%2Fab/1", "/ab%/1", "/ab%00/1", "/%2561b/1"] {
            assert!(!template.matches(other), "{other}");
        }
        assert!(Template::new("/ab").matches("/%61b"));
    }

    #[test]
    fn a_template_is_numbered_for_the_router() {
        assert_eq!(Template::new("/a/{b}/c/{d}").route(), "/a/:param0/c/:param1");
        assert_eq!(Template::new("/a").route(), "/a");
    }
}
