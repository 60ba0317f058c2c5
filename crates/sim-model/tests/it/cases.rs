//! Models whose answers are published or follow from formulas.
//!
//! An answer passes within half a unit of the last published digit and four of its own standard errors, for three seeds and a
//! million samples.

use sim_model::{Estimate, OutputReport};

use crate::report;

const SEEDS: [u64; 3] = [0, 1, 7];
const SAMPLES: u64 = 1_000_000;

/// Something a report says, and the published value: its digits tell how exact it is.
enum Known {
    Mean(&'static str),
    StandardDeviation(&'static str),
    Quantile(f64, &'static str),
    Above(f64, &'static str),
}

fn holds(model: &str, output: &str, known: &[Known]) {
    for seed in SEEDS {
        let report = report(model, seed, SAMPLES);
        for known in known {
            let (answer, error, value) = answer(&report.outputs[output], known);
            let allowed = half_a_unit(value) + 4.0 * error;
            let value: f64 = value.parse().unwrap();
            let off = (answer - value).abs();
            assert!(off <= allowed, "{output}, seed {seed}: {answer} ± {error} is {off} from {value}");
            // An error bar that is too long proves nothing.
            assert!(error <= 0.02 * value.abs() || error <= 2e-2, "{output}, seed {seed}: {answer} ± {error}");
        }
    }
}

fn answer(output: &OutputReport, known: &Known) -> (f64, f64, &'static str) {
    let estimate = |estimate: &Estimate| (estimate.value.unwrap(), estimate.standard_error.unwrap());
    let ((answer, error), value) = match known {
        Known::Mean(value) => (estimate(&output.mean), value),
        Known::StandardDeviation(value) => (estimate(&output.standard_deviation), value),
        Known::Quantile(probability, value) => {
            let quantile = output.quantiles.iter().find(|quantile| (quantile.probability - probability).abs() < 1e-9);
            let quantile = quantile.unwrap();
            // The interval is 95 % of a normal distribution wide.
            ((quantile.value, (quantile.high - quantile.low) / (2.0 * 1.96)), value)
        }
        Known::Above(threshold, value) => {
            let above = output.thresholds.iter().find(|above| (above.threshold - threshold).abs() < 1e-9).unwrap();
            (estimate(&above.above), value)
        }
    };
    (answer, error, value)
}

/// Half a unit of the last digit.
fn half_a_unit(number: &str) -> f64 {
    let (mantissa, exponent) = number.split_once('e').unwrap_or((number, "0"));
    let digits = mantissa.split_once('.').map_or(0, |(_, digits)| digits.len());
    format!("0.5e{}", exponent.parse::<i32>().unwrap() - i32::try_from(digits).unwrap()).parse().unwrap()
}

#[test]
fn piano_tuners_of_squiggles_documentation() {
    let model = r#"{
        "inputs": {
            "people": {"kind": "lognormal_between", "low": 8100000, "high": 8400000},
            "piano_percent": {"kind": "lognormal_between", "low": 0.2, "high": 1},
            "pianos_per_tuner": {"kind": "lognormal_between", "low": 2000, "high": 50000}
        },
        "formulas": {"tuners": "people * piano_percent * 0.01 / pianos_per_tuner"},
        "outputs": {"tuners": {}}
    }"#;
    let known = [
        Known::Quantile(0.05, "0.610078"),
        Known::Quantile(0.25, "1.763721"),
        Known::Quantile(0.5, "3.688902"),
        Known::Quantile(0.75, "7.715508"),
        Known::Quantile(0.95, "22.305362"),
        Known::Mean("6.711119"),
        Known::StandardDeviation("10.199473"),
    ];
    holds(model, "tuners", &known);
}

#[test]
fn a_lognormal_input_is_an_output() {
    let model = r#"{"inputs": {"x": {"kind": "lognormal_between", "low": 5, "high": 10}}, "outputs": {"x": {}}}"#;
    let known =
        [Known::Mean("7.229783732"), Known::Quantile(0.5, "7.071067812"), Known::StandardDeviation("1.540392868")];
    holds(model, "x", &known);
}

// JCGM 101:2008, section 9.2.
#[test]
fn additive_models_of_the_guide_to_uncertainty() {
    let four = |kind: &str, last: &str| {
        format!(
            r#"{{"inputs": {{"a": {kind}, "b": {kind}, "c": {kind}, "d": {last}}}, "formulas": {{"y": "a + b + c + d"}},
                "outputs": {{"y": {{"quantiles": [0.025, 0.975]}}}}}}"#
        )
    };
    let normal = r#"{"kind": "normal", "mean": 0, "sd": 1}"#;
    let rectangle = r#"{"kind": "uniform", "min": -1.7320508075688772, "max": 1.7320508075688772}"#;
    let wide = r#"{"kind": "uniform", "min": -17.320508075688775, "max": 17.320508075688775}"#;
    let known = |deviation, low, high| {
        [
            Known::Mean("0.0"),
            Known::StandardDeviation(deviation),
            Known::Quantile(0.025, low),
            Known::Quantile(0.975, high),
        ]
    };
    holds(&four(normal, normal), "y", &known("2.000000", "-3.92", "3.92"));
    holds(&four(rectangle, rectangle), "y", &known("2.000000", "-3.879407", "3.879407"));
    holds(&four(rectangle, wide), "y", &known("10.148892", "-17.015814", "17.015814"));
}

// JCGM 101:2008, section 9.3.
#[test]
fn calibration_of_a_mass() {
    let model = r#"{
        "inputs": {
            "m_r": {"kind": "normal", "mean": 100000, "sd": 0.05},
            "dm": {"kind": "normal", "mean": 1.234, "sd": 0.02},
            "a": {"kind": "uniform", "min": 1.1, "max": 1.3},
            "w": {"kind": "uniform", "min": 7000, "max": 9000},
            "r": {"kind": "uniform", "min": 7950, "max": 8050}
        },
        "formulas": {"m": "(m_r + dm) * (1 + (a - 1.2) * (1 / w - 1 / r)) - 100000"},
        "outputs": {"m": {}}
    }"#;
    holds(model, "m", &[Known::Mean("1.234"), Known::StandardDeviation("0.0754797")]);
}

