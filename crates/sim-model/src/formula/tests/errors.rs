use super::{FormulaError, compiled};
use crate::formula::{FormulaErrorKind, parse};

fn errors(text: &str) -> Vec<FormulaError> {
    match compiled(&[("f", text)]) {
        Ok(_) => panic!("{text} is accepted"),
        Err(errors) => errors,
    }
}

/// Text, slug without `formula_`, position, length, message.
const SINGLE: &[(&str, &str, usize, usize, &str)] = &[
    ("", "syntax", 0, 0, "the formula is empty"),
    ("  ", "syntax", 2, 0, "the formula is empty"),
    ("a +", "syntax", 3, 0, "the formula ends after + where a name, a number or ( should follow"),
    ("* a", "syntax", 0, 1, "* needs an operand before it"),
    ("a * / b", "syntax", 4, 1, "/ needs an operand before it"),
    ("a + + b", "syntax", 4, 1, "a + stands between two operands: leave it out"),
    ("a ** b", "syntax", 2, 2, "a power is written ^: write 2 ^ 3, not 2 ** 3"),
    ("a = b", "syntax", 2, 1, "equality is written ==, not ="),
    ("a === b", "syntax", 2, 3, "equality is written =="),
    ("a <> b", "syntax", 2, 2, "inequality is written !=, not <>"),
    ("a => b", "syntax", 2, 2, "write >=, not =>"),
    ("a < = b", "syntax", 2, 3, "write <= without a space"),
    ("a && b", "syntax", 2, 2, "write and, not &&"),
    ("a || b", "syntax", 2, 2, "write or, not ||"),
    ("!a", "syntax", 0, 1, "write not, not !"),
    ("a // b", "syntax", 2, 2, "a division does not round: write floor(a / b), not a // b"),
    ("a < b < c", "syntax", 6, 1, "comparisons do not chain: write a < b and b < c"),
    ("1 < a + b <= 2", "syntax", 10, 2, "comparisons do not chain: write 1 < a + b and a + b <= 2"),
    ("a + not b", "syntax", 4, 3, "not binds loosely: write it in parentheses, (not x)"),
    ("2a", "syntax", 1, 1, "an operator is missing: a product is written 2 * a"),
    ("2(a)", "syntax", 1, 1, "an operator is missing: a product is written 2 * ("),
    ("(a)b", "syntax", 3, 1, "an operator is missing: a product is written ) * b"),
    ("a b", "syntax", 2, 1, "an operator is missing between a and b"),
    ("a 2", "syntax", 2, 1, "an operator is missing between a and 2"),
    ("a mod b", "syntax", 2, 3, "mod is a function: write mod(x, y) or mod(x)"),
    ("sqrt a", "syntax", 5, 1, "sqrt is a function: its arguments stand in parentheses, sqrt(x)"),
    ("5 % 3", "syntax", 2, 1, "% is no operator: the remainder is mod(a, b), and a percentage has no space: 5%"),
    (
        "5%3",
        "syntax",
        2,
        1,
        "5% is a percentage, and an operator should follow: 5% * x is a part of x, mod(a, b) is the remainder",
    ),
    ("5 % of a", "syntax", 2, 1, "a percentage has no space and is multiplied: write 5% * x, not 5 % of x"),
    ("5% of a", "syntax", 3, 2, "a percentage is multiplied: write 5% * x, not 5% of x"),
    ("5 %", "syntax", 2, 1, "a percentage has no space: write 5%"),
    (
        "a % b",
        "syntax",
        2,
        1,
        "% follows a number at once, as in 5%: for a remainder write mod(a, b), for a percentage x * 1%",
    ),
    ("1,5 + a", "syntax", 1, 1, "the decimal sign is a point: write 1.5, not 1,5"),
    ("(a, b)", "syntax", 2, 1, "a comma separates the arguments of a function, and there is none here"),
    ("1_000", "syntax", 1, 1, "digits are not grouped: write 1000000 or 1e6, not 1_000_000"),
    ("1.000.000", "syntax", 5, 1, "a number has one decimal point, and digits are not grouped: write 1000000.5"),
    ("0xff", "syntax", 1, 1, "numbers are decimal: write 255, not 0xff"),
    ("1e999", "syntax", 0, 5, "the number 1e999 is too large: the largest is about 1.797e308"),
    ("A + 1", "syntax", 0, 1, "names are in lower case: write a, not A"),
    ("a AND b", "syntax", 2, 3, "names are in lower case: write and, not AND"),
    ("Math.max(a, b)", "syntax", 0, 8, "names have no dots: write max, not Math.max"),
    ("_a", "syntax", 0, 2, "a name begins with a letter from a to z"),
    ("(a + b", "syntax", 0, 1, "this ( is not closed: a ) is missing"),
    ("(a + (b * c)", "syntax", 0, 1, "this ( is not closed: a ) is missing"),
    ("2 * max(a, b", "syntax", 7, 1, "this ( is not closed: a ) is missing"),
    ("a + b)", "syntax", 5, 1, "this ) closes nothing: no ( is open before it"),
    ("()", "syntax", 1, 1, "nothing stands in these parentheses"),
    ("max(a,)", "syntax", 6, 1, "an argument is missing between the commas or parentheses"),
    ("max(a;b)", "syntax", 5, 1, "a comma separates arguments, not ;"),
    ("[a)", "syntax", 0, 1, "brackets are round: write (, not ["),
    ("'a'", "syntax", 0, 1, "formulas have no text: names are written without quotes"),
    ("\"a\"", "syntax", 0, 1, "formulas have no text: names are written without quotes"),
    ("a ? b : c", "syntax", 2, 1, "a choice is written if(condition, then, else), not condition ? then : else"),
    ("if a then b else c", "syntax", 0, 2, "a choice is written if(condition, then, else)"),
    ("a $ b", "syntax", 2, 1, "names are written without a sign before them, and numbers without a currency"),
    ("a \u{d7} b", "syntax", 2, 1, "formulas are ASCII: a product is written *"),
    (
        "gr\u{f6}sse",
        "syntax",
        2,
        1,
        "formulas are ASCII: names are made of a to z, 0 to 9 and _, so `\u{f6}` has no place here",
    ),
    ("a\0", "syntax", 1, 1, "a formula has no control characters but spaces, tabs and line ends"),
    ("d + a", "unknown_name", 0, 1, "no input, constant or formula is named d"),
    ("unknown + a", "unknown_name", 0, 7, "no input, constant or formula is named unknown"),
    (
        "pi * a",
        "unknown_name",
        0,
        2,
        "no input, constant or formula is named pi: add a constant pi with the value 3.141592653589793",
    ),
    (
        "a + sqrt",
        "unknown_name",
        4,
        4,
        "no input, constant or formula is named sqrt: it is a function, with arguments in parentheses, sqrt(x)",
    ),
    ("logistik_cdf(a, 0)", "unknown_function", 0, 12, "there is no function logistik_cdf: did you mean logistic_cdf?"),
    (
        "log(a)",
        "unknown_function",
        0,
        3,
        "there is no function log: the natural logarithm is ln(x), the decimal one log10(x)",
    ),
    ("a (b)", "unknown_function", 0, 1, "a is a value, not a function: a product is written a * (...)"),
    ("sqrt(a, b)", "arity", 0, 4, "sqrt(x) has 1 argument, not 2"),
    ("1 + if(a, b)", "arity", 4, 2, "if(condition, then, else) has 3 arguments, not 2"),
    ("min()", "arity", 0, 3, "min(a, b, ...) has at least 1 argument, not 0"),
    ("sqrt(1,5)", "arity", 0, 4, "sqrt(x) has 1 argument, not 2 (the decimal sign is a point: write 1.5, not 1,5)"),
    (
        "normal_between_cdf(a)",
        "arity",
        0,
        18,
        "normal_between_cdf(x, low, high, confidence = 0.9) has 3 to 4 arguments, not 1",
    ),
    ("period + 1", "needs_periods", 0, 6, "period, the number of the period, needs a model with periods"),
    ("1 + previous(a, 0)", "needs_periods", 4, 8, "previous(...) needs a model with periods"),
    ("max_over(a)", "needs_periods", 0, 8, "max_over(...) needs a model with periods"),
    ("f + 1", "cycle", 0, 1, "f depends on itself: a value of the period before needs a model with periods"),
];

