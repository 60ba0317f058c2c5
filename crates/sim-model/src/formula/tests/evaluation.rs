use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{compiled, compiled_with, value, values};
use crate::formula::{CheckedFormula, Sources, Workspace, compile, kernel, parse};
use crate::{distribution, real};

const INFINITY: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn every_function_has_its_values() {
    for (text, a, b, expected) in [
        ("a + b", 0.1, 0.2, 0.300_000_000_000_000_04),
        ("-a", 0.0, 0.0, 0.0),
        ("-2 ^ 2", 0.0, 0.0, -4.0),
        ("2 ^ 3 ^ 2", 0.0, 0.0, 512.0),
        ("a < b", 1.0, 2.0, 1.0),
        ("a < b", 2.0, 2.0, 0.0),
        ("a <= b", 2.0, 2.0, 1.0),
        ("a > b", 2.0, 2.0, 0.0),
        ("a >= b", 2.0, 2.0, 1.0),
        ("a and b", 2.0, 3.0, 1.0),
        ("a or b", 0.0, 0.0, 0.0),
        ("a or b", 0.0, -3.0, 1.0),
        ("not a", 0.0, 0.0, 1.0),
        ("not a", -0.5, 0.0, 0.0),
        ("if(a, 1, 2)", 0.0, 0.0, 2.0),
        ("if(a, 1, 2)", -3.0, 0.0, 1.0),
        ("if(a > 0, ln(a), 0)", -1.0, 0.0, 0.0),
        ("min(3, a, b)", 2.0, 1.0, 1.0),
        ("max(3, a, b)", 2.0, 4.0, 4.0),
        ("clamp(a, 0, b)", -1.0, 1.0, 0.0),
        ("clamp(a, 0, b)", 3.0, 1.0, 1.0),
        ("abs(a)", -2.5, 0.0, 2.5),
        ("sign(a)", -2.5, 0.0, -1.0),
        ("sign(a)", 2.5, 0.0, 1.0),
        ("floor(a)", -2.5, 0.0, -3.0),
        ("ceil(a)", -2.5, 0.0, -2.0),
        ("sqrt(a)", 2.0, 0.0, std::f64::consts::SQRT_2),
        ("exp(a)", 1.0, 0.0, std::f64::consts::E),
        ("ln(a)", 2.0, 0.0, std::f64::consts::LN_2),
        ("log10(a)", 1000.0, 0.0, 3.0),
        // Correctly rounded values, from mpmath with 60 digits.
        ("sin(a)", 1.0, 0.0, 0.841_470_984_807_896_5),
        ("cos(a)", 1.0, 0.0, 0.540_302_305_868_139_8),
        ("tan(a)", 1.0, 0.0, 1.557_407_724_654_902_3),
        ("atan2(a, b)", 1.0, -1.0, 2.356_194_490_192_345),
        ("mod(a, b)", 7.0, 3.0, 1.0),
        ("mod(a, b)", -7.0, -3.0, -1.0),
        ("mod(a, b)", 6.0, -3.0, 0.0),
        ("logistic_cdf(a, 0, 1)", 0.0, 0.0, 0.5),
        ("logistic_quantile(a, 3, 2)", 0.5, 0.0, 3.0),
    ] {
        let value = value(text, [a, b, 0.0]);
        let same = value.to_bits() == expected.to_bits() || value.is_nan() && expected.is_nan();
        assert!(same, "{text} with {a} and {b}: {value} instead of {expected}");
    }
}

#[test]
fn values_at_the_edges_are_those_of_the_documentation() {
    let documentation = include_str!("../../../../../docs/numerics.md");
    let (_, table) = documentation.split_once("| formula | a | b | value |").expect("the table of edges");
    let mut rows = 0;
    for row in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let number = |cell: usize| cells[cell].parse::<f64>().expect("a number");
        let value = value(cells[1].trim_matches('`'), [number(2), number(3), 0.0]);
        assert_eq!(value.to_bits(), kernel::canonical(number(4)).to_bits(), "{row} has {value}");
        rows += 1;
    }
    assert!(rows > 40, "{rows} rows");
}

