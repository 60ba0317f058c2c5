//! Bodies for `simulate` and `simulate_batch`, good and bad.
//!
//! Numbers stay where the judge of the published schema, who sees what is no 64-bit integer as a double, sees the number
//! itself: whole ones with a fraction or an exponent within ±2^53, integers below -2^63 by far more than a double's
//! rounding there, and none that overflow a double. Strings have no lone surrogates, which the judge's parser refuses.
//! What lies outside is tested with the reading of integers and of texts.

use proptest::{collection::vec, option, prelude::*, sample::select};

/// The greatest whole number below which doubles leave none out.
const TWO_TO_THE_53: i64 = 1 << 53;

/// A body that the service accepts, and what it holds.
#[derive(Debug, Clone)]
pub(crate) struct Valid {
    pub(crate) text: String,
    pub(crate) seed: i64,
    pub(crate) steps: Option<i32>,
}

/// The name and the value of a field, as JSON text.
type Field = (String, String);

pub(crate) fn valid() -> impl Strategy<Value = Valid> {
    let steps = option::of((1..=2_000_i32).prop_flat_map(|steps| (Just(steps), spelled(steps.into()))));
    // Earlier fields may be anything, for of a repeated name the last wins. Later ones have other names.
    (vec(any_field(), 0..3), seed(), steps, vec(other_field(), 0..3), whitespace()).prop_map(
        |(mut fields, (seed, seed_text), steps, others, space)| {
            if steps.is_none() {
                fields.retain(|(name, _)| !names_steps(name));
            }
            fields.push(("\"seed\"".to_owned(), seed_text));
            fields.extend(steps.as_ref().map(|(_, text)| ("\"steps\"".to_owned(), text.clone())));
            fields.extend(others);
            Valid { text: object(&fields, space), seed, steps: steps.map(|(steps, _)| steps) }
        },
    )
}

/// A batch of valid simulations, each as it is sent alone, and the whitespace between them.
pub(crate) fn valid_batch() -> impl Strategy<Value = (Vec<String>, &'static str)> {
    (vec(valid().prop_map(|valid| valid.text), 1..6), whitespace())
}

/// What a batch may hold: JSON, valid or not.
pub(crate) fn items() -> impl Strategy<Value = Vec<String>> {
    vec(prop_oneof![3 => valid().prop_map(|valid| valid.text), 3 => json(), 1 => value()], 1..6)
}

