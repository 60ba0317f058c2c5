//! The states of a simulation at regular steps.

mod media;
mod state;
mod states;
mod stream;

use std::ops::Range;

use poem::{
    IntoResponse, Response,
    http::{HeaderMap, header},
};
use poem_openapi::{
    ApiResponse, Object, OpenApi, ResponseContent,
    param::{Header, Path, Query},
    types::Example,
};
use serde::Serialize;

use crate::{
    error::response::ErrorResponse,
    http::accept::preferred,
    http::addressed_operation::{AddressedOperation, text},
    http::api_key::ApiKey,
    http::caching::{IMMUTABLE, entity_tag, lists_entity_tag},
    http::json::Json,
    http::meter::Metered,
    http::range::Part,
    simulations::Tag,
    simulations::create::SimulateRequest,
};
use media::{BinaryStream, CsvStream, JsonStream, NdjsonStream};
pub use state::State;
use states::Window;

/// The media types of a trajectory, the default first.
pub(crate) const MEDIA_TYPES: [&str; 4] =
    ["application/json", "application/x-ndjson", "text/csv", "application/octet-stream"];

/// How many values are as much work as a simulation.
const VALUES_PER_TOKEN: u64 = 2000;

/// The states of a simulation at regular steps.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example)]
pub struct Trajectory {
    /// The seed, as it was sent.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    pub seed: i64,
    /// How many steps were taken to the first value.
    #[oai(validator(minimum(value = "0"), maximum(value = "2147483647")))]
    pub start: i32,
    /// How many steps lie between a value and the next.
    #[oai(validator(minimum(value = "1"), maximum(value = "2147483647")))]
    pub stride: i32,
    /// How many values there are.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000000")))]
    pub count: i32,
    /// The generator's states after `start`, `start + stride`, `start + 2 · stride`, … steps, each 0 to 2147483647.
    #[oai(validator(min_items = 1, max_items = 10_000_000))]
    pub values: Vec<State>,
}

impl Example for Trajectory {
    fn example() -> Self {
        let window = Window::example();
        let mut values = vec![0; 3];
        window.states().fill(&mut values);
        Self {
            seed: window.seed,
            start: window.start,
            stride: example_stride(),
            count: window.count,
            values: values.into_iter().map(State::from).collect(),
        }
    }
}

impl Example for Window {
    fn example() -> Self {
        Self { seed: example_seed(), start: 0, stride: i64::from(example_stride()), count: 3 }
    }
}

fn example_seed() -> i64 {
    SimulateRequest::example().seed
}

fn example_start() -> i32 {
    Window::example().start
}

fn example_count() -> i32 {
    Window::example().count
}

fn example_stride() -> i32 {
    SimulateRequest::example().steps
}

fn default_start() -> i32 {
    0
}

fn default_count() -> i32 {
    100
}

fn default_stride() -> i32 {
    1
}

#[derive(ResponseContent)]
enum TrajectoryContent {
    Json(JsonStream),
    Ndjson(NdjsonStream),
    Csv(CsvStream),
    Binary(BinaryStream),
}

#[derive(ApiResponse)]
enum TrajectoryAnswer {
    /// The states, in the media type that `Accept` prefers. They never change: keep them as long as you like.
    #[oai(status = 200)]
    Ok(
        TrajectoryContent,
        /// Names this answer, for `If-None-Match` and `If-Range`.
        #[oai(header = "ETag")]
        String,
        /// How long the answer may be kept: for ever. `private` instead of `public` where the service asks for keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer depends on `Accept`, and on `X-API-Key` where the service asks for keys.
        #[oai(header = "Vary")]
        String,
    ),
    /// The bytes that `Range` asked for, of `application/octet-stream`.
    #[oai(status = 206)]
    Partial(
        BinaryStream,
        /// Which bytes these are, of how many.
        #[oai(header = "Content-Range")]
        String,
        /// Names the whole answer, for `If-Range`.
        #[oai(header = "ETag")]
        String,
        /// How long the answer may be kept: for ever. `private` instead of `public` where the service asks for keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer depends on `Accept`, and on `X-API-Key` where the service asks for keys.
        #[oai(header = "Vary")]
        String,
    ),
    /// You have this answer already: one of the tags in `If-None-Match` names it.
    #[oai(status = 304)]
    NotModified(
        /// Names the answer, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// How long the answer may be kept: for ever. `private` instead of `public` where the service asks for keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer depends on `Accept`, and on `X-API-Key` where the service asks for keys.
        #[oai(header = "Vary")]
        String,
    ),
}

