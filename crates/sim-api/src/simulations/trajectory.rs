//! The states of a simulation at regular intervals.

mod media;
mod state;
mod states;
mod stream;

use std::ops::Range;

use poem::http::HeaderMap;
use poem_openapi::{ApiResponse, Object, OpenApi, ResponseContent, param::Header, types::Example};
use serde::Serialize;

use crate::{
    error::response::ErrorResponse,
    http::{
        accept::{self, preferred},
        api_key::ApiKey,
        caching::{IMMUTABLE, entity_tag},
        conditions,
        json::Json,
        meter::Meter,
        parameters::{PathParameter, QueryParameter},
        range::Part,
    },
    simulations::{Tag, create::SimulateRequest},
};
use media::{BinaryStream, CsvStream, JsonStream, NdjsonStream};
use state::State;
use states::Window;

/// The media types of a trajectory, the default first.
pub(crate) const MEDIA_TYPES: [&str; 4] =
    ["application/json", "application/x-ndjson", "text/csv", "application/octet-stream"];

/// The number of values that cost as much as one `simulate`.
const VALUES_PER_UNIT: u64 = 2000;

/// The states of a simulation at regular intervals.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example)]
pub(crate) struct Trajectory {
    /// The seed, as it was sent.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    pub(crate) seed: i64,
    /// The number of steps before the first value.
    #[oai(validator(minimum(value = "0"), maximum(value = "2147483647")))]
    pub(crate) start: i32,
    /// The number of steps between two values.
    #[oai(validator(minimum(value = "1"), maximum(value = "2147483647")))]
    pub(crate) stride: i32,
    /// The number of values.
    #[oai(validator(minimum(value = "1"), maximum(value = "10000000")))]
    pub(crate) count: i32,
    /// The generator's states after `start`, `start + stride`, `start + 2 · stride`, … steps, each 0 to 2147483647.
    #[oai(validator(min_items = 1, max_items = 10_000_000))]
    pub(crate) values: Vec<State>,
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
enum GetTrajectoryResponse {
    /// The states, in the media type that `Accept` prefers. They never change, so they can be cached forever.
    #[oai(status = 200)]
    Ok(
        TrajectoryContent,
        /// The entity tag of this answer, for `If-None-Match` and `If-Range`.
        #[oai(header = "ETag")]
        String,
        /// The answer can be cached forever. It is `private` instead of `public` if the service requires API keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer varies with `Accept`, and with `X-API-Key` if the service requires API keys.
        #[oai(header = "Vary")]
        String,
    ),
    /// The requested bytes of `application/octet-stream`.
    #[oai(status = 206)]
    Partial(
        BinaryStream,
        /// Which bytes these are, and the length of the whole.
        #[oai(header = "Content-Range")]
        String,
        /// The entity tag of the whole answer, for `If-Range`.
        #[oai(header = "ETag")]
        String,
        /// The answer can be cached forever. It is `private` instead of `public` if the service requires API keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer varies with `Accept`, and with `X-API-Key` if the service requires API keys.
        #[oai(header = "Vary")]
        String,
    ),
    /// The client has this answer already: `If-None-Match` contains its entity tag.
    #[oai(status = 304)]
    #[expect(dead_code, reason = "published here; `Conditions` makes it of the answer")]
    NotModified(
        /// The entity tag of the answer, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The answer can be cached forever. It is `private` instead of `public` if the service requires API keys.
        #[oai(header = "Cache-Control")]
        String,
        /// The answer varies with `Accept`, and with `X-API-Key` if the service requires API keys.
        #[oai(header = "Vary")]
        String,
    ),
}

#[derive(ApiResponse)]
enum GetTrajectoryError {
    /// `Accept` allows none of the four media types, or `Accept-Encoding` refuses the plain form and every coding.
    #[oai(status = 406)]
    NotAcceptable(Json<ErrorResponse>),
    /// `Range` begins after the last byte.
    #[oai(status = 416)]
    Unsatisfiable(
        Json<ErrorResponse>,
        /// The length of the whole.
        #[oai(header = "Content-Range")]
        String,
        /// The entity tag of the whole answer, for `If-Range`.
        #[oai(header = "ETag")]
        String,
        /// The answer varies with `Accept`, and with `X-API-Key` if the service requires API keys.
        #[oai(header = "Vary")]
        String,
    ),
}

/// `GET /simulate/{seed}/trajectory`.
#[derive(Debug)]
pub(crate) struct GetTrajectory;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl GetTrajectory {
    /// Get the states of a simulation
    ///
    /// Returns `count` states: those after `start`, `start + stride`, `start + 2 · stride`, … steps. The time to reach
    /// the first does not depend on `start`. `Accept` chooses one of four media types:
    ///
    /// - `application/json`, the default: one object, its numbers in `values`;
    /// - `application/x-ndjson`: one object per line, `{"step":0,"value":42}`;
    /// - `text/csv`: the header `step,value`, then one line per value;
    /// - `application/octet-stream`: each value as four bytes, the least significant first.
    ///
    /// `application/octet-stream` has a `Content-Length`, and `Range` can ask for a part of it. Long answers are
    /// streamed.
    ///
    /// If the service has a rate limit, an answer costs one token, plus one for each 2000 values.
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
        meter: Meter,
        /// The seed: any 64-bit integer, in decimal digits.
        #[oai(
            example = "example_seed",
            validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807"))
        )]
        seed: PathParameter<i64>,
        /// The number of steps before the first value, 0 to 2147483647. At 0 the first value is the low 31 bits of the
        /// seed.
        #[oai(
            default = "default_start",
            example = "example_start",
            validator(minimum(value = "0"), maximum(value = "2147483647"))
        )]
        start: QueryParameter<i32>,
        /// The number of values, 1 to 10000000.
        #[oai(
            default = "default_count",
            example = "example_count",
            validator(minimum(value = "1"), maximum(value = "10000000"))
        )]
        count: QueryParameter<i32>,
        /// The number of steps between two values, 1 to 2147483647.
        #[oai(
            default = "default_stride",
            example = "example_stride",
            validator(minimum(value = "1"), maximum(value = "2147483647"))
        )]
        stride: QueryParameter<i32>,
        // For `Accept`, which is not a parameter in the contract: the specification tells generators to ignore one with this name.
        headers: &HeaderMap,
        /// The entity tags of cached answers, as received in `ETag`.
        #[oai(name = "If-None-Match")]
        _known: Header<Option<String>>,
        /// The bytes of `application/octet-stream` to return, such as `bytes=0-3999`.
        #[oai(name = "Range")]
        _range: Header<Option<String>>,
        /// The entity tag of the answer that `Range` continues. If the tag is different, the whole is returned.
        #[oai(name = "If-Range")]
        _if_range: Header<Option<String>>,
    ) -> Result<GetTrajectoryResponse, GetTrajectoryError> {
        let window = Window { seed: seed.0, start: start.0, stride: i64::from(stride.0), count: count.0 };
        trajectory(window, headers, &meter)
    }
}

