//! Chooses the media type of an answer by `Accept` (RFC 9110, section 12.5.1).

use poem::http::{HeaderMap, header};

use super::list::{self, Weighted};

/// How well a range fits a media type; the range that fits best decides its weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It names the media type with a parameter that the answer does not have. The answer is still better than a 406, but
    /// every other range comes first.
    WithForeignParameters,
    Any,
    Type,
    MediaType,
    /// It names the media type and a parameter that the answer has.
    WithParameters,
}

/// The index in `offered` of the media type that `Accept` prefers: the first without a preference, `None` if it accepts
/// none of them.
///
/// poem's own reading of the header knows no specificity, and keeps what has `q=0`.
pub(crate) fn preferred(headers: &HeaderMap, offered: &[&str]) -> Option<usize> {
    if list::elements(headers, &header::ACCEPT).next().is_none() {
        return Some(0);
    }
    let ranges: Vec<Weighted> = list::weighted(headers, &header::ACCEPT).collect();
    let weighted = offered.iter().map(|media_type| weight(&ranges, media_type)).enumerate();
    let acceptable = weighted.filter(|(_, weight)| *weight > 0);
    // Among equal weights, the type offered first wins.
    acceptable.rev().max_by_key(|(_, weight)| *weight).map(|(index, _)| index)
}

/// The header as one text, for the error that quotes it. `None` if the request does not have it.
pub(crate) fn quoted(headers: &HeaderMap) -> Option<String> {
    let elements: Vec<_> = list::elements(headers, &header::ACCEPT).collect();
    (!elements.is_empty()).then(|| elements.join(", "))
}

/// The weight of a media type: that of the most specific range that matches it.
fn weight(ranges: &[Weighted], media_type: &str) -> u16 {
    let matching = ranges.iter().filter_map(|range| Some((fit(range, media_type)?, range.weight)));
    matching.max().map_or(0, |(_, weight)| weight)
}

fn fit(range: &Weighted, media_type: &str) -> Option<Fit> {
    // Java's HttpURLConnection sends `*` alone.
    if matches!(range.value, "*/*" | "*") {
        return Some(Fit::Any);
    }
    let ((wanted, subtype), (offered, of_offered)) = (range.value.split_once('/')?, media_type.split_once('/')?);
    if !wanted.eq_ignore_ascii_case(offered) {
        return None;
    }
    if subtype == "*" {
        return Some(Fit::Type);
    }
    if !subtype.eq_ignore_ascii_case(of_offered) {
        return None;
    }
    // Every text of the service is UTF-8.
    let is_met = |name: &str, value: &str| name.eq_ignore_ascii_case("charset") && value.eq_ignore_ascii_case("utf-8");
    Some(match &range.parameters[..] {
        [] => Fit::MediaType,
        parameters if parameters.iter().all(|(name, value)| is_met(name, value)) => Fit::WithParameters,
        _ => Fit::WithForeignParameters,
    })
}

#[cfg(test)]
mod tests {
    use poem::http::{HeaderMap, header::ACCEPT};

    const OFFERED: [&str; 3] = ["application/json", "text/csv", "application/octet-stream"];

    fn preferred(lines: &[&str]) -> Option<usize> {
        let headers: HeaderMap = lines.iter().map(|line| (ACCEPT, line.parse().unwrap())).collect();
        super::preferred(&headers, &OFFERED)
    }

    #[test]
    fn the_first_is_given_where_nothing_is_said() {
        assert_eq!(preferred(&[]), Some(0));
        let java = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";
        for accept in ["", " ", ",", "*/*", "*", java, "text/html, */*;q=0.1", "application/*"] {
            assert_eq!(preferred(&[accept]), Some(0), "{accept:?}");
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
            ("application/json;q=0.250, text/csv;q=0.251", 1),
            (r#"application/json;x="a,b";q=0.1, text/csv;q=0.5"#, 1),
            (r#"application/json;x="\",text/csv,\"";q=0.6, text/csv;q=0.5"#, 0),
            ("application/json;v=2, application/json;q=0.1, text/csv;q=0.5", 1),
            ("application/json;charset=\"UTF-8\";q=0.9, application/json;q=0.1, text/csv;q=0.5", 0),
            ("application/json;v=2;q=0, */*;q=0.5", 0),
        ] {
            assert_eq!(preferred(&[accept]), Some(index), "{accept}");
        }
    }

    #[test]
    fn several_lines_are_one_list() {
        assert_eq!(preferred(&["text/html", "text/csv"]), Some(1));
        assert_eq!(preferred(&["application/json;q=0.1", "", "text/csv;q=0.2"]), Some(1));
        assert_eq!(preferred(&["text/html", "image/*"]), None);
    }

    #[test]
    fn what_is_not_offered_is_not_given() {
        for accept in ["text/html", "image/*", "application/json;q=0", "*/*;q=0", "*;q=0.000", "json", "text/csv;q=x"] {
            assert_eq!(preferred(&[accept]), None, "{accept}");
        }
    }
}