#[derive(ApiResponse)]
enum TrajectoryFailure {
    /// `Accept` names none of the four media types.
    #[oai(status = 406)]
    NotAcceptable(Json<ErrorResponse>),
    /// `Range` asks for bytes that are not there.
    #[oai(status = 416)]
    Unsatisfiable(
        Json<ErrorResponse>,
        /// How many bytes there are.
        #[oai(header = "Content-Range")]
        String,
    ),
}

/// `GET /simulate/{seed}/trajectory`.
#[derive(Debug)]
pub struct TrajectoryApi;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl TrajectoryApi {
    /// Get a window of a simulation's states
    ///
    /// Answers the states after `start`, `start + stride`, `start + 2 · stride`, … steps, `count` of them: any window of
    /// the sequence at once, however far from its start. One answer in four media types, by `Accept`:
    ///
    /// - `application/json`, the default: one object, its numbers in `values`;
    /// - `application/x-ndjson`: one object a line, `{"step":0,"value":42}`;
    /// - `text/csv`: the header `step,value`, then one line a value;
    /// - `application/octet-stream`: each value as four bytes, the least significant first.
    ///
    /// The last of these has a `Content-Length`, and `Range` may ask for a part of it. The answer is sent as it is
    /// made, however long it is.
    ///
    /// Where the service limits its callers, an answer costs one token, and one more for each 2000 values in it.
    #[oai(
        path = "/simulate/:seed/trajectory",
        method = "get",
        operation_id = "get_trajectory",
        tag = "Tag::Simulation"
    )]
    #[expect(clippy::too_many_arguments, reason = "one for each parameter of the address and its headers")]
    async fn get_trajectory(
        &self,
        _key: ApiKey,
        metered: Metered,
        /// Where the generator starts: any 64-bit integer, in decimal digits.
        #[oai(
            example = "example_seed",
            validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807"))
        )]
        seed: Path<i64>,
        /// How many steps to take to the first value, 0 to 2147483647. At 0 it is the seed's low 31 bits.
        #[oai(
            default = "default_start",
            example = "example_start",
            validator(minimum(value = "0"), maximum(value = "2147483647"))
        )]
        start: Query<i32>,
        /// How many values to answer, 1 to 10000000.
        #[oai(
            default = "default_count",
            example = "example_count",
            validator(minimum(value = "1"), maximum(value = "10000000"))
        )]
        count: Query<i32>,
        /// How many steps to take from a value to the next, 1 to 2147483647.
        #[oai(
            default = "default_stride",
            example = "example_stride",
            validator(minimum(value = "1"), maximum(value = "2147483647"))
        )]
        stride: Query<i32>,
        request: &HeaderMap,
        /// The tags of answers that you have, as `ETag` gave them.
        #[oai(name = "If-None-Match")]
        known: Header<Option<String>>,
        /// Which bytes of `application/octet-stream` to answer: `bytes=0-3999`, for one.
        #[oai(name = "Range")]
        range: Header<Option<String>>,
        /// The tag of the answer that `Range` is a part of; the whole is answered where it is another one.
        #[oai(name = "If-Range")]
        if_range: Header<Option<String>>,
    ) -> Result<TrajectoryAnswer, TrajectoryFailure> {
        let window = Window { seed: seed.0, start: start.0, stride: i64::from(stride.0), count: count.0 };
        let wanted = Wanted {
            // Not among the parameters: the specification has generators ignore one of this name.
            accept: accept(request),
            known: known.0.as_deref(),
            range: range.0.as_deref(),
            if_range: if_range.0.as_deref(),
        };
        trajectory(window, &wanted, &metered)
    }
}

impl AddressedOperation for TrajectoryApi {
    const ID: &'static str = "get_trajectory";

    type Parameters = Window;

    fn answer(&self, metered: Metered, window: Window, headers: &HeaderMap) -> poem::Result<Response> {
        let wanted = Wanted {
            accept: accept(headers),
            known: text(headers, &header::IF_NONE_MATCH),
            range: text(headers, &header::RANGE),
            if_range: text(headers, &header::IF_RANGE),
        };
        Ok(trajectory(window, &wanted, &metered)?.into_response())
    }
}

/// Which form and part of a trajectory a request asks for: the values of its headers.
struct Wanted<'a> {
    accept: Option<&'a str>,
    known: Option<&'a str>,
    range: Option<&'a str>,
    if_range: Option<&'a str>,
}