/// Answers a window in the form and the part that the headers of a request ask for.
fn trajectory(window: Window, headers: &HeaderMap, meter: &Meter) -> Result<GetTrajectoryResponse, GetTrajectoryError> {
    let Some(media_type) = preferred(headers, &MEDIA_TYPES) else {
        let error = ErrorResponse::not_acceptable(accept::quoted(headers).as_deref(), &MEDIA_TYPES);
        return Err(GetTrajectoryError::NotAcceptable(Json(error)));
    };
    let (_, form) = MEDIA_TYPES[media_type].split_once('/').unwrap_or_default();
    let Window { seed, start, stride, count } = window;
    let tag = entity_tag(format_args!("{form}-{seed}-{start}-{stride}-{count}"));
    let (caching, vary) = (IMMUTABLE.to_owned(), "accept".to_owned());
    let count_values = |values: Range<u64>| {
        meter.count_steps(window.steps_to(values.end.saturating_sub(1)));
        meter.charge(values.end - values.start, VALUES_PER_UNIT);
    };
    let content = match media_type {
        0 => TrajectoryContent::Json(window.into()),
        1 => TrajectoryContent::Ndjson(window.into()),
        2 => TrajectoryContent::Csv(window.into()),
        _ => {
            let length = window.bytes();
            match Part::requested(conditions::range(headers, &tag), length) {
                Part::Whole => TrajectoryContent::Binary(window.into()),
                Part::Bytes(part) => {
                    count_values(part.start / 4..part.end.div_ceil(4));
                    let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
                    let part = BinaryStream::new(window, part);
                    return Ok(GetTrajectoryResponse::Partial(part, range, tag, caching, vary));
                }
                Part::Unsatisfiable => {
                    let error = Json(ErrorResponse::range_not_satisfiable(length));
                    let range = format!("bytes */{length}");
                    return Err(GetTrajectoryError::Unsatisfiable(error, range, tag, vary));
                }
            }
        }
    };
    count_values(0..window.count.unsigned_abs().into());
    Ok(GetTrajectoryResponse::Ok(content, tag, caching, vary))
}

#[cfg(test)]
mod tests;
