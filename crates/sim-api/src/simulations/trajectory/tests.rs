use poem::Response;
use serde_json::{Value, json};
use sim_core::Lcg31;

use super::{MEDIA_TYPES, Trajectory};
use crate::testing::{self, body};

fn get(query: &str, headers: &[(&str, &str)]) -> Response {
    testing::get(&format!("/simulate/-42/trajectory?{query}"), headers)
}

fn accepting(media_type: &str, query: &str) -> Vec<u8> {
    let response = get(query, &[("Accept", media_type)]);
    assert_eq!((response.status().as_u16(), response.content_type()), (200, Some(media_type)), "{query}");
    body(response)
}

/// Windows with various starts, lengths and strides, which fill whole chunks or not.
fn windows() -> impl Iterator<Item = (String, u64, u64, usize)> {
    let windows = [(0, 1, 1), (0, 1, 100), (7, 3, 2048), (1, 1000, 2049), (2_147_483_647, 2_147_483_647, 10_000)];
    windows
        .into_iter()
        .map(|(start, stride, count)| (format!("start={start}&stride={stride}&count={count}"), start, stride, count))
}

/// The definition, one step after the other from one advance to the next.
fn states(start: u64, stride: u64, count: usize) -> Vec<(u64, u32)> {
    let mut generator = Lcg31::new(-42);
    generator.advance(start);
    let mut steps = start;
    let mut states = vec![];
    for _ in 0..count {
        states.push((steps, generator.state()));
        generator.advance(stride);
        steps += stride;
    }
    states
}

#[test]
fn json_is_one_object_as_published() {
    for (query, start, stride, count) in windows() {
        let text = String::from_utf8(accepting("application/json", &query)).unwrap();
        let values: Vec<_> = states(start, stride, count).into_iter().map(|(_, state)| state.into()).collect();
        let number = |number: u64| i32::try_from(number).unwrap();
        let (start, stride, count) = (number(start), number(stride), number(count as u64));
        let trajectory = Trajectory { seed: -42, start, stride, count, values };
        assert_eq!(text, serde_json::to_string(&trajectory).unwrap(), "{query}");
    }
}

#[test]
fn lines_and_numbers_say_the_same() {
    for (query, start, stride, count) in windows() {
        let states = states(start, stride, count);
        let lines = |line: fn(&(u64, u32)) -> String| states.iter().map(line).collect::<String>();
        let csv = format!("step,value\n{}", lines(|(step, state)| format!("{step},{state}\n")));
        let ndjson = lines(|(step, state)| format!("{{\"step\":{step},\"value\":{state}}}\n"));
        let binary: Vec<u8> = states.iter().flat_map(|(_, state)| state.to_le_bytes()).collect();
        assert!(accepting("text/csv", &query) == csv.as_bytes(), "{query}");
        assert!(accepting("application/x-ndjson", &query) == ndjson.as_bytes(), "{query}");
        assert!(accepting("application/octet-stream", &query) == binary, "{query}");
    }
}

#[test]
fn a_hundred_states_from_the_seed_are_answered_where_nothing_is_said() {
    let answer: Value = serde_json::from_slice(&body(get("", &[]))).unwrap();
    let window = [&answer["seed"], &answer["start"], &answer["stride"], &answer["count"], &answer["values"][0]];
    assert_eq!(window.map(|value| value.as_i64().unwrap()), [-42, 0, 1, 100, 2_147_483_606]);
    assert_eq!(answer["values"].as_array().unwrap().len(), 100);
}