fn accept(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::ACCEPT)?.to_str().ok()
}

fn trajectory(window: Window, wanted: &Wanted<'_>, metered: &Metered) -> Result<TrajectoryAnswer, TrajectoryFailure> {
    let Some(media_type) = preferred(wanted.accept, &MEDIA_TYPES) else {
        return Err(TrajectoryFailure::NotAcceptable(Json(ErrorResponse::not_acceptable(wanted.accept, &MEDIA_TYPES))));
    };
    let tag = entity_tag(format_args!("{} {window:?}", MEDIA_TYPES[media_type]));
    let (caching, vary) = (IMMUTABLE.to_owned(), "accept".to_owned());
    if wanted.known.is_some_and(|known| lists_entity_tag(known, &tag)) {
        return Ok(TrajectoryAnswer::NotModified(tag, caching, vary));
    }
    let count_values = |values: Range<u64>| {
        metered.simulate(window.steps_to(values.end.saturating_sub(1)));
        metered.count(values.end - values.start, VALUES_PER_TOKEN);
    };
    let content = match media_type {
        0 => TrajectoryContent::Json(window.into()),
        1 => TrajectoryContent::Ndjson(window.into()),
        2 => TrajectoryContent::Csv(window.into()),
        _ => {
            let range = wanted.range.filter(|_| wanted.if_range.is_none_or(|known| known == tag));
            let length = window.bytes();
            match Part::requested(range, length) {
                Part::Whole => TrajectoryContent::Binary(window.into()),
                Part::Bytes(part) => {
                    count_values(part.start / 4..part.end.div_ceil(4));
                    let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                    let part = BinaryStream::new(window, part);
                    return Ok(TrajectoryAnswer::Partial(part, range, tag, caching, vary));
                }
                Part::Unsatisfiable => {
                    let error = Json(ErrorResponse::range_not_satisfiable(length));
                    return Err(TrajectoryFailure::Unsatisfiable(error, format!("bytes */{length}")));
                }
            }
        }
    };
    count_values(0..window.count.unsigned_abs().into());
    Ok(TrajectoryAnswer::Ok(content, tag, caching, vary))
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use poem::{Endpoint, Request, Response, http::Method};
    use serde_json::{Value, json};
    use sim_core::Lcg31;

    use super::{MEDIA_TYPES, Trajectory};
    use crate::{http::api_key::ApiKeys, operations::operations, services::Readiness};

    fn get(query: &str, headers: &[(&str, &str)]) -> Response {
        let request = Request::builder().method(Method::GET).uri_str(format!("/simulate/-42/trajectory?{query}"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value)).finish();
        let response = operations(Readiness::default(), &ApiKeys::default()).get_response(request).now_or_never();
        response.expect("an answer begins at once")
    }

    /// A body that lets others have their turn is pending now and then.
    fn body(response: Response) -> Vec<u8> {
        let mut body = Box::pin(response.into_body().into_vec());
        loop {
            if let Some(bytes) = (&mut body).now_or_never() {
                return bytes.expect("a body of ours does not fail");
            }
        }
    }

    fn accepting(media_type: &str, query: &str) -> Vec<u8> {
        let response = get(query, &[("Accept", media_type)]);
        assert_eq!((response.status().as_u16(), response.content_type()), (200, Some(media_type)), "{query}");
        body(response)
    }

    /// Windows that begin, end and stride in every way, and do or do not fill whole chunks.
    fn windows() -> impl Iterator<Item = (String, u64, u64, usize)> {
        let windows = [(0, 1, 1), (0, 1, 100), (7, 3, 2048), (1, 1000, 2049), (2_147_483_647, 2_147_483_647, 10_000)];
        windows.into_iter().map(|(start, stride, count)| {
            (format!("start={start}&stride={stride}&count={count}"), start, stride, count)
        })
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
        for (range, expected) in [
            ("0-0", 0..1),
            ("3-9", 3..10),
            ("8191-8193", 8191..8194),
            ("19990-", 19_990..20_000),
            ("-7", 19_993..20_000),
        ] {
            let part = get("count=5000", &[("Accept", binary), ("Range", &format!("bytes={range}"))]);
            let described = format!("bytes {}-{}/20000", expected.start, expected.end - 1);
            assert_eq!(
                (part.status().as_u16(), part.header("Content-Range")),
                (206, Some(described.as_str())),
                "{range}"
            );
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
}