#[test]
fn values_have_one_nan_and_no_negative_zero() {
    for text in ["a", "-a", "a * b", "0 * b", "if(a, a, -a)", "-0 * a", "a ^ 3", "-b"] {
        for sample in [[0.0, -1.0, 0.0], [-0.0, 1.0, 0.0]] {
            assert!(value(text, sample).is_sign_positive() || value(text, sample) != 0.0, "{text}");
        }
        let negative_nan = f64::from_bits(0xFFF8_0000_0000_0001);
        let value = value(text, [negative_nan, negative_nan, 0.0]);
        assert_eq!(value.to_bits(), 0x7FF8_0000_0000_0000, "{text}");
    }
}

#[test]
fn a_sample_is_invalid_for_the_first_formula_without_a_finite_value() {
    let program = compiled(&[("x", "1 / a"), ("y", "sqrt(b) + x"), ("z", "1 / x")]).expect("all are correct");
    let mut workspace = Workspace::new(&program, 4);
    let columns = [[1.0, 0.0, 1.0, 0.0], [1.0, 1.0, -1.0, -1.0], [0.0; 4]];
    program.evaluate(&columns, 4, &mut workspace);
    let name = |place: usize| program.formulas()[place].name();
    let invalid: Vec<(usize, &str)> = workspace.invalid().map(|(sample, place)| (sample, name(place))).collect();
    assert_eq!(invalid, [(1, "x"), (2, "y"), (3, "x")]);
    // An infinity within a formula is a step like any other.
    assert_eq!(values("1 / (1 / a)", &[[0.0; 3]]), [0.0]);
    // The next block begins anew.
    program.evaluate(&[[1.0], [1.0], [1.0]], 1, &mut workspace);
    assert_eq!(workspace.invalid().count(), 0);
}

#[test]
fn formulas_that_no_output_depends_on_are_not_evaluated() {
    let formulas: BTreeMap<String, String> = [("x", "1 / a"), ("y", "b + 1"), ("z", "2 * y ^ 2")]
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .into();
    let sources =
        Sources { inputs: &["a", "b"], constants: &BTreeMap::new(), formulas: &formulas, outputs: &["z", "b"] };
    let program = compile(sources).expect("all are correct");
    assert_eq!(program.inputs(), [1]);
    assert_eq!(program.cost(), 1 + 1 + 500);
    let needed: Vec<(&str, bool)> = program.formulas().iter().map(|f| (f.name(), f.is_needed())).collect();
    assert_eq!(needed, [("x", false), ("y", true), ("z", true)]);
    let mut workspace = Workspace::new(&program, 1);
    program.evaluate(&[&[][..], &[2.0][..]], 1, &mut workspace);
    assert_eq!(workspace.invalid().count(), 0);
    assert_eq!(workspace.values(&program.formulas()[2]), Some(&[18.0][..]));
    assert_eq!(workspace.values(&program.formulas()[1]), None);
}

#[test]
fn the_order_is_that_of_dependence_and_then_of_names() {
    let program = compiled(&[("e", "a"), ("z", "1"), ("f", "z + y + b"), ("y", "e"), ("g", "2")]).expect("correct");
    let order: Vec<&str> = program.formulas().iter().map(CheckedFormula::name).collect();
    assert_eq!(order, ["e", "g", "y", "z", "f"]);
    assert_eq!(program.formulas()[4].references(), ["b", "y", "z"]);
    assert_eq!(program.formulas()[4].nodes(), 5);
}

#[test]
fn constants_are_what_columns_of_them_are() {
    let constants = BTreeMap::from([("k".to_owned(), -0.0), ("n".to_owned(), 3.5)]);
    let formulas: BTreeMap<String, String> =
        [("x", "1 / k"), ("y", "n ^ n + sin(n)"), ("z", "y * if(k, a, n)"), ("w", "x")]
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .into();
    let program = compiled_with(&formulas, &constants).expect("all are correct");
    let mut workspace = Workspace::new(&program, 2);
    program.evaluate(&[[1.0; 2]; 3], 2, &mut workspace);
    let value = |place: usize| workspace.values(&program.formulas()[place]).expect("an output")[1];
    let y = real::pow(3.5, 3.5) + real::sin(3.5);
    assert_eq!([value(0), value(1), value(2), value(3)], [INFINITY, INFINITY, y, y * 3.5]);
    assert_eq!(workspace.invalid().map(|(_, place)| place).collect::<Vec<_>>(), [0, 0]);
}