/// The body of a batch.
pub(crate) fn batch_of(items: &[String], space: &str) -> String {
    format!(r#"{{"simulations":{}}}"#, list(items, space))
}

/// A body for a batch that is JSON, often valid or nearly so.
pub(crate) fn batch() -> impl Strategy<Value = String> {
    let name = || select(vec![r#""simulations""#, r#""simul\u0061tions""#]).prop_map(str::to_owned);
    let near = select(vec![r#""Simulations""#, r#""simulation""#, r#""simulations ""#]).prop_map(str::to_owned);
    let valid = || valid_batch().prop_map(|(items, space)| list(&items, space));
    let any = prop_oneof![
        4 => (items(), whitespace()).prop_map(|(items, space)| list(&items, space)),
        1 => json(),
        1 => value(),
    ];
    let field = prop_oneof![4 => (name(), valid()), 4 => (name(), any), 1 => (near, valid()), 1 => other_field()];
    prop_oneof![
        8 => (vec(field, 0..4), whitespace()).prop_map(|(fields, space)| object(&fields, space)),
        1 => value(),
    ]
}

/// A batch about as long as one may be, or as short, and how many simulations it has: all but a few are the same.
pub(crate) fn long_batch() -> impl Strategy<Value = (usize, String)> {
    let length = select(vec![0, 1, 99, 100, 101, 9_999, 10_000, 10_001, 10_100]);
    let valid = select(vec![r#"{"seed":1}"#, r#"{"steps":100000,"seed":-1}"#, r#"{"seed":4.2e1,"x":[{}]}"#]);
    let invalid =
        select(vec!["{}", "[]", "null", "7", r#"{"seed":"1"}"#, r#"{"seed":1,"steps":0}"#, r#"{"steps":1.5}"#]);
    let usual = prop_oneof![7 => valid.clone(), 1 => invalid.clone()];
    let others = vec((any::<prop::sample::Index>(), prop_oneof![valid, invalid]), 0..3);
    (length, usual, prop_oneof![Just(vec![]), others], whitespace()).prop_map(|(length, usual, others, space)| {
        let mut items = vec![usual.to_owned(); length];
        for (place, item) in others.into_iter().filter(|_| length > 0) {
            item.clone_into(&mut items[place.index(length)]);
        }
        (length, batch_of(&items, space))
    })
}

/// A body that is JSON, often an object and often valid or nearly so.
pub(crate) fn json() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => valid().prop_map(|valid| valid.text),
        6 => (vec(any_field(), 0..6), whitespace()).prop_map(|(fields, space)| object(&fields, space)),
        1 => value(),
    ]
}

/// Any bytes: some at random, others a JSON body with a few bytes changed.
pub(crate) fn bytes(json: impl Strategy<Value = String>) -> impl Strategy<Value = Vec<u8>> {
    let change = (any::<prop::sample::Index>(), 0..3_u8, prop_oneof![any::<u8>(), select(b"{}[]\",:\\0-.eE".to_vec())]);
    let changed = (json, vec(change, 1..4)).prop_map(|(text, changes)| {
        let mut bytes = text.into_bytes();
        for (place, kind, byte) in changes {
            let place = place.index(bytes.len() + 1);
            match kind {
                0 => bytes.insert(place, byte),
                1 => bytes.truncate(place),
                _ => bytes.get_mut(place).into_iter().for_each(|changed| *changed = byte),
            }
        }
        bytes
    });
    prop_oneof![1 => vec(any::<u8>(), 0..64), 4 => changed]
}

fn seed() -> impl Strategy<Value = (i64, String)> {
    let exact = any::<i64>().prop_map(|seed| (seed, seed.to_string()));
    let spelled = (-TWO_TO_THE_53..=TWO_TO_THE_53).prop_flat_map(|seed| (Just(seed), spelled(seed)));
    let bounds = select(vec![i64::MIN, i64::MAX, 0, -1]).prop_map(|seed| (seed, seed.to_string()));
    prop_oneof![2 => exact, 2 => spelled, 1 => bounds]
}

/// The ways to write a whole number, all of them exact.
fn spelled(number: i64) -> impl Strategy<Value = String> {
    let (sign, digits) = (if number < 0 { "-" } else { "" }, number.unsigned_abs().to_string());
    let length = digits.len();
    select(vec![
        format!("{number}"),
        format!("{number}.0"),
        format!("{number}.000"),
        format!("{number}e0"),
        format!("{number}E+00"),
        format!("{number}.0e-0"),
        format!("{sign}0.{digits}e{length}"),
        format!("{sign}0.0{digits}E{}", length + 1),
    ])
}

fn number() -> impl Strategy<Value = String> {
    let fraction = (-(1_i64 << 49)..1_i64 << 49, select(vec!["5", "25", "125", "50", "875"]));
    let power = (1..10_u8, 19..300_u16);
    let many_digits = (1..10_u8, 20..40_usize).prop_map(|(digit, zeros)| format!("{digit}{}", "0".repeat(zeros)));
    let beyond = prop_oneof![many_digits, power.prop_map(|(digit, exponent)| format!("{digit}e{exponent}"))];
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        (-TWO_TO_THE_53..=TWO_TO_THE_53).prop_flat_map(spelled),
        (-10..=200_010_i64).prop_flat_map(spelled),
        select(vec![0, 1, -1, 99_999, 100_000, 100_001, i64::MIN, i64::MAX]).prop_map(|number| number.to_string()),
        select(vec![0, 1, -1, 99_999, 100_000, 100_001]).prop_flat_map(spelled),
        select(vec!["-0", "-0.0", "0e7", "1e5", "1e-1", "10e-1", "0.1e1", "0.1", "1e-300"]).prop_map(str::to_owned),
        ((1_u64 << 63)..=u64::MAX).prop_map(|number| number.to_string()),
        fraction.prop_map(|(whole, digits)| format!("{whole}.{digits}")),
        (any::<bool>(), beyond).prop_map(|(negative, number)| if negative { format!("-{number}") } else { number }),
    ]
}

fn string() -> impl Strategy<Value = String> {
    let text = vec(any::<char>(), 0..6).prop_map(String::from_iter);
    let number = number();
    let text = prop_oneof![text, number, select(vec!["[", "{\"", "\\", "seed"]).prop_map(str::to_owned)];
    text.prop_map(|text| serde_json::Value::from(text).to_string())
}

fn value() -> impl Strategy<Value = String> {
    let literal = select(vec!["null", "true", "false", "[]", "{}"]).prop_map(str::to_owned);
    let leaf = prop_oneof![3 => number(), 1 => string(), 1 => literal];
    leaf.prop_recursive(4, 16, 4, |inner| {
        let fields = vec((prop_oneof![name(), string()], inner.clone()), 0..4);
        prop_oneof![
            (vec(inner, 0..4), whitespace()).prop_map(|(items, space)| list(&items, space)),
            (fields, whitespace()).prop_map(|(fields, space)| object(&fields, space)),
        ]
    })
}

/// The name of a field, in one of its spellings.
fn name() -> impl Strategy<Value = String> {
    let names = [r#""seed""#, r#""steps""#, r#""\u0073eed""#, r#""st\u0065ps""#];
    select(names.to_vec()).prop_map(str::to_owned)
}

fn names_steps(name: &str) -> bool {
    name.parse::<serde_json::Value>().is_ok_and(|name| name == "steps")
}

fn any_field() -> impl Strategy<Value = Field> {
    let seed = seed().prop_map(|(_, text)| ("\"seed\"".to_owned(), text));
    let steps = (1..=100_000_i64).prop_flat_map(spelled).prop_map(|text| ("\"steps\"".to_owned(), text));
    prop_oneof![3 => seed, 3 => steps, 2 => (name(), value()), 2 => other_field()]
}

/// A field that the schema does not name.
fn other_field() -> impl Strategy<Value = Field> {
    let near = select(vec![r#""Seed""#, r#""seed ""#, r#""see""#, r#""""#, r#""seed\u0000""#, r#""ste\\u0070s""#]);
    let name =
        prop_oneof![near.prop_map(str::to_owned), string().prop_filter("another name", |name| name != "\"seed\"")];
    (name, value())
}

fn whitespace() -> impl Strategy<Value = &'static str> {
    select(vec!["", " ", "\n", "\t\r\n "])
}

fn list(items: &[String], space: &str) -> String {
    format!("{space}[{}{space}]", items.join(&format!("{space},{space}")))
}

fn object(fields: &[Field], space: &str) -> String {
    let fields: Vec<_> =
        fields.iter().map(|(name, value)| format!("{space}{name}{space}:{space}{value}{space}")).collect();
    format!("{space}{{{}}}{space}", fields.join(","))
}
