//! `POST /simulate`: one simulation.

use poem_openapi::{ApiResponse, Object, OpenApi, types::Example};
use serde::{Deserialize, Serialize};
use sim_core::Lcg31;

use crate::{
    http::{api_key::ApiKey, json::Json, meter::Meter},
    simulations::Tag,
};

/// The simulation to run.
#[derive(Debug, Clone, PartialEq, Eq, Object, Deserialize)]
#[oai(example)]
pub(crate) struct SimulateRequest {
    /// The seed: any 64-bit integer. The generator starts with the low 31 bits of its two's complement, so -1 starts at
    /// 2147483647, and seeds that differ by a multiple of 2147483648 give the same result.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    pub(crate) seed: i64,
    /// The number of steps, 1 to 100000.
    #[oai(default = "default_steps", validator(minimum(value = "1"), maximum(value = "100000")))]
    pub(crate) steps: i32,
}

pub(crate) fn default_steps() -> i32 {
    10
}

impl Example for SimulateRequest {
    fn example() -> Self {
        Self { seed: 42, steps: 1000 }
    }
}

/// The result of a simulation.
#[derive(Debug, Clone, PartialEq, Eq, Object, Serialize)]
#[oai(example, rename = "SimulateResponse")]
pub(crate) struct Simulation {
    /// The seed, as it was sent.
    #[oai(validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807")))]
    pub(crate) seed: i64,
    /// The number of steps taken.
    #[oai(validator(minimum(value = "1"), maximum(value = "100000")))]
    pub(crate) steps: i32,
    /// The generator's state after the last step, 0 to 2147483647.
    #[oai(validator(minimum(value = "0"), maximum(value = "2147483647")))]
    pub(crate) result: i32,
}

impl Example for Simulation {
    fn example() -> Self {
        simulate(&SimulateRequest::example())
    }
}

#[derive(ApiResponse)]
enum SimulateResponse {
    /// The state after the last step. The same request gives the same bytes, forever.
    #[oai(status = 200)]
    Ok(Json<Simulation>),
}

/// `POST /simulate`.
#[derive(Debug)]
pub(crate) struct Simulate;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl Simulate {
    /// Run a simulation
    ///
    /// Advances a linear congruential generator by `steps` steps from `seed` and returns its state. One step is `x →
    /// (1103515245 · x + 12345) mod 2147483648`, the example `rand` of the C standard. The time taken does not depend
    /// on `steps`. The generator is not suitable for cryptography, and its low bits are weak.
    ///
    /// Unknown fields are ignored. An integer may be written with a fraction or an exponent: `42.0`, `1e3`. If the body
    /// breaks the schema, the 422 lists every violation.
    #[oai(path = "/simulate", method = "post", operation_id = "simulate", tag = "Tag::Simulation")]
    async fn simulate(
        &self,
        _key: ApiKey,
        meter: Meter,
        /// The seed and the number of steps.
        request: Json<SimulateRequest>,
    ) -> SimulateResponse {
        meter.count_steps(request.0.steps.unsigned_abs().into());
        SimulateResponse::Ok(Json(simulate(&request.0)))
    }
}

pub(crate) fn simulate(request: &SimulateRequest) -> Simulation {
    let mut generator = Lcg31::new(request.seed);
    generator.advance(u64::from(request.steps.unsigned_abs()));
    Simulation { seed: request.seed, steps: request.steps, result: generator.state().cast_signed() }
}

#[cfg(test)]
mod tests {
    use std::{io, task::Poll};

    use futures_util::stream;
    use poem::Body;

    use crate::testing::{Answer, post, post_json};

    const MAX_BYTES: usize = crate::error::failures::MAX_BODY_BYTES;

    fn simulate(body: impl Into<Body>) -> Answer {
        post_json("/simulate", body)
    }

    fn ok(body: &str) -> Answer {
        (200, body.to_owned())
    }

