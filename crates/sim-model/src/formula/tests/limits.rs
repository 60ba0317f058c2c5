use std::collections::BTreeMap;
use std::thread;

use proptest::prelude::*;

use super::{compiled, compiled_with};
use crate::formula::{FormulaErrorKind, MAX_DEPTH, MAX_ERRORS, MAX_FORMULA_BYTES, MAX_NODES, parse};

/// Runs `check` on a stack of a quarter of a megabyte.
fn on_a_small_stack(check: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(256 * 1024).spawn(check).expect("a thread").join().expect("no overflow");
}

fn first_kind(text: &str) -> FormulaErrorKind {
    parse(text).expect_err("the formula is refused")[0].kind
}

#[test]
fn a_formula_of_more_than_the_allowed_bytes_is_refused_unread() {
    let text = format!("{}1", " ".repeat(MAX_FORMULA_BYTES - 1));
    assert!(parse(&text).is_ok());
    assert_eq!(first_kind(&format!(" {text}")), FormulaErrorKind::TooLong);
    assert_eq!(first_kind(&"(".repeat(200_000)), FormulaErrorKind::TooLong);
}

#[test]
fn nesting_is_refused_beyond_its_limit_on_a_small_stack() {
    on_a_small_stack(|| {
        let nested = |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
        for (open, close) in [("(", ")"), ("-", ""), ("not ", ""), ("2^", ""), ("abs(", ")"), ("min(1,", ")")] {
            let deepest = nested(open, close, MAX_DEPTH - 1);
            assert!(parse(&deepest).is_ok(), "{open}");
            assert_eq!(first_kind(&nested(open, close, MAX_DEPTH)), FormulaErrorKind::TooDeep, "{open}");
            // An unfinished one is refused for its depth too.
            assert_eq!(first_kind(&open.repeat(MAX_FORMULA_BYTES / open.len())), FormulaErrorKind::TooDeep, "{open}");
            let program = compiled(&[("f", &deepest)]).expect("the formula is correct");
            let mut workspace = crate::formula::Workspace::new(&program, 1);
            program.evaluate::<[f64; 0]>(&[], 1, &mut workspace);
        }
    });
}

#[test]
fn long_chains_are_no_nesting() {
    on_a_small_stack(|| {
        let sum = vec!["a"; MAX_FORMULA_BYTES / 2].join("+");
        let formula = parse(&sum).expect("a sum of many");
        assert_eq!(formula.nodes(), MAX_FORMULA_BYTES - 1);
        let least = format!("min({})", vec!["a"; MAX_FORMULA_BYTES / 2 - 3].join(","));
        let printed = parse(&least).expect("the least of many").to_string();
        assert!(printed.starts_with("min(a, a, a"));
        let program = compiled(&[("f", &sum), ("g", &least)]).expect("both are correct");
        assert!(program.columns() <= 4, "{}", program.columns());
    });
}

#[test]
fn numbers_of_ten_thousand_digits_are_read() {
    let third = format!("0.{}", "3".repeat(MAX_FORMULA_BYTES - 2));
    assert_eq!(parse(&third), parse("0.3333333333333333"));
    let one = format!("0.{}1e9001", "0".repeat(9000));
    assert_eq!(parse(&one), parse("1"));
    assert_eq!(parse(&format!("1e{}1", "0".repeat(9000))), parse("10"));
    assert_eq!(parse(&format!("1e-{}", "9".repeat(9000))), parse("0"));
    assert_eq!(first_kind(&format!("1e{}", "9".repeat(9000))), FormulaErrorKind::Syntax);
    assert_eq!(first_kind(&"9".repeat(MAX_FORMULA_BYTES)), FormulaErrorKind::Syntax);
}

#[test]
fn the_nodes_of_all_formulas_are_counted_together() {
    let sum = vec!["a"; 5000].join("+");
    let formulas: BTreeMap<String, String> =
        (0..=MAX_NODES / 9999).map(|number| (format!("f{number:02}"), sum.clone())).collect();
    let errors = compiled_with(&formulas, &BTreeMap::new()).expect_err("there are too many nodes");
    assert_eq!((errors[0].kind, errors[0].formula.as_str()), (FormulaErrorKind::TooManyNodes, "f10"));
}

#[test]
fn at_most_a_hundred_errors_are_reported() {
    for text in ["=".repeat(9000), "2a+".repeat(3000), "f()+".repeat(2000), "sqrt(a,b)*".repeat(1000)] {
        let errors = compiled(&[("x", &text), ("y", &text)]).expect_err("all are wrong");
        assert!((1..=MAX_ERRORS).contains(&errors.len()), "{}", errors.len());
    }
}

#[test]
fn many_similar_names_and_unknown_ones_end_soon() {
    let name = |number: usize| format!("{}{number:05}", "a".repeat(59));
    let formulas: BTreeMap<String, String> =
        (0..20_000).map(|number| (name(number), format!("{}x", &name(number)[1..]))).collect();
    let errors = compiled_with(&formulas, &BTreeMap::new()).expect_err("no name is known");
    assert_eq!(errors.len(), MAX_ERRORS);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,300}") {
        let _ = compiled(&[("f", &text)]);
    }

    // Made of tokens, so that the parser gets far.
    #[test]
    fn no_sequence_of_tokens_panics(
        tokens in prop::collection::vec(
            prop::sample::select(vec![
                "a", "b", "1", ".5", "5%", "2e3", "(", ")", ",", "+", "-", "*", "/", "^", "<", "<=", "==", "=", "**",
                "and", "or", "not", "!", "if(", "min(", "clamp(", "sqrt(", "mod", "logistic_cdf(", "previous(", "A",
                "M.x", "%", " ", "?", "[", "]", ";", "f", "period", "_", "\u{e9}",
            ]),
            0..40,
        ),
        spaced: bool,
    ) {
        let text = tokens.join(if spaced { " " } else { "" });
        if let Err(errors) = compiled(&[("f", &text)]) {
            for error in errors {
                prop_assert!(error.position + error.length <= text.chars().count(), "{error:?}");
                prop_assert!(!error.message.is_empty());
            }
        }
    }
}
