use super::value;
use crate::formula::{GRAMMAR, function, parse};

#[test]
fn operators_group_as_the_grammar_says() {
    for (text, grouped) in [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("a / b * c", "(a / b) * c"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("-a ^ b", "-(a ^ b)"),
        ("a ^ -b ^ c", "a ^ (-(b ^ c))"),
        ("a ^ -b * c", "(a ^ (-b)) * c"),
        ("-a * b", "(-a) * b"),
        ("a * -b", "a * (-b)"),
        ("a - -b", "a - (-b)"),
        ("a < b + 1", "a < (b + 1)"),
        ("not a == b", "not (a == b)"),
        ("not not a", "not (not a)"),
        ("not a and b", "(not a) and b"),
        ("a or b and c", "a or (b and c)"),
        ("a and not b or c", "(a and (not b)) or c"),
        ("a < b and b < c", "(a < b) and (b < c)"),
        ("min(a, b, c)", "min(min(a, b), c)"),
        ("min(a)", "a"),
        ("clamp(a, b, c)", "min(max(a, b), c)"),
        ("pow(a, b)", "a ^ b"),
        ("normal_between_cdf(a, b, c)", "normal_between_cdf(a, b, c, 0.9)"),
        ("a\t+\r\n b", "a + b"),
        ("if (a, b, c)", "if(a, b, c)"),
    ] {
        assert_eq!(parse(text), parse(grouped), "{text}");
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn groups_that_differ_are_different_trees() {
    for (text, other) in [("a - b - c", "a - (b - c)"), ("a ^ b ^ c", "(a ^ b) ^ c"), ("-2 ^ 2", "(-2) ^ 2")] {
        assert_ne!(parse(text), parse(other));
    }
}

#[test]
fn a_formula_is_written_with_the_parentheses_that_it_needs() {
    for text in [
        "a + b * c",
        "(a + b) * c",
        "a - (b - c)",
        "a ^ b ^ c",
        "(a ^ b) ^ c",
        "(-a) ^ b",
        "-(-a)",
        "a ^ (-b)",
        "not (not a)",
        "(not a) + 1",
        "(a < b) == c",
        "min(a, b, c) + max(a, min(b, c))",
        "if(a > 0, ln(a), mod(b, 2.5))",
        "1e300 * 1e-7 + 0.25",
    ] {
        let formula = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        assert_eq!(formula.to_string(), text);
    }
}

#[test]
fn numbers_are_the_nearest_doubles() {
    for (text, number) in [
        ("0.1", 0.1),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E+3", 1000.0),
        ("2.5e-1", 0.25),
        ("5%", 0.05),
        ("0.1%", 0.001),
        ("29%", 0.29),
        ("1e2%", 1.0),
        ("007", 7.0),
        ("1.7976931348623157e308", f64::MAX),
        ("5e-324", f64::from_bits(1)),
        ("1e-400", 0.0),
        // Halfway between two doubles, and a little above.
        ("9007199254740993", 9_007_199_254_740_992.0),
        ("9007199254740993.00000000000000000001", 9_007_199_254_740_994.0),
    ] {
        assert_eq!(value(text, [0.0; 3]).to_bits(), f64::to_bits(number), "{text}");
    }
}

#[test]
fn a_percentage_ends_where_an_operator_follows() {
    assert_eq!(value("5% * a", [200.0, 0.0, 0.0]), 10.0);
    assert_eq!(value("100%-1", [0.0; 3]), 0.0);
}

#[test]
fn the_grammar_names_every_function() {
    for name in function::names().filter(|name| !name.ends_with("_cdf") && !name.ends_with("_quantile")) {
        assert!(GRAMMAR.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn the_documentation_has_the_grammar() {
    assert!(include_str!("../../../../../docs/numerics.md").contains(GRAMMAR));
}
