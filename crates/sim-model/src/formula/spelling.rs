//! Advice for what people write who know another language, and the nearest name for a misspelled one.

use super::operation::Binary;
use super::token::TokenKind;

/// Tokens made of signs. Those of other languages have advice what to write instead. Longer ones stand before their
/// beginnings.
static SIGNS: [(&str, TokenKind, Option<&str>); 35] = [
    ("===", TokenKind::Operator(Binary::Equal), Some("equality is written ==")),
    ("!==", TokenKind::Operator(Binary::NotEqual), Some("inequality is written !=")),
    ("< =", TokenKind::Operator(Binary::LessOrEqual), Some("write <= without a space")),
    ("> =", TokenKind::Operator(Binary::GreaterOrEqual), Some("write >= without a space")),
    ("= =", TokenKind::Operator(Binary::Equal), Some("write == without a space")),
    ("! =", TokenKind::Operator(Binary::NotEqual), Some("write != without a space")),
    ("<=", TokenKind::Operator(Binary::LessOrEqual), None),
    (">=", TokenKind::Operator(Binary::GreaterOrEqual), None),
    ("==", TokenKind::Operator(Binary::Equal), None),
    ("!=", TokenKind::Operator(Binary::NotEqual), None),
    ("**", TokenKind::Operator(Binary::Power), Some("a power is written ^: write 2 ^ 3, not 2 ** 3")),
    ("&&", TokenKind::Operator(Binary::And), Some("write and, not &&")),
    ("||", TokenKind::Operator(Binary::Or), Some("write or, not ||")),
    ("<>", TokenKind::Operator(Binary::NotEqual), Some("inequality is written !=, not <>")),
    ("=<", TokenKind::Operator(Binary::LessOrEqual), Some("write <=, not =<")),
    ("=>", TokenKind::Operator(Binary::GreaterOrEqual), Some("write >=, not =>")),
    ("//", TokenKind::Operator(Binary::Divide), Some("a division does not round: write floor(a / b), not a // b")),
    ("=", TokenKind::Operator(Binary::Equal), Some("equality is written ==, not =")),
    ("&", TokenKind::Operator(Binary::And), Some("write and, not &")),
    ("|", TokenKind::Operator(Binary::Or), Some("write or, not |")),
    ("!", TokenKind::Not, Some("write not, not !")),
    ("~", TokenKind::Not, Some("write not, not ~")),
    ("[", TokenKind::Open, Some("brackets are round: write (, not [")),
    ("]", TokenKind::Close, Some("brackets are round: write ), not ]")),
    (";", TokenKind::Comma, Some("a comma separates arguments, not ;")),
    ("<", TokenKind::Operator(Binary::Less), None),
    (">", TokenKind::Operator(Binary::Greater), None),
    ("+", TokenKind::Operator(Binary::Add), None),
    ("-", TokenKind::Operator(Binary::Subtract), None),
    ("*", TokenKind::Operator(Binary::Multiply), None),
    ("/", TokenKind::Operator(Binary::Divide), None),
    ("^", TokenKind::Operator(Binary::Power), None),
    ("(", TokenKind::Open, None),
    (")", TokenKind::Close, None),
    (",", TokenKind::Comma, None),
];

/// The longest token made of signs that the text begins with.
pub(super) fn sign_at(text: &str) -> Option<&'static (&'static str, TokenKind, Option<&'static str>)> {
    // The first byte rules out nearly all.
    let first = text.as_bytes().first();
    SIGNS.iter().find(|(sign, ..)| sign.as_bytes().first() == first && text.starts_with(sign))
}

/// What to say of a character that no token begins with.
pub(super) fn of_character(character: char) -> String {
    let advice = match character {
        '%' => "% follows a number at once, as in 5%: for a remainder write mod(a, b), for a percentage x * 1%",
        '"' | '\'' | '`' | '\u{2018}'..='\u{201f}' => "formulas have no text: names are written without quotes",
        '.' => "a name has no dots, and a number has digits after its point or before it",
        '?' | ':' => "a choice is written if(condition, then, else), not condition ? then : else",
        '{' | '}' => "brackets are round: write ( and )",
        '$' | '#' | '@' => "names are written without a sign before them, and numbers without a currency",
        '\\' => "division is written /",
        '\u{d7}' | '\u{b7}' | '\u{2219}' | '\u{22c5}' => "formulas are ASCII: a product is written *",
        '\u{f7}' => "formulas are ASCII: a division is written /",
        '\u{2212}' | '\u{2013}' | '\u{2014}' => "formulas are ASCII: minus is written -",
        '\u{2264}' => "formulas are ASCII: write <=",
        '\u{2265}' => "formulas are ASCII: write >=",
        '\u{2260}' => "formulas are ASCII: write !=",
        '\u{b2}' => "formulas are ASCII: a square is written x ^ 2",
        '\u{b3}' => "formulas are ASCII: a cube is written x ^ 3",
        '\u{221a}' => "formulas are ASCII: a root is written sqrt(x)",
        '\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{feff}' => "formulas are ASCII: write an ordinary space here",
        '\0'..='\u{1f}' | '\u{7f}' => "a formula has no control characters but spaces, tabs and line ends",
        '\u{80}'.. => {
            return format!(
                "formulas are ASCII: names are made of a to z, 0 to 9 and _, so `{character}` has no place here"
            );
        }
        _ => return format!("`{character}` has no meaning in a formula"),
    };
    advice.to_owned()
}

