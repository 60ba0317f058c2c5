//! Chooses the media type of an answer by `Accept` (RFC 9110, section 12.5.1).

/// The index of the offered media type that an `Accept` header prefers: the first if there is no header, `None` if it
/// accepts none of them.
pub(crate) fn preferred(accept: Option<&str>, offered: &[&str]) -> Option<usize> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Some(0);
    };
    let ranges: Vec<Range> = accept.split(',').filter_map(Range::parse).collect();
    let weighted = offered.iter().map(|media_type| weight(&ranges, media_type)).enumerate();
    let acceptable = weighted.filter(|(_, weight)| *weight > 0);
    // Among equal weights, the type offered first wins.
    acceptable.rev().max_by_key(|(_, weight)| *weight).map(|(index, _)| index)
}

/// The weight of a media type: that of the most specific range that matches it.
fn weight(ranges: &[Range], media_type: &str) -> u16 {
    let matching = ranges.iter().filter(|range| range.matches(media_type));
    matching.max_by_key(|range| range.specificity()).map_or(0, |range| range.weight)
}

/// A media range such as `text/*;q=0.5`, its weight in thousandths.
#[derive(Debug)]
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    weight: u16,
}

impl<'a> Range<'a> {
    fn parse(range: &'a str) -> Option<Self> {
        let mut parts = range.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let weight = quality.map_or(Some(1.0), |quality| quality.parse::<f32>().ok())?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to what a weight may be")]
        let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u16;
        Some(Self { kind, subtype, weight })
    }

    fn matches(&self, media_type: &str) -> bool {
        let Some((kind, subtype)) = media_type.split_once('/') else { return false };
        let matches = |range: &str, name: &str| range == "*" || range.eq_ignore_ascii_case(name);
        matches(self.kind, kind) && matches(self.subtype, subtype)
    }

    fn specificity(&self) -> usize {
        usize::from(self.kind != "*") + usize::from(self.subtype != "*")
    }
}

#[cfg(test)]
mod tests {
    use super::preferred;

    const OFFERED: [&str; 3] = ["application/json", "text/csv", "application/octet-stream"];

    #[test]
    fn the_first_is_given_where_nothing_is_said() {
        for accept in [None, Some(""), Some(" "), Some("*/*"), Some("text/html, */*;q=0.1"), Some("application/*")] {
            assert_eq!(preferred(accept, &OFFERED), Some(0), "{accept:?}");
        }
    }

    #[test]
    fn what_is_preferred_is_given() {
        for (accept, index) in [
            ("text/csv", 1),
            ("TEXT/CSV; charset=utf-8", 1),
            ("text/*", 1),
            ("application/octet-stream", 2),
            ("application/json;q=0.5, text/csv;q=0.6", 1),
            ("text/csv;q=0.5, application/json;q=0.5", 0),
            ("*/*;q=0.9, application/json;q=0.1", 1),
            ("application/json;q=0, */*", 1),
            ("application/*;q=0.2, application/octet-stream;q=0.3, text/csv;q=0.25", 2),
            ("text/csv;header=present;q=1", 1),
        ] {
            assert_eq!(preferred(Some(accept), &OFFERED), Some(index), "{accept}");
        }
    }

    #[test]
    fn what_is_not_offered_is_not_given() {
        for accept in ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "json", "text/csv;q=x"] {
            assert_eq!(preferred(Some(accept), &OFFERED), None, "{accept}");
        }
    }
}
