//! `GET /simulate/{seed}`: one simulation by its URL.

use poem_openapi::{ApiResponse, OpenApi, param::Header, types::Example};

use crate::{
    http::{
        api_key::ApiKey,
        caching::{IMMUTABLE, entity_tag},
        json::Json,
        meter::Meter,
        parameters::{PathParameter, QueryParameter},
    },
    simulations::{
        Tag,
        create::{SimulateRequest, Simulation, default_steps, simulate},
    },
};

#[derive(ApiResponse)]
enum GetSimulationResponse {
    /// The state after the last step. It never changes, so it can be cached forever.
    #[oai(status = 200)]
    Ok(
        Json<Simulation>,
        /// The entity tag of this answer, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The answer can be cached forever. It is `private` instead of `public` if the service requires API keys, and
        /// then varies with `X-API-Key`.
        #[oai(header = "Cache-Control")]
        String,
    ),
    /// The client has this answer already: `If-None-Match` contains its entity tag.
    #[oai(status = 304)]
    #[expect(dead_code, reason = "published here; `Conditions` makes it of the answer")]
    NotModified(
        /// The entity tag of the answer, for `If-None-Match`.
        #[oai(header = "ETag")]
        String,
        /// The answer can be cached forever. It is `private` instead of `public` if the service requires API keys, and
        /// then varies with `X-API-Key`.
        #[oai(header = "Cache-Control")]
        String,
    ),
}

fn example_seed() -> i64 {
    SimulateRequest::example().seed
}

fn example_steps() -> i32 {
    SimulateRequest::example().steps
}

/// `GET /simulate/{seed}`.
#[derive(Debug)]
pub(crate) struct GetSimulation;

#[expect(clippy::unused_async, reason = "poem-openapi wants operations to be async")]
#[OpenApi]
impl GetSimulation {
    /// Get a simulation by its URL
    ///
    /// Returns the same bytes as `simulate`, at a URL that browsers and CDNs can cache: the answer never changes.
    #[oai(path = "/simulate/:seed", method = "get", operation_id = "get_simulation", tag = "Tag::Simulation")]
    async fn get_simulation(
        &self,
        _key: ApiKey,
        meter: Meter,
        /// The seed: any 64-bit integer, in decimal digits.
        #[oai(
            example = "example_seed",
            validator(minimum(value = "-9223372036854775808"), maximum(value = "9223372036854775807"))
        )]
        seed: PathParameter<i64>,
        /// The number of steps, 1 to 100000.
        #[oai(
            default = "default_steps",
            example = "example_steps",
            validator(minimum(value = "1"), maximum(value = "100000"))
        )]
        steps: QueryParameter<i32>,
        /// The entity tags of cached answers, as received in `ETag`.
        #[oai(name = "If-None-Match")]
        _known: Header<Option<String>>,
    ) -> GetSimulationResponse {
        let request = SimulateRequest { seed: seed.0, steps: steps.0 };
        let tag = entity_tag(format_args!("{}-{}", request.seed, request.steps));
        meter.count_steps(request.steps.unsigned_abs().into());
        GetSimulationResponse::Ok(Json(simulate(&request)), tag, IMMUTABLE.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use poem::Response;
    use serde_json::{Value, json};

    use crate::testing::{body, get, post_json};

    fn text(response: Response) -> String {
        String::from_utf8(body(response)).expect("the body is text")
    }

    #[test]
    fn the_answer_is_that_of_the_post_byte_for_byte() {
        for (address, body) in [
            ("/simulate/42?steps=1000", r#"{"seed":42,"steps":1000}"#),
            ("/simulate/42", r#"{"seed":42}"#),
            ("/simulate/-1?steps=1", r#"{"seed":-1,"steps":1}"#),
            ("/simulate/-9223372036854775808?steps=100000", r#"{"seed":-9223372036854775808,"steps":100000}"#),
            ("/simulate/9223372036854775807?unknown=x", r#"{"seed":9223372036854775807}"#),
            ("/simulate/%34%32?steps=%31", r#"{"seed":42,"steps":1}"#),
            ("/simulate/007?", r#"{"seed":7}"#),
        ] {
            let response = get(address, &[]);
            assert_eq!(response.content_type(), Some("application/json"), "{address}");
            assert_eq!((response.status().as_u16(), text(response)), post_json("/simulate", body), "{address}");
        }
    }

    #[test]
    fn every_violation_of_the_address_is_listed_in_its_place() {
        for (address, expected) in [
            ("/simulate/x", json!([["int_parsing", ["path", "seed"], "x"]])),
            (
                "/simulate/4.0?steps=1e3",
                json!([["int_parsing", ["path", "seed"], "4.0"], ["int_parsing", ["query", "steps"], "1e3"],]),
            ),
            (
                "/simulate/+1?steps=",
                json!([["int_parsing", ["path", "seed"], "+1"], ["int_parsing", ["query", "steps"], ""],]),
            ),
            (
                "/simulate/9223372036854775808?steps=0",
                json!([
                    ["less_than_equal", ["path", "seed"], "9223372036854775808"],
                    ["greater_than_equal", ["query", "steps"], "0"],
                ]),
            ),
            (
                "/simulate/-9223372036854775809?steps=100001",
                json!([
                    ["greater_than_equal", ["path", "seed"], "-9223372036854775809"],
                    ["less_than_equal", ["query", "steps"], "100001"],
                ]),
            ),
            ("/simulate/1?steps=1&steps=2", json!([["repeated", ["query", "steps"], ["1", "2"]]])),
            ("/simulate/%ff%22", json!([["int_parsing", ["path", "seed"], "\u{fffd}\""]])),
        ] {
            let response = get(address, &[]);
            assert_eq!(response.status(), 422, "{address}");
            let body: Value = serde_json::from_str(&text(response)).unwrap();
            let found: Vec<_> = body["detail"]
                .as_array()
                .unwrap()
                .iter()
                .map(|detail| json!([detail["type"], detail["loc"], detail["input"]]))
                .collect();
            assert_eq!(json!(found), expected, "{address}");
        }
    }

    #[test]
    fn an_answer_may_be_kept_for_ever_and_is_not_sent_twice() {
        let first = get("/simulate/42?steps=1000", &[]);
        assert_eq!(first.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
        let tag = first.header("ETag").unwrap().to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{tag} is strong");
        for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
            let again = get("/simulate/42?steps=1000", &[("If-None-Match", &known)]);
            assert_eq!((again.status().as_u16(), again.header("ETag")), (304, Some(tag.as_str())), "{known}");
            assert_eq!(again.header("Cache-Control"), Some("public, max-age=31536000, immutable"));
            assert_eq!(text(again), "");
        }
        assert_eq!(get("/simulate/42?steps=1000", &[("If-None-Match", "\"x\"")]).status(), 200);
    }

    #[test]
    fn answers_that_differ_have_tags_that_differ() {
        let tags = ["/simulate/42", "/simulate/43", "/simulate/42?steps=11", "/simulate/-42"];
        let mut tags = tags.map(|address| get(address, &[]).header("ETag").unwrap().to_owned()).to_vec();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), 4);
    }
}