#[test]
fn every_mistake_has_its_place_and_its_advice() {
    for (text, slug, position, length, message) in SINGLE {
        let errors = errors(text);
        let found: Vec<_> =
            errors.iter().map(|error| (error.kind.slug(), error.position, error.length, &*error.message)).collect();
        assert_eq!(found, [(&*format!("formula_{slug}"), *position, *length, *message)], "{text}");
        assert_eq!(errors[0].formula, "f");
    }
}

#[test]
fn the_found_text_is_that_at_the_position() {
    for (text, ..) in SINGLE {
        for error in errors(text) {
            let found: String = text.chars().skip(error.position).take(error.length).collect();
            let found = Some(found.replace('\0', "\\u{0}")).filter(|found| !found.is_empty());
            assert_eq!(error.found, found, "{text}");
        }
    }
}

#[test]
fn all_mistakes_whose_meaning_is_clear_are_reported_at_once() {
    let found: Vec<(usize, &str)> =
        errors("A ** 2 = nme && sqrt(a, b) || 2b + foo(1)").iter().map(|e| (e.position, e.kind.slug())).collect();
    assert_eq!(
        found,
        [
            (0, "formula_syntax"),
            (2, "formula_syntax"),
            (7, "formula_syntax"),
            (9, "formula_unknown_name"),
            (13, "formula_syntax"),
            (16, "formula_arity"),
            (27, "formula_syntax"),
            (31, "formula_syntax"),
            (35, "formula_unknown_function"),
        ]
    );
}