    fn refused(status: u16, detail: &str) -> Answer {
        (status, format!(r#"{{"detail":[{detail}]}}"#))
    }

    fn too_large() -> Answer {
        refused(
            413,
            r#"{"type":"body_too_large","loc":["body"],"msg":"Body should have at most 1048576 bytes","ctx":{"max_bytes":1048576}}"#,
        )
    }

    #[test]
    fn recorded_answers_are_reproduced() {
        // As answered by the service that this one replaces.
        for (seed, steps, result) in [
            (42, 10, 1_535_244_752),
            (42, 1_000, 1_363_713_826),
            (42, 100_000, 2_060_208_906),
            (-1, 1, 1_043_980_748),
            (-1, 1_000, 1_316_967_959),
            (-8_332_644_676_416_592_816, 99_999, 367_597_427),
            (i64::MIN, 99_999, 418_196_451),
            (i64::MAX, 100_000, 1_703_693_151),
        ] {
            let fields = format!(r#""seed":{seed},"steps":{steps}"#);
            let expected = format!(r#"{{{fields},"result":{result}}}"#);
            assert_eq!(simulate(format!("{{{fields}}}")), ok(&expected));
        }
    }

    #[test]
    fn an_answer_has_the_same_bytes_however_the_request_is_written() {
        for body in [
            r#"{"seed":42}"#,
            r#"{"seed":42,"steps":10}"#,
            r#"{"steps":10,"seed":42}"#,
            "\u{FEFF} { \"steps\" : 1e1,\r\n\t\"seed\" : 42.0 } ",
            r#"{"seed":7,"steps":0,"s\u0074eps":10,"seed":42,"result":1}"#,
        ] {
            assert_eq!(simulate(body), ok(r#"{"seed":42,"steps":10,"result":1535244752}"#), "{body}");
        }
    }

    #[test]
    fn a_body_that_breaks_the_schema_is_told_every_violation() {
        for (body, detail) in [
            ("{}", r#"{"type":"missing","loc":["body","seed"],"msg":"Field required","input":{}}"#),
            (
                r#"{"seed":"42","steps":0}"#,
                concat!(
                    r#"{"type":"int_type","loc":["body","seed"],"msg":"Input should be a valid integer","input":"42"},"#,
                    r#"{"type":"greater_than_equal","loc":["body","steps"],"#,
                    r#""msg":"Input should be greater than or equal to 1","input":0,"ctx":{"ge":1}}"#
                ),
            ),
            (
                r#"{"seed":1"#,
                concat!(
                    r#"{"type":"json_invalid","loc":["body",9],"msg":"JSON decode error","input":{},"#,
                    r#""ctx":{"error":"EOF while parsing an object"}}"#
                ),
            ),
            ("", r#"{"type":"missing","loc":["body"],"msg":"Field required","input":null}"#),
        ] {
            assert_eq!(simulate(body), refused(422, detail), "{body}");
        }
    }

    #[test]
    fn a_body_is_read_where_its_media_type_is_json() {
        for media_type in ["application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"] {
            let answer = post("/simulate", &[("Content-Type", media_type)], r#"{"seed":42}"#);
            assert_eq!(answer, ok(r#"{"seed":42,"steps":10,"result":1535244752}"#), "{media_type}");
        }
    }

    #[test]
    fn another_media_type_is_refused_without_a_look_at_the_body() {
        let detail = |input: &str| {
            format!(
                concat!(
                    r#"{{"type":"unsupported_media_type","loc":["header","content-type"],"#,
                    r#""msg":"Content-Type should be application/json",{}"ctx":{{"expected":"application/json"}}}}"#
                ),
                input
            )
        };
        for (headers, input) in [
            (vec![], ""),
            (vec![("Content-Type", "text/plain")], r#""input":"text/plain","#),
            (vec![("Content-Type", "a\"b")], r#""input":"a\"b","#),
            (vec![("Content-Type", "text/plain"), ("Content-Length", "9999999")], r#""input":"text/plain","#),
        ] {
            let answer = post("/simulate", &headers, unreadable());
            assert_eq!(answer, refused(415, &detail(input)), "{headers:?}");
        }
    }

    #[test]
    fn a_body_may_have_as_many_bytes_as_documented_and_no_more() {
        let padded = |bytes: usize| {
            let body = r#"{"seed":42}"#;
            " ".repeat(bytes - body.len()) + body
        };
        for headers in [vec![], vec![("Content-Length", "1048576")]] {
            let headers = [vec![("Content-Type", "application/json")], headers].concat();
            let answer = post("/simulate", &headers, padded(MAX_BYTES));
            assert_eq!(answer, ok(r#"{"seed":42,"steps":10,"result":1535244752}"#), "{headers:?}");
        }
        assert_eq!(simulate(padded(MAX_BYTES + 1)), too_large());
    }

    #[test]
    fn a_body_declared_too_large_is_refused_before_it_is_read() {
        let json = ("Content-Type", "application/json");
        for length in [MAX_BYTES + 1, usize::MAX] {
            let length = ("Content-Length", &*length.to_string());
            assert_eq!(post("/simulate", &[json, length], unreadable()), too_large(), "{length:?}");
        }
    }

    #[test]
    fn a_body_of_unknown_length_is_read_up_to_the_limit() {
        let endless = stream::repeat_with(|| Ok::<_, io::Error>(vec![b' '; 1024]));
        assert_eq!(simulate(Body::from_bytes_stream(endless)), too_large());

        let chunks = [r#"{"se"#, r#"ed":4"#, "2}"].map(Ok::<_, io::Error>);
        let answer = simulate(Body::from_bytes_stream(stream::iter(chunks)));
        assert_eq!(answer, ok(r#"{"seed":42,"steps":10,"result":1535244752}"#));
    }

    #[test]
    fn a_body_that_breaks_off_is_incomplete() {
        let chunks = [Ok(r#"{"seed":42}"#), Err(io::Error::from(io::ErrorKind::UnexpectedEof))];
        let message = "The body ended early or its transfer coding is broken";
        let detail = format!(r#"{{"type":"body_incomplete","loc":["body"],"msg":"{message}"}}"#);
        assert_eq!(simulate(Body::from_bytes_stream(stream::iter(chunks))), refused(400, &detail));
    }

    #[test]
    fn the_request_holds_all_that_its_schema_accepts() {
        for seed in [i64::MIN, i64::MAX] {
            for steps in [1, 100_000] {
                let (status, body) = simulate(format!(r#"{{"seed":{seed},"steps":{steps}}}"#));
                assert!(status == 200 && body.starts_with(&format!(r#"{{"seed":{seed},"steps":{steps},"#)), "{body}");
            }
        }
    }

    /// A body that fails the test if it is read.
    fn unreadable() -> Body {
        Body::from_bytes_stream(stream::poll_fn(|_| -> Poll<Option<io::Result<Vec<u8>>>> {
            panic!("the body is read")
        }))
    }
}
