//! Deliberate differences from the replaced FastAPI service; `docs/from-fastapi.md` gives the reasons.

use serde_json::{Value, json};

use crate::support::{Server, max_body_bytes, request};

fn violations(body: impl AsRef<[u8]>) -> Vec<Value> {
    Server::start().simulate(body).errors(422)
}

#[test]
fn strings_and_booleans_are_no_integers() {
    let server = Server::start();
    for sent in [json!("42"), json!("1e3"), json!(""), json!(true), json!(false)] {
        let errors = server.simulate(json!({"seed": sent, "steps": sent}).to_string()).errors(422);
        let expected = ["seed", "steps"].map(|field| {
            json!({"type": "int_type", "loc": ["body", field], "msg": "Input should be a valid integer", "input": sent})
        });
        assert_eq!(errors, expected);
    }
}

#[test]
fn a_seed_above_64_bits_is_refused_by_its_range() {
    let expected = json!({
        "type": "less_than_equal",
        "loc": ["body", "seed"],
        "msg": "Input should be less than or equal to 9223372036854775807",
        "input": 9_223_372_036_854_775_808_u64,
        "ctx": {"le": i64::MAX},
    });
    assert_eq!(violations(r#"{"seed":9223372036854775808}"#), [expected]);
}

#[test]
fn a_seed_below_64_bits_is_refused_by_its_range() {
    let answer = Server::start().simulate(r#"{"seed":-9223372036854775809}"#);
    assert_eq!(answer.error(422)["ctx"], json!({"ge": i64::MIN}));
    // Compared as text, because the number itself fits into no integer of JSON's readers.
    assert_eq!(
        answer.text(),
        r#"{"detail":[{"type":"greater_than_equal","loc":["body","seed"],"msg":"Input should be greater than or equal to -9223372036854775808","input":-9223372036854775809,"ctx":{"ge":-9223372036854775808}}]}"#
    );
}

#[test]
fn the_ends_of_the_64_bit_range_are_taken() {
    let server = Server::start();
    let largest = server.simulate(r#"{"seed":9223372036854775807,"steps":1}"#);
    let all_ones = server.simulate(r#"{"seed":-1,"steps":1}"#).json();
    assert_eq!((largest.status, &largest.json()["result"]), (200, &all_ones["result"]));
    let smallest = server.simulate(r#"{"seed":-9223372036854775808,"steps":1}"#);
    assert_eq!(smallest.text(), r#"{"seed":-9223372036854775808,"steps":1,"result":12345}"#);
}

#[test]
fn a_wrong_media_type_is_415_and_quoted() {
    let server = Server::start();
    for sent in ["text/plain", "application/x-www-form-urlencoded", "application/octet-stream", "text/json", "json"] {
        let answer = server.call("POST", "/simulate", &[("Content-Type", sent)], Some(br#"{"seed":42}"#));
        let expected = json!({
            "type": "unsupported_media_type",
            "loc": ["header", "content-type"],
            "msg": "Content-Type should be application/json",
            "input": sent,
            "ctx": {"expected": "application/json"},
        });
        assert_eq!(answer.error(415), expected);
    }
}

#[test]
fn a_missing_media_type_is_415() {
    let error = Server::start().call("POST", "/simulate", &[], Some(br#"{"seed":42}"#)).error(415);
    assert_eq!(error["type"], "unsupported_media_type");
    assert_eq!(error.get("input"), None);
}

#[test]
fn head_works_where_get_does() {
    let server = Server::start();
    for target in [
        "/",
        "/health",
        "/simulate/42?steps=1000",
        "/docs",
        "/redoc",
        "/openapi.json",
        "/openapi-3.0.json",
        "/assets/docs.js",
        "/assets/swagger-ui-5.35.0/swagger-ui.css",
        "/health/",
        "/simulate/42/",
    ] {
        for headers in [[].as_slice(), &[("Accept-Encoding", "br")], &[("If-None-Match", "*")]] {
            let headers = [headers, &[("X-Request-Id", "one")]].concat();
            let (mut get, mut head) = (server.connect(), server.connect());
            get.send(request("GET", target, &headers, None));
            head.send(request("HEAD", target, &headers, None));
            let (get, head_answer) = (get.answer(), head.head_of_answer());
            assert_eq!(
                (get.status, without_date(get.headers)),
                (head_answer.status, without_date(head_answer.headers))
            );
            // What followed the head would be read as the next answer.
            assert_eq!(head.get("/health").text(), r#"{"status":"ok"}"#, "{target}");
        }
    }
}

fn without_date(mut headers: Vec<(String, String)>) -> Vec<(String, String)> {
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    headers
}

#[test]
fn head_fails_as_get_does() {
    let server = Server::start();
    for (target, status, allow) in [
        ("/nope", 404, None),
        ("/simulate", 405, Some("POST")),
        ("/simulate/batch", 405, Some("POST")),
        ("/simulate/x?steps=0", 422, None),
    ] {
        let (get, head) = (server.get(target), server.call("HEAD", target, &[], None));
        assert_eq!((get.status, get.header("allow")), (status, allow));
        assert_eq!((head.status, head.header("allow")), (status, allow));
        assert_eq!(get.header("content-length"), head.header("content-length"));
    }
}

#[test]
fn numbers_that_json_does_not_have_are_invalid_json() {
    for number in ["NaN", "Infinity", "-Infinity", "+1", ".5", "1.", "0x2A"] {
        let body = format!(r#"{{"seed":{number}}}"#);
        let errors = violations(&body);
        assert_eq!((errors.len(), &errors[0]["type"]), (1, &json!("json_invalid")), "{body}");
    }
}

#[test]
fn invalid_utf_8_is_invalid_json_at_its_byte() {
    for (body, position) in [
        (&b"{\"seed\":1,\"\xFF\":2}"[..], 11),
        (b"\xFF\xFE{\x00}\x00", 0),
        (b"{\"seed\":1,\"x\":\"\xC3\"}", 15),
        (b"{\"\xED\xA0\x80\":1}", 2),
    ] {
        let errors = violations(body);
        assert_eq!((&errors[0]["type"], &errors[0]["loc"]), (&json!("json_invalid"), &json!(["body", position])));
    }
}

#[test]
fn the_position_of_invalid_json_counts_bytes() {
    assert_eq!(violations("{\"é\":1,}")[0]["loc"], json!(["body", 8]));
}

#[test]
fn nesting_is_read_to_128_levels_and_refused_beyond() {
    let server = Server::start();
    let nested = |levels: usize| format!(r#"{{"seed":42,"x":{}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
    assert_eq!(server.simulate(nested(128)).text(), r#"{"seed":42,"steps":10,"result":1535244752}"#);
    let error = server.simulate(nested(129)).error(422);
    assert_eq!((&error["type"], &error["loc"]), (&json!("json_invalid"), &json!(["body", 142])));
    let objects = format!("{}1{}", r#"{"seed":"#.repeat(129), "}".repeat(129));
    assert_eq!(server.simulate(objects).error(422)["type"], "json_invalid");
}

#[test]
fn null_for_a_field_with_a_default_is_an_error() {
    let expected =
        json!({"type": "int_type", "loc": ["body", "steps"], "msg": "Input should be a valid integer", "input": null});
    assert_eq!(violations(r#"{"seed":42,"steps":null}"#), [expected]);
}

#[test]
fn a_body_has_at_most_as_many_bytes_as_the_contract_says() {
    let server = Server::start();
    let max_bytes = max_body_bytes();
    let padded = |length: usize| format!(r#"{{"seed":42{}}}"#, " ".repeat(length - 11));
    assert_eq!(server.simulate(padded(max_bytes)).status, 200);
    let expected = json!({
        "type": "body_too_large",
        "loc": ["body"],
        "msg": format!("Body should have at most {max_bytes} bytes"),
        "ctx": {"max_bytes": max_bytes},
    });
    assert_eq!(server.simulate(padded(max_bytes + 1)).error(413), expected);
}

#[test]
fn conditions_and_codings_that_the_reference_ignores_are_read() {
    let server = Server::start();
    for (name, value, status) in
        [("If-Match", "\"nope\"", 412), ("If-None-Match", "*", 304), ("Accept-Encoding", "*;q=0", 406)]
    {
        assert_eq!(server.call("GET", "/health", &[(name, value)], None).status, status, "{name}");
    }
    let coded = [("Content-Type", "application/json"), ("Content-Encoding", "gzip")];
    assert_eq!(server.call("POST", "/simulate", &coded, Some(b"x")).status, 415);
    assert_eq!(server.get("/health/").header("location"), Some("../health"));
}
