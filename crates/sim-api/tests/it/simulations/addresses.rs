//! Laws of the operations that are called by an address.

use std::sync::LazyLock;

use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::{Value, json};
use sim_api::{OpenApiVersion::V3_1, Readiness};

use crate::{
    contract::openapi::{Operation, document, integer, operations, validator},
    service::{Call, simulate, text},
};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document(V3_1));

/// The operations with parameters in their addresses.
fn addressed() -> Vec<Operation<'static>> {
    let mut addressed = operations(&DOCUMENT);
    addressed.retain(|operation| operation.address_parameters().next().is_some());
    assert!(!addressed.is_empty());
    addressed
}

/// The integer that a text is in decimal; those of more than 30 digits are all alike.
fn decimal(text: &str) -> Option<i128> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = digits.trim_start_matches('0');
    match digits.len() {
        0 => Some(0),
        1..=30 => digits.parse::<i128>().ok().map(|number| sign * number),
        _ => Some(sign * i128::MAX),
    }
}

/// Whether the published schema of a parameter accepts a text, which stands for an integer where it is one in decimal.
fn is_accepted(parameter: &Value, text: &str) -> bool {
    // It refers to no other schema.
    let judge = validator(&Value::Null, &parameter["schema"]);
    judge.is_valid(&decimal(text).map_or_else(|| json!(text), shown_to_the_judge))
}

/// A number as the judge reads it: what has more than 64 bits as a double, which is rounded and may be that of a bound;
/// so one that is farther out.
fn shown_to_the_judge(number: i128) -> Value {
    let exact = i64::try_from(number).map(Value::from).or_else(|_| u64::try_from(number).map(Value::from));
    exact.unwrap_or_else(|_| json!(if number < 0 { f64::MIN } else { f64::MAX }))
}

/// A text for a parameter of any bounds, often an integer and often close to a bound.
fn sent() -> impl Strategy<Value = String> {
    let parameters = addressed().into_iter().flat_map(|operation| operation.address_parameters());
    let bounds: Vec<_> = parameters
        .flat_map(|parameter| ["minimum", "maximum"].map(|keyword| i128::from(integer(&parameter["schema"], keyword))))
        .collect();
    let near = (select(bounds), -2..=2_i128).prop_map(|(bound, distance)| bound + distance);
    let integer =
        prop_oneof![near, any::<i64>().prop_map(i128::from), any::<i32>().prop_map(i128::from), any::<i128>()];
    let padded = (integer.clone(), 0..40_usize).prop_map(|(number, zeros)| {
        let sign = if number < 0 { "-" } else { "" };
        format!("{sign}{}{}", "0".repeat(zeros), number.unsigned_abs())
    });
    let none = select(vec![
        "",
        "-",
        "--1",
        "+1",
        "1.0",
        "1.",
        ".5",
        "1e3",
        "0x1",
        "1_000",
        "1,2",
        " 1",
        "1 ",
        "\t1",
        "1\n",
        "\u{a0}1",
        "\u{feff}1",
        "٤٢",
        "４２",
        "²",
        "−1",
        "NaN",
        "null",
        "true",
        "\"1\"",
        "[1]",
        "{}",
        "%31",
        "1%",
        "1/2",
        "1?",
        "1&",
        "1=1",
        "1#",
        "..",
        "\0",
        "1\0",
    ]);
    prop_oneof![
        4 => integer.prop_map(|number| number.to_string()),
        2 => padded,
        2 => none.prop_map(str::to_owned),
        1 => (any::<i64>(), any::<char>()).prop_map(|(number, letter)| format!("{number}{letter}")),
        1 => vec(any::<char>(), 0..6).prop_map(String::from_iter),
    ]
}

/// A text for each parameter of an operation; of those of the query, some are left out.
fn parameters() -> impl Strategy<Value = (usize, Vec<Option<String>>)> {
    let most = addressed().iter().map(|operation| operation.address_parameters().count()).max().unwrap_or(0);
    (0..addressed().len(), vec(option::weighted(0.8, prop_oneof![2 => Just("1".to_owned()), 3 => sent()]), most))
}

/// Decimal digits with some of them escaped, and some zeros before them.
fn spelled(number: i64, zeros: usize, escaped: &[bool]) -> String {
    let sign = if number < 0 { "-" } else { "" };
    let text = format!("{sign}{}{}", "0".repeat(zeros), number.unsigned_abs());
    let letters = text.bytes().zip(escaped.iter().cycle());
    let write = |(byte, is_escaped): (u8, &bool)| {
        if *is_escaped { format!("%{byte:02X}") } else { char::from(byte).to_string() }
    };
    letters.map(write).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_simulation_at_an_address_is_that_of_the_post_byte_for_byte(
        seed in prop_oneof![any::<i64>(), any::<i32>().prop_map(i64::from), select(vec![i64::MIN, i64::MAX, 0, -1])],
        steps in option::of(1..=100_000_i64),
        zeros in 0..3_usize,
        escaped in vec(any::<bool>(), 1..8),
        other in select(vec!["", "&", "&unknown=1", "&Steps=0", "&step%73%20=0", "&%FF=%FF&=&=1"]),
    ) {
        let query = steps.map(|steps| format!("steps={}", spelled(steps, zeros, &escaped))).unwrap_or_default();
        let address = format!("/simulate/{}?{query}{other}", spelled(seed, zeros, &escaped));
        let body = steps.map_or(json!({"seed": seed}), |steps| json!({"seed": seed, "steps": steps}));
        let answer = Call::new("GET", address).send(&Readiness::default());
        prop_assert_eq!(answer.operation_id, "get_simulation");
        prop_assert_eq!((answer.status, answer.body), (200, simulate(body.to_string()).body));
    }

    #[test]
    fn the_service_accepts_the_parameters_that_their_published_schemas_accept((operation, texts) in parameters()) {
        let operation = &addressed()[operation];
        let mut texts = texts.into_iter();
        let mut refused = vec![];
        let address = operation.address(|parameter| {
            let text = texts.next().flatten();
            let is_in_path = parameter["in"] == "path";
            // A path without a segment is another path.
            let text = text.filter(|text| !is_in_path || !text.is_empty()).or(is_in_path.then(|| "1".to_owned()))?;
            if !is_accepted(parameter, &text) {
                refused.push(json!([parameter["in"], parameter["name"], text]));
            }
            Some(text)
        });
        let response = Call::new(operation.method, address.as_str()).respond(&Readiness::default());
        prop_assert_eq!(response.status().as_u16(), if refused.is_empty() { 200 } else { 422 }, "{}", address);
        if !refused.is_empty() {
            let answer: Value = serde_json::from_str(&text(response)).unwrap();
            let entries = answer["detail"].as_array().unwrap().iter();
            let named = entries.map(|entry| json!([entry["loc"][0], entry["loc"][1], entry["input"]]));
            prop_assert_eq!(named.collect::<Vec<_>>(), refused, "{}", address);
        }
    }
}