// Hull, "Options, Futures, and Other Derivatives": the Black-Scholes example.
#[test]
fn a_european_option() {
    let model = r#"{
        "inputs": {"z": {"kind": "normal", "mean": 0, "sd": 1}},
        "constants": {"s": 42, "k": 40, "rate": 0.1, "sigma": 0.2, "t": 0.5},
        "formulas": {
            "price": "s * exp((rate - sigma^2 / 2) * t + sigma * sqrt(t) * z)",
            "call": "exp(-rate * t) * max(price - k, 0)",
            "put": "exp(-rate * t) * max(k - price, 0)"
        },
        "outputs": {"call": {}, "put": {}, "price": {"thresholds": [40]}}
    }"#;
    holds(model, "call", &[Known::Mean("4.759422")]);
    holds(model, "put", &[Known::Mean("0.808599")]);
    holds(model, "price", &[Known::Above(40.0, "0.734946")]);
}

// Owen, "Monte Carlo theory, methods and examples", section 8.
#[test]
fn a_project_of_ten_tasks() {
    let model = r#"{
        "inputs": {
            "d1": {"kind": "exponential", "mean": 4}, "d2": {"kind": "exponential", "mean": 4},
            "d3": {"kind": "exponential", "mean": 2}, "d4": {"kind": "exponential", "mean": 5},
            "d5": {"kind": "exponential", "mean": 2}, "d6": {"kind": "exponential", "mean": 3},
            "d7": {"kind": "exponential", "mean": 2}, "d8": {"kind": "exponential", "mean": 3},
            "d9": {"kind": "exponential", "mean": 2}, "d10": {"kind": "exponential", "mean": 2}
        },
        "formulas": {
            "e2": "d1 + d2", "e3": "d1 + d3", "e4": "e2 + d4", "e5": "e2 + d5", "e6": "e3 + d6", "e7": "e3 + d7",
            "e8": "e3 + d8", "e9": "max(max(e5, e6), e7) + d9", "e10": "max(max(e4, e8), e9) + d10"
        },
        "outputs": {"e10": {"quantiles": [0.05, 0.5, 0.8, 0.95], "thresholds": [15, 70]}}
    }"#;
    let known = [
        Known::Mean("18.210066"),
        Known::StandardDeviation("7.198391"),
        Known::Quantile(0.05, "8.723835"),
        Known::Quantile(0.5, "17.051943"),
        Known::Quantile(0.8, "23.518279"),
        Known::Quantile(0.95, "31.645737"),
        Known::Above(15.0, "0.628139"),
        Known::Above(70.0, "3.2115e-5"),
    ];
    holds(model, "e10", &known);
}

#[test]
fn the_difference_of_two_normals_is_below_0() {
    let model = r#"{
        "inputs": {"x": {"kind": "normal", "mean": 4, "sd": 1}, "y": {"kind": "normal", "mean": 2, "sd": 1}},
        "formulas": {"below": "x - y < 0", "difference": "x - y"},
        "outputs": {"below": {}, "difference": {"thresholds": [0]}}
    }"#;
    holds(model, "below", &[Known::Mean("0.0786496035")]);
    holds(model, "difference", &[Known::Above(0.0, "0.9213503965")]);
}

// Of 200 intervals of 95 %, 184 to 196 hold the true value; fewer or more by chance once in 20 times, but the seeds are fixed.
#[test]
fn error_bars_cover_the_truth_in_about_95_of_100_seeds() {
    let model = r#"{"inputs": {"x": {"kind": "exponential", "mean": 1}},
        "outputs": {"x": {"quantiles": [0.1, 0.5, 0.99], "thresholds": [1]}}}"#;
    let reports: Vec<_> = (0..200).map(|seed| report(model, seed, 5_000).outputs.remove("x").unwrap()).collect();
    let covered = |what: &str, covers: &dyn Fn(&OutputReport) -> bool| {
        let count = reports.iter().filter(|output| covers(output)).count();
        assert!((184..=196).contains(&count), "{what}: {count} of 200");
    };
    let within = |estimate: &Estimate, truth: f64| {
        (estimate.value.unwrap() - truth).abs() <= 1.96 * estimate.standard_error.unwrap()
    };
    covered("mean", &|output| within(&output.mean, 1.0));
    covered("standard deviation", &|output| within(&output.standard_deviation, 1.0));
    // e^-1, and -ln(1 - p).
    covered("share above 1", &|output| within(&output.thresholds[0].above, 0.367_879_441));
    for (place, truth) in [0.105_360_516, std::f64::consts::LN_2, 4.605_170_186].into_iter().enumerate() {
        covered("quantile", &|output| (output.quantiles[place].low..=output.quantiles[place].high).contains(&truth));
    }
}