#[test]
fn errors_of_all_formulas_come_in_the_order_of_their_names() {
    let errors = compiled(&[("z", "a +"), ("y", "x"), ("x", "y * 2"), ("w", "unknown")]).expect_err("all are wrong");
    let found: Vec<_> = errors.iter().map(|error| (error.formula.as_str(), error.kind)).collect();
    assert_eq!(
        found,
        [("w", FormulaErrorKind::UnknownName), ("x", FormulaErrorKind::Cycle), ("z", FormulaErrorKind::Syntax)]
    );
}

#[test]
fn a_cycle_is_reported_with_its_path_from_its_first_name() {
    let formulas = [("m", "p + 1"), ("p", "a + o"), ("o", "2 * m"), ("n", "o"), ("k", "j"), ("j", "k - j")];
    let errors = compiled(&formulas).expect_err("there are cycles");
    let found: Vec<(&str, usize, &[String], &str)> =
        errors.iter().map(|e| (&*e.formula, e.position, &*e.cycle, &*e.message)).collect();
    assert_eq!(found[0].0, "j");
    assert_eq!(
        found[1],
        ("m", 0, &["m".to_owned(), "p".to_owned(), "o".to_owned()][..], "m depends on itself: m -> p -> o -> m")
    );
    assert_eq!(found.len(), 2);
}

#[test]
fn an_error_is_written_with_formula_and_position() {
    let errors = errors("a + unknown");
    assert_eq!(errors[0].to_string(), "formula `f`, position 4: no input, constant or formula is named unknown");
    let without_a_name = parse("a +").expect_err("an operand is missing");
    assert!(without_a_name[0].to_string().starts_with("position 3: "));
}

#[test]
fn an_unreadable_sign_does_not_hide_the_errors_before_it() {
    let positions = |text: &str| errors(text).iter().map(|error| error.position).collect::<Vec<_>>();
    assert_eq!(positions("a b $ c"), [2, 4]);
    assert_eq!(positions("2a + (b $ c"), [1, 8]);
    assert_eq!(positions("foo(a) $"), [0, 7]);
    assert_eq!(positions("$"), [0]);
}

#[test]
fn the_nearest_name_is_offered() {
    let formulas = [("profit", "revenu - cost"), ("revenue", "a"), ("costs", "sqqrt(b) + revneue")];
    let nearest: Vec<_> =
        compiled(&formulas).expect_err("names are misspelled").into_iter().map(|error| error.nearest).collect();
    let names = [Some("sqrt"), Some("revenue"), Some("revenue"), Some("costs")];
    assert_eq!(nearest, names.map(|name| name.map(str::to_owned)));
}