/// A tree as the tests see it.
#[derive(Clone, Debug)]
enum Tree {
    Number(f64),
    Input(usize),
    Prefix(&'static str, Box<Tree>),
    Infix(&'static str, Box<[Tree; 2]>),
    Call(&'static str, Vec<Tree>),
}

impl Tree {
    fn text(&self) -> String {
        match self {
            Self::Number(value) => format!("{value:?}"),
            Self::Input(input) => ["a", "b", "c"][*input].to_owned(),
            Self::Prefix(sign, operand) => format!("({sign} {})", operand.text()),
            Self::Infix(sign, operands) => format!("({} {sign} {})", operands[0].text(), operands[1].text()),
            Self::Call(name, arguments) => {
                format!("{name}({})", arguments.iter().map(Self::text).collect::<Vec<_>>().join(","))
            }
        }
    }

    /// The value for one sample, by the plainest definitions.
    fn value(&self, sample: &[f64; 3]) -> f64 {
        let truth = |holds: bool| f64::from(u8::from(holds));
        // Of two zeros, the first: the standard library may return either.
        let least = |x: f64, y: f64| if y < x { y } else { x };
        let greatest = |x: f64, y: f64| if y > x { y } else { x };
        match self {
            Self::Number(value) => *value,
            Self::Input(input) => sample[*input],
            Self::Prefix(sign, operand) => match (*sign, operand.value(sample)) {
                (_, x) if x.is_nan() => NAN,
                ("-", x) => -x,
                (_, x) => truth(x == 0.0),
            },
            Self::Infix(sign, operands) => {
                let (x, y) = (operands[0].value(sample), operands[1].value(sample));
                match *sign {
                    "and" if x == 0.0 => 0.0,
                    "or" if x != 0.0 && !x.is_nan() => 1.0,
                    _ if x.is_nan() || y.is_nan() => NAN,
                    "and" | "or" => truth(y != 0.0),
                    "<" => truth(x < y),
                    "<=" => truth(x <= y),
                    ">" => truth(x > y),
                    ">=" => truth(x >= y),
                    "==" => truth(x == y),
                    "!=" => truth(x != y),
                    "+" => x + y,
                    "-" => x - y,
                    "*" => x * y,
                    "/" => x / y,
                    _ => real::pow(x, y),
                }
            }
            Self::Call(name, arguments) => {
                let of: Vec<f64> = arguments.iter().map(|argument| argument.value(sample)).collect();
                let any_nan = of.iter().any(|x| x.is_nan());
                match *name {
                    "if" if of[0].is_nan() => NAN,
                    "if" => of[if of[0] == 0.0 { 2 } else { 1 }],
                    "min" | "max" | "clamp" if any_nan => NAN,
                    "min" => of.into_iter().reduce(least).expect("min has arguments"),
                    "max" => of.into_iter().reduce(greatest).expect("max has arguments"),
                    "clamp" => least(greatest(of[0], of[1]), of[2]),
                    "abs" => of[0].abs(),
                    "sign" if of[0] == 0.0 => 0.0,
                    "sign" if any_nan => NAN,
                    "sign" => of[0].signum(),
                    "floor" => of[0].floor(),
                    "ceil" => of[0].ceil(),
                    "round" => of[0].round(),
                    "sqrt" => of[0].sqrt(),
                    "exp" => real::exp(of[0]),
                    "ln" => real::ln(of[0]),
                    "log10" => real::log10(of[0]),
                    "sin" => real::sin(of[0]),
                    "cos" => real::cos(of[0]),
                    "tan" => real::tan(of[0]),
                    "mod" => {
                        let remainder = of[0] % of[1];
                        let other_side = remainder != 0.0 && (remainder < 0.0) != (of[1] < 0.0);
                        if other_side { remainder + of[1] } else { remainder }
                    }
                    "atan2" => real::atan2(of[0], of[1]),
                    _ => {
                        let family = name.strip_suffix("_cdf").expect("all others are known");
                        let named = |known: &&distribution::Family| known.name == family;
                        (distribution::FAMILIES.iter().find(named).expect("a family").cdf)(of[0], &of[1..])
                    }
                }
            }
        }
    }
}

/// Not negative.
fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(vec![0.0, 1.0, 2.0, 0.5, 3.0, 10.0, 1e308, 5e-324, 1e-9, 4_503_599_627_370_497.5]),
        0.0..10.0,
        0.0..1e6,
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![number().prop_map(Tree::Number), (0..3usize).prop_map(Tree::Input)];
    leaf.prop_recursive(6, 60, 4, |tree| {
        let signs = vec!["or", "and", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/", "^"];
        let unary = vec!["abs", "sign", "floor", "ceil", "round", "sqrt", "exp", "ln", "log10", "sin", "cos", "tan"];
        let call = |names: Vec<&'static str>, least: usize, most: usize, tree: BoxedStrategy<Tree>| {
            (prop::sample::select(names), prop::collection::vec(tree, least..=most))
                .prop_map(|(name, arguments)| Tree::Call(name, arguments))
        };
        let boxed = tree.boxed();
        prop_oneof![
            1 => (prop::sample::select(vec!["-", "not"]), boxed.clone())
                .prop_map(|(sign, operand)| Tree::Prefix(sign, Box::new(operand))),
            4 => (prop::sample::select(signs), boxed.clone(), boxed.clone())
                .prop_map(|(sign, left, right)| Tree::Infix(sign, Box::new([left, right]))),
            1 => call(unary, 1, 1, boxed.clone()),
            1 => call(vec!["mod", "atan2"], 2, 2, boxed.clone()),
            1 => call(vec!["min", "max"], 1, 4, boxed.clone()),
            1 => call(vec!["if", "clamp", "logistic_cdf"], 3, 3, boxed),
        ]
    })
}

fn sample() -> impl Strategy<Value = [f64; 3]> {
    let value = prop_oneof![
        4 => number(),
        4 => number().prop_map(|number| -number),
        1 => prop::sample::select(vec![NAN, INFINITY, -INFINITY]),
    ];
    [value.clone(), value.clone(), value]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_written_tree_reads_as_itself(tree in tree()) {
        let formula = parse(&tree.text()).expect("the text follows the grammar");
        prop_assert_eq!(parse(&formula.to_string()), Ok(formula));
    }

    #[test]
    fn blocks_have_the_bits_of_a_plain_interpreter(
        tree in tree(),
        samples in prop::collection::vec(sample(), 1..40),
        block in 1..20usize,
    ) {
        let text = tree.text();
        let whole = values(&text, &samples);
        let in_blocks: Vec<f64> = samples.chunks(block).flat_map(|block| values(&text, block)).collect();
        for ((value, in_block), sample) in whole.iter().zip(&in_blocks).zip(&samples) {
            let plain = kernel::canonical(tree.value(sample));
            prop_assert_eq!(value.to_bits(), plain.to_bits(), "{}: {} instead of {}", text, value, plain);
            prop_assert_eq!(in_block.to_bits(), plain.to_bits());
        }
    }

    #[test]
    fn a_remainder_is_that_of_the_standard_library(x in any::<f64>(), y in any::<f64>()) {
        let tree = Tree::Call("mod", vec![Tree::Input(0), Tree::Input(1)]);
        for (x, y) in [(x, y), (x, y / 1e300), (x, (y % 1e3)), (x % 1e6, y % 1e3)] {
            let sample = [x, y, 0.0];
            let (value, plain) = (value("mod(a, b)", sample), kernel::canonical(tree.value(&sample)));
            prop_assert_eq!(value.to_bits(), plain.to_bits(), "mod({}, {}): {} instead of {}", x, y, value, plain);
        }
    }

    #[test]
    fn a_square_is_a_product(x in any::<f64>()) {
        let product = kernel::canonical(x * x);
        prop_assert_eq!(value("a ^ 2", [x, 0.0, 0.0]).to_bits(), product.to_bits());
        prop_assert_eq!(value("a ^ b", [x, 2.0, 0.0]).to_bits(), product.to_bits());
    }
}
