//! Texts that fit a schema, or nearly.

use std::iter;

use serde_json::Value;

/// The names of properties.
pub(super) const NAMES: [&str; 4] = ["a", "b", "long_name", "é"];

/// Choices, each a byte; the same ones again when they are used up.
pub(super) struct Dice {
    bytes: Vec<u8>,
    next: usize,
    round: u8,
}

impl Dice {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Self { bytes, next: 0, round: 0 }
    }

    fn below(&mut self, limit: usize) -> usize {
        if self.next == self.bytes.len() {
            (self.next, self.round) = (0, self.round.wrapping_add(1));
        }
        let byte = self.bytes[self.next].wrapping_add(self.round.wrapping_mul(41));
        self.next += 1;
        usize::from(byte) % limit
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

/// A text for a schema. The deeper it is, the sooner it ends.
pub(super) fn text(components: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> String {
    const VALUES: [&str; 14] = [
        "null",
        "true",
        "0",
        "1.5",
        "-7",
        "\"\"",
        "\"a\"",
        "\"1\"",
        "[]",
        "[1]",
        "{}",
        r#"{"a":1}"#,
        r#"{"kind":"one"}"#,
        r#"{"kind":"four","kind":1}"#,
    ];
    if depth > 6 || dice.one_in(12) {
        return dice.pick(&VALUES).to_owned();
    }
    let schema = resolved(components, schema);
    if let Some(members) = schema["oneOf"].as_array() {
        let member = &members[dice.below(members.len())];
        return text(components, member, dice, depth);
    }
    if let Some(words) = schema["enum"].as_array() {
        return words[dice.below(words.len())].to_string();
    }
    if let Some(word) = schema.get("const") {
        return word.to_string();
    }
    let name = schema["type"].as_str().or(schema["type"][0].as_str()).expect("a schema has a type");
    match name {
        "boolean" => dice.pick(&["true", "false"]).to_owned(),
        "integer" => dice
            .pick(&[
                "-4",
                "-3",
                "-2",
                "-0",
                "0",
                "0.0",
                "1",
                "1.0",
                "10e-1",
                "2",
                "0.3e1",
                "4",
                "8",
                "9",
                "1e1",
                "0.5",
                "2147483647",
                "2147483648",
                "-2147483648",
                "-2147483649",
                "9223372036854775807",
                "-9223372036854775808",
                "1e300",
                "2.5e0",
            ])
            .to_owned(),
        "number" => dice
            .pick(&[
                "-2.5", "-2.50001", "-1", "-1.0", "0", "-0.0", "1e-300", "0.1", "0.10", "1e-1", "0.5", "1", "1e3",
                "1001", "1e300", "1.1e300",
            ])
            .to_owned(),
        "string" => dice
            .pick(&[
                r#""""#,
                r#""a""#,
                r#""a.""#,
                r#""b""#,
                r#""abc""#,
                r#""\u0061bcb""#,
                r#""é""#,
                r#""😀😀😀😀""#,
                r#""x""#,
                r#""yzx""#,
                r#""abcabc""#,
            ])
            .to_owned(),
        "array" => {
            let length = dice.below(5);
            let items: Vec<_> =
                iter::repeat_with(|| text(components, &schema["items"], dice, depth + 1)).take(length).collect();
            format!("[{}]", items.join(","))
        }
        _ => object(components, schema, dice, depth),
    }
}

fn object(components: &Value, schema: &Value, dice: &mut Dice, depth: usize) -> String {
    let mut fields = vec![];
    if let Some(properties) = schema["properties"].as_object() {
        for (name, schema) in properties {
            if !dice.one_in(6) {
                fields.push(format!("{}:{}", Value::from(name.as_str()), text(components, schema, dice, depth + 1)));
            }
        }
        if dice.one_in(4) {
            let name = dice.pick(&["\"a\"", "\"\\u0062\"", "\"z\"", "\"long_nam\"", "\"kind\"", "\"\""]);
            fields
                .insert(dice.below(fields.len() + 1), format!("{name}:{}", dice.pick(&["1", "\"two\"", "null", "{}"])));
        }
    } else {
        for _ in 0..dice.below(4) {
            let name =
                dice.pick(&["\"a\"", "\"b\"", "\"\\u0061\"", "\"abc\"", "\"é\"", "\"yzx\"", "\"\"", "\"abcde\""]);
            fields.push(format!("{name}:{}", text(components, &schema["additionalProperties"], dice, depth + 1)));
        }
    }
    format!("{{{}}}", fields.join(","))
}

fn resolved<'a>(components: &'a Value, schema: &'a Value) -> &'a Value {
    let reference = schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str());
    match reference.and_then(|reference| reference.rsplit('/').next()) {
        Some(name) => resolved(components, &components["schemas"][name]),
        None => schema,
    }
}
