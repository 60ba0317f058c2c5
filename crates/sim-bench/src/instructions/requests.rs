//! The requests, and which peers can answer them.

use crate::peers::Peer;
use crate::scenario::{HEALTH, SIMULATE, Scenario, api_key};

/// A request to the product and to those peers that have it.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) scenario: &'static Scenario,
    pub(super) offered_by: fn(Peer) -> bool,
}

/// One request of each kind that has an answer of bounded length.
pub(crate) const OPERATIONS: [Operation; 4] = [
    Operation { scenario: &HEALTH, offered_by: |_| true },
    Operation { scenario: &SIMULATE, offered_by: |_| true },
    Operation { scenario: &BATCH, offered_by: |peer| matches!(peer, Peer::Hyper | Peer::Poem) },
    Operation { scenario: &GET_SIMULATION, offered_by: |_| false },
];

/// A simulation as a batch asks for it.
macro_rules! asked {
    ($seed:literal, $steps:literal, $result:literal) => {
        concat!(r#"{"seed":"#, $seed, r#","steps":"#, $steps, "}")
    };
}

/// The text of a simulation in the answer of a batch.
macro_rules! answered {
    ($seed:literal, $steps:literal, $result:literal) => {
        concat!(r#"{"seed":"#, $seed, r#","steps":"#, $steps, r#","result":"#, $result, "}")
    };
}

/// Seeds and steps of all lengths.
macro_rules! ten {
    ($form:ident) => {
        concat!(
            $form!(0, 10, 551188310),
            ",",
            $form!(42, 1000, 1363713826),
            ",",
            $form!(-7, 100000, 155702361),
            ",",
            $form!(7, 1, 1282168116),
            ",",
            $form!(123456, 99, 200400063),
            ",",
            $form!(2147483647, 500, 652349739),
            ",",
            $form!(-2147483648, 31415, 743110219),
            ",",
            $form!(9, 20000, 585922793),
            ",",
            $form!(-1, 7, 595070966),
            ",",
            $form!(1000000007, 12345, 383306076),
        )
    };
}

/// Ten times the ten.
macro_rules! hundred {
    ($form:ident) => {
        hundred!(ten!($form))
    };
    ($ten:expr) => {
        concat!($ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten, ",", $ten)
    };
}

/// A hundred simulations in one call.
const BATCH: Scenario = Scenario {
    name: "POST /simulate/batch, 100 simulations",
    request: concat!(
        "POST /simulate/batch HTTP/1.1\r\n",
        "Host: 127.0.0.1\r\n",
        "X-API-Key: ",
        api_key!(),
        "\r\nContent-Type: application/json\r\n",
        "Content-Length: 2717\r\n",
        "\r\n",
        r#"{"simulations":["#,
        hundred!(asked),
        "]}",
    ),
    body: concat!(r#"{"simulations":["#, hundred!(answered), "]}"),
};

/// A simulation by its address.
const GET_SIMULATION: Scenario = Scenario {
    name: "GET /simulate/42?steps=1000",
    request: concat!(
        "GET /simulate/42?steps=1000 HTTP/1.1\r\n",
        "Host: 127.0.0.1\r\n",
        "X-API-Key: ",
        api_key!(),
        "\r\n\r\n"
    ),
    body: SIMULATE.body,
};

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_batch_has_the_length_it_states_and_a_hundred_simulations_like_its_answer() {
        let (head, body) = BATCH.request.split_once("\r\n\r\n").expect("head and body");
        assert_eq!(head.rsplit_once(' ').map(|(_, length)| length), Some(body.len().to_string().as_str()));
        for json in [body, BATCH.body] {
            let json: Value = serde_json::from_str(json).expect("JSON");
            assert_eq!(json["simulations"].as_array().map(Vec::len), Some(100));
        }
    }
}
