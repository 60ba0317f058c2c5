use serde_json::{Value, json};

use super::parse;

fn outcome(body: impl AsRef<[u8]>) -> Result<String, Value> {
    parse(body.as_ref(), "body").map(|value| value.get().to_owned()).map_err(|violation| json!([violation]))
}

fn refused(position: usize, reason: &str) -> Result<String, Value> {
    Err(json!([{
        "type": "json_invalid",
        "loc": ["body", position],
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": reason},
    }]))
}

fn nested(levels: usize) -> String {
    format!("{}{}", "[".repeat(levels), "]".repeat(levels))
}

const TOO_DEEP: &str = "arrays and objects nest deeper than 128 levels";
const NOT_UTF_8: &str = "the text is not valid UTF-8";
const CONTROL: &str = "control character (\\u0000-\\u001F) found while parsing a string";

#[test]
fn a_value_is_kept_as_the_text_that_was_sent() {
    for (body, value) in [
        (" {\"a\" : 1.0e0}\r\n\t", "{\"a\" : 1.0e0}"),
        ("\u{FEFF}[1]", "[1]"),
        ("\u{FEFF} [1]", "[1]"),
        ("1e400", "1e400"),
        ("-0", "-0"),
        (r#""\ud800""#, r#""\ud800""#),
        (r#"{"\udfff":"\\\"\/\b\f\n\r\t\u0000"}"#, r#"{"\udfff":"\\\"\/\b\f\n\r\t\u0000"}"#),
        ("\"\u{7F}\u{2028}😀\"", "\"\u{7F}\u{2028}😀\""),
        ("null", "null"),
    ] {
        assert_eq!(outcome(body), Ok(value.to_owned()), "{body:?}");
    }
}

#[test]
fn an_empty_body_is_missing() {
    let missing = json!([{"type": "missing", "loc": ["body"], "msg": "Field required", "input": null}]);
    for body in ["", "\u{FEFF}"] {
        assert_eq!(outcome(body), Err(missing.clone()), "{body:?}");
    }
}

#[test]
fn a_text_that_stops_short_is_refused_at_its_end() {
    for (body, reason) in [
        (" ", "EOF while parsing a value"),
        ("\n\n", "EOF while parsing a value"),
        ("tru", "EOF while parsing a value"),
        ("\"", "EOF while parsing a string"),
        ("\"\\", "EOF while parsing a string"),
        ("\"\\u12", "EOF while parsing a string"),
        ("[1,2", "EOF while parsing a list"),
        ("[\n", "EOF while parsing a list"),
        ("{", "EOF while parsing an object"),
        ("{\"seed\":1", "EOF while parsing an object"),
        ("{\"seed\":1,", "EOF while parsing an object"),
        ("{\"seed\":", "EOF while parsing a value"),
        ("{\"seed\"", "EOF while parsing an object"),
        ("-", "invalid number"),
        ("1.", "invalid number"),
        ("[1,\n2e", "invalid number"),
        ("1e+", "invalid number"),
    ] {
        assert_eq!(outcome(body), refused(body.len(), reason), "{body:?}");
    }
}

#[test]
fn a_text_that_is_not_json_is_refused_where_it_stops_to_be() {
    for (body, position, reason) in [
        ("bad", 0, "expected value"),
        ("'x'", 0, "expected value"),
        ("// note\n1", 0, "expected value"),
        ("\u{A0}1", 0, "expected value"),
        ("]", 0, "expected value"),
        ("NaN", 0, "expected value"),
        ("{\"seed\":NaN}", 8, "expected value"),
        ("{\"seed\":Infinity}", 8, "expected value"),
        ("{\"seed\":-Infinity}", 9, "invalid number"),
        ("trux", 3, "expected ident"),
        ("+1", 0, "expected value"),
        (".5", 0, "expected value"),
        ("01", 1, "invalid number"),
        ("--", 1, "invalid number"),
        ("1.x", 2, "invalid number"),
        ("[1e,2]", 3, "invalid number"),
        ("0x10", 1, "trailing characters"),
        ("{bad", 1, "key must be a string"),
        ("{'seed':1}", 1, "key must be a string"),
        ("{1:2}", 1, "key must be a string"),
        ("{\"seed\":1,}", 10, "key must be a string"),
        ("{\"seed\"}", 7, "expected `:`"),
        ("{\"seed\" 1}", 8, "expected `:`"),
        ("{\"seed\":}", 8, "expected value"),
        ("{\"seed\":1 \"steps\":2}", 10, "expected `,` or `}`"),
        ("[1,]", 3, "expected value"),
        ("[1 2]", 3, "expected `,` or `]`"),
        ("{\"seed\":1}}", 10, "trailing characters"),
        ("{} {}", 3, "trailing characters"),
        ("{}\0", 2, "trailing characters"),
        ("{}\u{FEFF}", 2, "trailing characters"),
        ("\"\\x\"", 2, "invalid escape"),
        ("\"\\u12g4\"", 6, "invalid escape"),
        ("\"a\u{1}b\"", 2, CONTROL),
        ("\"\t\"", 1, CONTROL),
        ("{\"a\0\":1}", 3, CONTROL),
    ] {
        assert_eq!(outcome(body), refused(position, reason), "{body:?}");
    }
}

#[test]
fn a_position_counts_the_bytes_of_the_whole_body() {
    for (body, position, reason) in [
        ("{\n  \"seed\": 1,\n  bad\n}", 17, "key must be a string"),
        ("{\r\n\r\n]", 5, "key must be a string"),
        ("\n\n\n]", 3, "expected value"),
        ("\n\"a\nb\"", 3, CONTROL),
        ("[\n\"\\\n\"]", 4, "invalid escape"),
        ("[\ntr\n]", 4, "expected ident"),
        ("[\"😀\",\n\"ä\" x]", 14, "expected `,` or `]`"),
        ("\u{FEFF}bad", 3, "expected value"),
        ("\u{FEFF}\u{FEFF}1", 3, "expected value"),
        ("\u{FEFF}\n[", 5, "EOF while parsing a list"),
    ] {
        assert_eq!(outcome(body), refused(position, reason), "{body:?}");
    }
}

#[test]
fn a_body_that_is_not_utf_8_is_refused_at_the_first_bad_byte() {
    for (body, position) in [
        (&b"\xFF"[..], 0),
        (b"{\"seed\":1,\"x\":\"\xE4\"}", 15),
        (b"\xEF\xBB\xBF\"\xC3", 4),
        (b"\xEF\xBB", 0),
        (b"\"\xED\xA0\x80\"", 1),
        (b"\xFF\xFE{\0}\0", 0),
    ] {
        assert_eq!(outcome(body), refused(position, NOT_UTF_8), "{body:?}");
    }
}

#[test]
fn a_body_nests_up_to_128_levels() {
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    for body in [nested(128), objects(128), format!("{{\"x\":{},\"y\":{}}}", nested(127), objects(127))] {
        assert_eq!(outcome(&body), Ok(body.clone()), "{body}");
    }
    for (body, position) in [
        (nested(129), 128),
        (objects(129), 128 * 5),
        (format!("{{\"x\":{}}}", nested(128)), 5 + 127),
        (format!("\u{FEFF}{}", nested(129)), 3 + 128),
        ("[".repeat(129), 128),
        ("[".repeat(65_536), 128),
    ] {
        assert_eq!(outcome(&body), refused(position, TOO_DEEP), "{body}");
    }
}

#[test]
fn brackets_in_strings_do_not_nest() {
    let brackets = "[{".repeat(200);
    for string in
        [brackets.clone(), format!("\\\"{brackets}"), format!("{brackets}\\\\"), format!("\\\\\\\"{brackets}")]
    {
        let body = format!("[\"{string}\",{}]", nested(127));
        assert_eq!(outcome(&body), Ok(body.clone()), "{body}");
    }
    let after_a_backslash = format!("[\"\\\\\",{}]", nested(128));
    assert_eq!(outcome(&after_a_backslash), refused(6 + 127, TOO_DEEP));
    let side_by_side = format!("[{}[]]", "[],{},".repeat(200));
    assert_eq!(outcome(&side_by_side), Ok(side_by_side.clone()));
}