#[test]
fn binary_numbers_have_a_length_and_may_be_had_in_part() {
    let binary = "application/octet-stream";
    let whole = accepting(binary, "count=5000");
    let length = get("count=5000", &[("Accept", binary)]);
    assert_eq!((length.header("Content-Length"), length.header("Accept-Ranges")), (Some("20000"), Some("bytes")));
    for (range, expected) in
        [("0-0", 0..1), ("3-9", 3..10), ("8191-8193", 8191..8194), ("19990-", 19_990..20_000), ("-7", 19_993..20_000)]
    {
        let part = get("count=5000", &[("Accept", binary), ("Range", &format!("bytes={range}"))]);
        let described = format!("bytes {}-{}/20000", expected.start, expected.end - 1);
        assert_eq!((part.status().as_u16(), part.header("Content-Range")), (206, Some(described.as_str())), "{range}");
        assert_eq!(part.header("Content-Length"), Some(expected.len().to_string().as_str()), "{range}");
        assert!(body(part) == whole[expected], "{range}");
    }
}

#[test]
fn a_part_that_is_not_there_is_a_416_that_says_how_much_there_is() {
    let response = get("count=1", &[("Accept", "application/octet-stream"), ("Range", "bytes=4-")]);
    assert_eq!((response.status().as_u16(), response.header("Content-Range")), (416, Some("bytes */4")));
    let answer: Value = serde_json::from_slice(&body(response)).unwrap();
    assert_eq!(answer["detail"][0]["loc"], json!(["header", "range"]));
}

#[test]
fn a_range_of_another_answer_or_of_a_text_is_not_one() {
    let tag = get("", &[("Accept", "application/octet-stream")]).header("ETag").unwrap().to_owned();
    for (media_type, known, status) in
        [(MEDIA_TYPES[3], tag.as_str(), 206), (MEDIA_TYPES[3], "\"x\"", 200), (MEDIA_TYPES[0], tag.as_str(), 200)]
    {
        let headers = [("Accept", media_type), ("Range", "bytes=0-3"), ("If-Range", known)];
        assert_eq!(get("", &headers).status().as_u16(), status, "{media_type} {known}");
    }
}

#[test]
fn each_form_of_each_window_has_a_tag_of_its_own_and_is_not_sent_twice() {
    let mut tags = vec![];
    for query in ["", "start=1", "stride=2", "count=99"] {
        for media_type in MEDIA_TYPES {
            let tag = get(query, &[("Accept", media_type)]).header("ETag").unwrap().to_owned();
            let again = get(query, &[("Accept", media_type), ("If-None-Match", &tag)]);
            assert_eq!((again.status().as_u16(), again.header("ETag")), (304, Some(tag.as_str())));
            assert_eq!(again.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
            assert_eq!(again.header("Vary"), Some("accept"));
            assert_eq!(body(again).len(), 0);
            tags.push(tag);
        }
    }
    tags.sort_unstable();
    tags.dedup();
    assert_eq!(tags.len(), 16);
}

#[test]
fn what_cannot_be_had_is_a_406_that_names_what_can() {
    let response = get("", &[("Accept", "text/html, image/png")]);
    assert_eq!(response.status(), 406);
    let answer: Value = serde_json::from_slice(&body(response)).unwrap();
    let detail = &answer["detail"][0];
    assert_eq!((&detail["type"], &detail["loc"]), (&json!("not_acceptable"), &json!(["header", "accept"])));
    assert_eq!(detail["ctx"]["expected"], MEDIA_TYPES.join(", "));
}

#[test]
fn every_violation_of_the_address_is_listed() {
    for (query, expected) in [
        ("start=-1&count=0&stride=0", vec!["start", "count", "stride"]),
        ("start=2147483648&count=10000001&stride=2147483648", vec!["start", "count", "stride"]),
        ("start=x&count=", vec!["start", "count"]),
    ] {
        let response = get(query, &[]);
        assert_eq!(response.status(), 422, "{query}");
        let answer: Value = serde_json::from_slice(&body(response)).unwrap();
        let found = answer["detail"].as_array().unwrap().iter().map(|detail| detail["loc"][1].as_str().unwrap());
        assert_eq!(found.collect::<Vec<_>>(), expected, "{query}");
    }
}
