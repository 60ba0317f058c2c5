//! Simulations many at a time, and by their addresses.

use serde_json::{Value, json};

use crate::support::{Answer, JSON, Server, max_body_bytes, request};

const IMMUTABLE: Option<&str> = Some("public, max-age=31536000, immutable");
const ADDRESS: &str = "/simulate/42?steps=1000";
const RESULT: &str = r#"{"seed":42,"steps":1000,"result":1363713826}"#;

#[track_caller]
fn batch(server: &Server, body: impl AsRef<[u8]>) -> Answer {
    server.call("POST", "/simulate/batch", &[JSON], Some(body.as_ref()))
}

/// The state of the generator after `steps` single steps.
fn walked(seed: i64, steps: i64) -> i64 {
    (0..steps).fold(seed.rem_euclid(1 << 31), |state, _| (1_103_515_245 * state + 12_345) % (1 << 31))
}

/// The headers that a cache goes by.
fn caching(answer: &Answer) -> [Option<&str>; 3] {
    ["etag", "cache-control", "vary"].map(|name| answer.header(name))
}

#[test]
fn a_batch_of_10000_is_answered_in_order() {
    let simulations = (0..10_000_i64).map(|index| ((index - 5_000) * 1_844_674_407_370_955, 1 + index % 100));
    let list = |write: &dyn Fn((i64, i64)) -> String| {
        format!(r#"{{"simulations":[{}]}}"#, simulations.clone().map(write).collect::<Vec<_>>().join(","))
    };
    let sent = list(&|(seed, steps)| format!(r#"{{"seed":{seed},"steps":{steps}}}"#));
    let expected =
        list(&|(seed, steps)| format!(r#"{{"seed":{seed},"steps":{steps},"result":{}}}"#, walked(seed, steps)));
    let answer = batch(&Server::start(), sent);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    assert_eq!(answer.header("content-length"), Some(expected.len().to_string().as_str()));
    assert!(answer.text() == expected, "{:.500}", answer.text());
}

#[test]
fn a_batch_of_10001_is_refused_for_its_length() {
    let server = Server::start();
    let body = json!({ "simulations": vec![json!({"seed": 42}); 10_001] });
    let expected = json!({
        "type": "too_long",
        "loc": ["body", "simulations"],
        "msg": "List should have at most 10000 items after validation, not 10001",
        "ctx": {"max_length": 10_000, "actual_length": 10_001},
    });
    assert_eq!(batch(&server, body.to_string()).error(422), expected);
    let expected = json!({
        "type": "too_short",
        "loc": ["body", "simulations"],
        "msg": "List should have at least 1 item after validation, not 0",
        "ctx": {"min_length": 1, "actual_length": 0},
    });
    assert_eq!(batch(&server, r#"{"simulations":[]}"#).error(422), expected);
    server.expect_alive();
}

#[test]
fn the_longest_batch_fits_into_a_body_with_each_of_its_numbers_on_a_line() {
    let longest = json!({"seed": i64::MIN, "steps": 100_000});
    let body = serde_json::to_string_pretty(&json!({ "simulations": vec![longest; 10_000] })).expect("a value is text");
    let answer = batch(&Server::start(), &body);
    assert_eq!(answer.status, 200, "{} bytes", body.len());
    assert_eq!(answer.json()["simulations"].as_array().map(Vec::len), Some(10_000));
}

#[test]
fn a_batch_over_the_limit_of_a_body_is_a_413() {
    let server = Server::start();
    let padded = |length: usize| {
        let body = r#"{"simulations":[{"seed":42,"steps":1000}]}"#;
        body.to_owned() + &" ".repeat(length - body.len())
    };
    let answer = batch(&server, padded(max_body_bytes()));
    assert_eq!((answer.status, answer.text()), (200, format!(r#"{{"simulations":[{RESULT}]}}"#).as_str()));
    let error = batch(&server, padded(max_body_bytes() + 1)).error(413);
    assert_eq!((&error["type"], &error["ctx"]["max_bytes"]), (&json!("body_too_large"), &json!(max_body_bytes())));
    server.expect_alive();
}

#[test]
fn violations_in_a_batch_say_which_simulation_they_are_in() {
    let server = Server::start();
    let mut simulations = vec![json!({"seed": 42}); 10_000];
    simulations[0] = json!({"steps": 0});
    simulations[17] = json!(null);
    simulations[9_999] = json!({"seed": "x", "steps": 100_001});
    let errors = batch(&server, json!({ "simulations": simulations }).to_string()).errors(422);
    let found: Vec<_> = errors.iter().map(|error| json!([error["type"], error["loc"], error["input"]])).collect();
    let expected = [
        json!(["missing", ["body", "simulations", 0, "seed"], {"steps": 0}]),
        json!(["greater_than_equal", ["body", "simulations", 0, "steps"], 0]),
        json!(["model_attributes_type", ["body", "simulations", 17], null]),
        json!(["int_type", ["body", "simulations", 9_999, "seed"], "x"]),
        json!(["less_than_equal", ["body", "simulations", 9_999, "steps"], 100_001]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_batch_that_is_wrong_throughout_is_told_the_first_100_violations() {
    let server = Server::start();
    let errors = batch(&server, json!({ "simulations": vec![Value::Null; 10_000] }).to_string()).errors(422);
    let found: Vec<_> = errors.iter().map(|error| error["loc"].clone()).collect();
    assert_eq!(found, (0..100).map(|index| json!(["body", "simulations", index])).collect::<Vec<_>>());
    server.expect_alive();
}

#[test]
fn the_fields_of_a_batch_are_no_simulation_and_the_other_way_round() {
    let server = Server::start();
    let missing = |name: &str| json!(["missing", ["body", name]]);
    let outline = |answer: &Answer| json!([answer.error(422)["type"], answer.error(422)["loc"]]);
    assert_eq!(outline(&batch(&server, r#"{"seed":42}"#)), missing("simulations"));
    assert_eq!(outline(&server.simulate(r#"{"simulations":[{"seed":42}]}"#)), missing("seed"));
    let answer = server.call("POST", "/simulate/batch", &[("Content-Type", "text/plain")], Some(b"{}"));
    assert_eq!(answer.error(415)["type"], "unsupported_media_type");
}

#[test]
fn a_simulation_has_the_same_bytes_by_its_address_as_by_post() {
    let server = Server::start();
    for (target, body) in [
        (ADDRESS, r#"{"seed":42,"steps":1000}"#),
        ("/simulate/42", r#"{"seed":42}"#),
        ("/simulate/-1?steps=1", r#"{"seed":-1,"steps":1}"#),
        ("/simulate/-9223372036854775808?steps=100000", r#"{"seed":-9223372036854775808,"steps":100000}"#),
        ("/simulate/9223372036854775807?steps=00007&x=%FF", r#"{"seed":9223372036854775807,"steps":7}"#),
        ("/%73imulate/%34%32?step%73=%31", r#"{"seed":42,"steps":1}"#),
    ] {
        let (get, post) = (server.get(target), server.simulate(body));
        assert_eq!((get.status, get.text()), (200, post.text()), "{target}");
        for name in ["content-type", "content-length"] {
            assert_eq!(get.header(name), post.header(name), "{name} of {target}");
        }
        assert_eq!([post.header("etag"), post.header("cache-control")], [None, None]);
    }
    assert_eq!(server.get(ADDRESS).text(), RESULT);
}

#[test]
fn a_simulation_may_be_kept_for_ever_under_its_tag() {
    let server = Server::start();
    let first = server.get(ADDRESS);
    let tag = first.header("etag").expect("the answer has a tag");
    assert!(tag.starts_with('"') && tag.len() > 2 && tag.ends_with('"'), "{tag} is no strong tag");
    assert_eq!(first.header("cache-control"), IMMUTABLE);
    for known in [tag, &format!("W/{tag}"), &format!("\"other\", {tag}"), "*"] {
        let mut client = server.connect();
        client.send(request("GET", ADDRESS, &[("If-None-Match", known)], None));
        let again = client.answer();
        assert_eq!((again.status, caching(&again)), (304, caching(&first)), "{known}");
        assert_eq!([again.header("content-type"), again.header("content-length")], [None, None], "{known}");
        // A body would be read as the next answer.
        assert_eq!(client.get("/health").text(), r#"{"status":"ok"}"#, "{known}");
    }
    for other in ["\"other\"", "", "\u{e9}", tag.trim_matches('"')] {
        let answer = server.call("GET", ADDRESS, &[("If-None-Match", other)], None);
        assert_eq!((answer.status, answer.text(), caching(&answer)), (200, RESULT, caching(&first)), "{other}");
    }
}

#[test]
fn a_tag_is_that_of_the_answer_wherever_it_comes_from() {
    let (one, other) = (Server::start(), Server::start());
    let tag = |server: &Server, target: &str| server.get(target).header("etag").expect("a tag").to_owned();
    let expected = tag(&one, "/simulate/42");
    for target in ["/simulate/42", "/simulate/42?steps=10", "/simulate/042", "/simulate/%342?x"] {
        assert_eq!(tag(&other, target), expected, "{target}");
    }
    for target in ["/simulate/43", "/simulate/-42", "/simulate/42?steps=11", "/simulate/421"] {
        let answer = other.get(target);
        assert_ne!(answer.header("etag"), Some(expected.as_str()), "{target}");
    }
}

#[test]
fn an_address_that_breaks_its_schema_is_told_every_violation_and_not_kept() {
    let server = Server::start();
    let answer = server.get("/simulate/4.0?steps=0");
    let message = "Input should be a valid integer, unable to parse string as an integer";
    let expected = [
        json!({"type": "int_parsing", "loc": ["path", "seed"], "msg": message, "input": "4.0"}),
        json!({
            "type": "greater_than_equal",
            "loc": ["query", "steps"],
            "msg": "Input should be greater than or equal to 1",
            "input": "0",
            "ctx": {"ge": 1},
        }),
    ];
    // This says `no-store` too.
    assert_eq!(answer.errors(422), expected);
    assert_eq!(answer.header("etag"), None);
    for target in
        ["/simulate/x", "/simulate/%FF", "/simulate/+1", "/simulate/42?steps=1&steps=1", "/simulate/%7Bseed%7D"]
    {
        server.get(target).error(422);
        let known = server.call("GET", target, &[("If-None-Match", "*")], None);
        known.error(422);
    }
    server.expect_alive();
}

#[test]
fn the_methods_of_a_path_are_its_own() {
    let server = Server::start();
    for (method, target, allow) in [
        ("GET", "/simulate", "POST"),
        ("DELETE", "/simulate/batch", "POST"),
        ("GET", "/simulate/batch", "POST"),
        ("HEAD", "/simulate/batch", "POST"),
        ("POST", "/simulate/42", "GET, HEAD"),
        ("DELETE", "/simulate/x", "GET, HEAD"),
    ] {
        let answer = server.call(method, target, &[JSON], (method == "POST").then_some(b"{}"));
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allow)), "{method} {target}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{method} {target}");
    }
    let answer = server.call("GET", "/simulate/", &[], None);
    assert_eq!((answer.status, answer.header("location")), (307, Some("../simulate")));
}

#[test]
fn a_body_with_an_address_is_skipped() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(request("GET", ADDRESS, &[JSON], Some(br#"{"seed":7}"#)));
    assert_eq!(client.answer().text(), RESULT);
    assert_eq!(client.get(ADDRESS).text(), RESULT);
}