/// Functions of other languages, and what to write.
const FUNCTIONS: [(&str, &str); 30] = [
    ("log", "the natural logarithm is ln(x), the decimal one log10(x)"),
    ("log2", "write ln(x) / ln(2)"),
    ("log1p", "write ln(1 + x)"),
    ("expm1", "write exp(x) - 1"),
    ("power", "write pow(x, y) or x ^ y"),
    ("sqr", "write x ^ 2"),
    ("cbrt", "write x ^ (1 / 3)"),
    ("ceiling", "write ceil(x)"),
    ("trunc", "write sign(x) * floor(abs(x))"),
    ("int", "write floor(x)"),
    ("fix", "write sign(x) * floor(abs(x))"),
    ("fabs", "write abs(x)"),
    ("sgn", "write sign(x)"),
    ("fmod", "write mod(x, y)"),
    ("rem", "write mod(x, y)"),
    ("iif", "write if(condition, then, else)"),
    ("iff", "write if(condition, then, else)"),
    ("atan", "write atan2(x, 1)"),
    ("asin", "write atan2(x, sqrt(1 - x ^ 2))"),
    ("acos", "write atan2(sqrt(1 - x ^ 2), x)"),
    ("avg", "add and divide: (a + b) / 2"),
    ("average", "add and divide: (a + b) / 2"),
    ("maximum", "write max(a, b)"),
    ("minimum", "write min(a, b)"),
    ("rand", "what is random is an input: add one of the kind uniform"),
    ("random", "what is random is an input: add one of the kind uniform"),
    ("normal", "what is random is an input: add one of the kind normal"),
    ("uniform", "what is random is an input: add one of the kind uniform"),
    ("norm_cdf", "write normal_cdf(x, mean, sd)"),
    ("phi", "write normal_cdf(x, 0, 1)"),
];

/// What to write for a function of another language.
pub(super) fn of_function(name: &str) -> Option<&'static str> {
    FUNCTIONS.iter().find(|(other, _)| *other == name).map(|(_, advice)| *advice)
}

/// What to write for a word of another language that stands where a name may stand.
pub(super) fn of_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "true" => "true is written 1",
        "false" => "false is written 0",
        "pi" => "add a constant pi with the value 3.141592653589793",
        "e" => "add a constant e with the value 2.718281828459045, or write exp(x) for e ^ x",
        "inf" | "infinity" | "nan" => "formulas have finite numbers only",
        "then" | "else" | "elif" | "endif" => "a choice is written if(condition, then, else)",
        _ => return None,
    })
}

/// The name that is spelled most like `name`, if one is close: at most a third of the letters and at most three differ.
/// Of several, the first.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut closest = (name.len() / 3).min(3) + 1;
    let mut nearest = None;
    for candidate in known {
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), closest) {
            (closest, nearest) = (distance, Some(candidate));
        }
    }
    nearest
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour to get from `a` to `b`; none if
/// that is `limit` or more. (Optimal string alignment distance, by Wagner and Fischer's rows, near the diagonal.)
fn distance(a: &[u8], b: &[u8], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) >= limit {
        return None;
    }
    // Cells as far from the diagonal as the limit are at least as large: they keep this value.
    let mut before = vec![limit; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).map(|added| added.min(limit)).collect();
    let mut row = before.clone();
    for i in 1..=a.len() {
        let (from, to) = ((i + 1).saturating_sub(limit).max(1), (i + limit - 1).min(b.len()));
        row[from - 1] = if from == 1 { i.min(limit) } else { limit };
        for j in from..=to {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1).min(limit);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if let Some(beyond) = row.get_mut(to + 1) {
            *beyond = limit;
        }
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[b.len()]).filter(|distance| *distance < limit)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::distance;

    /// The distance by its definition: the cheapest way to make the ends equal.
    fn plain(a: &[u8], b: &[u8]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([a_head @ .., x], [b_head @ .., y]) => {
                let mut least = (plain(a_head, b_head) + usize::from(x != y)).min(plain(a_head, b) + 1);
                least = least.min(plain(a, b_head) + 1);
                if let ([a_rest @ .., v], [b_rest @ .., w]) = (a_head, b_head)
                    && (v, x) == (y, w)
                {
                    least = least.min(plain(a_rest, b_rest) + 1);
                }
                least
            }
        }
    }

    proptest! {
        #[test]
        fn a_distance_is_that_of_its_definition_up_to_the_limit(a in "[abc]{0,6}", b in "[abc]{0,6}", limit in 1..5usize) {
            let plain = plain(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(distance(a.as_bytes(), b.as_bytes(), limit), (plain < limit).then_some(plain));
        }
    }
}
