//! Quantiles and cumulative functions against values that mpmath computed with 50 digits:
//! `independent/quantiles.py` writes the table.

use std::collections::BTreeMap;

use sim_model::distribution::{FAMILIES, Family};

struct Line {
    text: &'static str,
    family: &'static Family,
    parameters: Vec<f64>,
    probability: f64,
    quantile: f64,
}

fn table() -> Vec<Line> {
    let lines = include_str!("independent/quantiles.tsv").lines();
    lines
        .map(|text| {
            let fields: Vec<&str> = text.split('\t').collect();
            Line {
                text,
                family: FAMILIES.iter().find(|family| family.name == fields[0]).expect("a known family"),
                parameters: fields[1].split(' ').map(|number| number.parse().expect("a number")).collect(),
                probability: fields[2].parse().expect("a number"),
                quantile: fields[3].parse().expect("a number"),
            }
        })
        .collect()
}

const COUNTS: [&str; 4] = ["binomial", "geometric", "negative_binomial", "poisson"];

/// Zero for equal numbers, and for two numbers that are no distance apart.
fn relative_error(got: f64, wanted: f64) -> f64 {
    let distance = (got - wanted).abs();
    if distance == 0.0 { 0.0 } else { distance / wanted.abs() }
}

/// The largest error that is allowed for a family.
fn allowed(family: &str) -> f64 {
    if COUNTS.contains(&family) { 0.0 } else { 2e-13 }
}

#[test]
fn quantiles_are_right_to_twelve_digits_and_counts_exactly() {
    let (mut wrong, mut worst) = (vec![], BTreeMap::new());
    for line in table() {
        let got = (line.family.quantile)(line.probability, &line.parameters);
        let error = relative_error(got, line.quantile);
        let of_family: &mut f64 = worst.entry(line.family.name).or_default();
        *of_family = of_family.max(error);
        if error.is_nan() || error > allowed(line.family.name) {
            wrong.push(format!("{}: {got:e}, error {error:e}", line.text));
        }
    }
    assert_eq!(worst.len(), FAMILIES.len() - 1, "families in the table, which are all but bernoulli: {worst:?}");
    assert!(wrong.is_empty(), "{} lines: {wrong:#?}\n{worst:#?}", wrong.len());
}

#[test]
fn cumulative_functions_are_right_to_eleven_digits() {
    for Line { text, family, parameters, probability, quantile } in table() {
        let cdf = |x: f64| (family.cdf)(x, &parameters);
        if COUNTS.contains(&family.name) {
            assert!(cdf(quantile) >= probability * (1.0 - 1e-12), "{text}");
            assert!(cdf(quantile - 1.0) < probability * (1.0 + 1e-12), "{text}");
            continue;
        }
        if quantile == 0.0 {
            continue;
        }
        // The quantile itself is rounded to a double.
        let rounding = cdf(quantile.next_up()) - cdf(quantile.next_down());
        let allowed = 5e-12 * probability + rounding.abs();
        let error = (cdf(quantile) - probability).abs();
        assert!(error <= allowed, "{text}: {:e}, error {error:e}", cdf(quantile));
    }
}
