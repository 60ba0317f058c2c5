//! How much there is to guess of a key: an estimate that a key drawn at random passes, and a password does not.

/// The fewest bits that a key may have: more than anybody can try.
pub(super) const MIN_BITS: u32 = 128;
/// What a letter counts among letters alone, which may be words: English has about that much.
const BITS_OF_WORDS: f64 = 2.0;
/// The fewest different characters of a key: of 32 random hexadecimal digits, one in a billion has fewer.
const MIN_DISTINCT: usize = 8;
/// One character in so many may follow from those before it, as happens by chance.
const CHANCE: usize = 8;
/// How many characters in a row are seen as a sequence, or as a repetition.
const PATTERN: usize = 4;

/// The bits that a key has where its characters were drawn from the alphabet that they seem to be of; none where they
/// were not drawn.
pub(super) fn plausible_bits(key: &str) -> u32 {
    let key = key.as_bytes();
    if distinct(key) < MIN_DISTINCT || predictable(key) > key.len() / CHANCE {
        return 0;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number, not negative")]
    let bits = bits(key) as u32;
    bits
}

/// The number of characters times what one of their alphabet counts.
fn bits(key: &[u8]) -> f64 {
    let any = |is: fn(&u8) -> bool| key.iter().any(is);
    let count = |is: fn(&u8) -> bool| f64::from(u32::try_from(key.iter().filter(|byte| is(byte)).count()).unwrap_or(0));
    let mixes_cases = any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase);
    if !any(u8::is_ascii_digit) && !any(|byte| b"+/=".contains(byte)) {
        return count(u8::is_ascii_alphabetic) * BITS_OF_WORDS;
    }
    if mixes_cases {
        // Base64, whose padding says nothing.
        return count(|byte| *byte != b'=') * 6.0;
    }
    // Symbols among letters of one case are separators, as in a UUID.
    let letters_and_digits = count(u8::is_ascii_alphanumeric);
    let is_of = |is: fn(&u8) -> bool| key.iter().filter(|byte| byte.is_ascii_alphanumeric()).all(is);
    let alphabet: f64 = if is_of(u8::is_ascii_digit) {
        10.0
    } else if is_of(u8::is_ascii_hexdigit) {
        16.0
    } else {
        36.0
    };
    letters_and_digits * alphabet.log2()
}

fn distinct(key: &[u8]) -> usize {
    let mut seen = key.to_vec();
    seen.sort_unstable();
    seen.dedup();
    seen.len()
}

/// How many characters go on with a sequence such as `aaaa`, `abcd` or `4321`, or end a piece that has come before.
fn predictable(key: &[u8]) -> usize {
    let ends_pattern = |end: &usize| {
        let (before, piece) = (&key[..end - 1], &key[end - PATTERN..*end]);
        is_sequence(piece) || before.windows(PATTERN).any(|earlier| earlier == piece)
    };
    (PATTERN..=key.len()).filter(ends_pattern).count()
}

fn is_sequence(piece: &[u8]) -> bool {
    let mut steps = piece.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0]));
    let first = steps.next().unwrap_or(0);
    (-1..=1).contains(&first) && steps.all(|step| step == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_keys_of_128_bits_and_more_have_as_many() {
        for (key, bits) in [
            // `openssl rand -hex 16`, the same in base64, and of 24 bytes in both.
            ("5f0c1d9ab37e28460cbbd1a9e2f47385", 128),
            ("XwwdmrN+KEYMu9Gp4vRzhQ==", 132),
            ("8f14e45fceea167a5a36dedd4bea2543c1f7d2a09b6e4f83", 192),
            ("jxTkX87qFnpaNt7dS-olQ8H30qCbbk_D", 192),
            // Base32, a UUID, and decimal digits.
            ("l4gb3gvtpyuemdf32gu6f5dtqu", 134),
            ("0b8a7c1e-95d4-4f26-b3ac-7de910f2c586", 128),
            ("903817264550918273645546372819003746", 119),
        ] {
            assert_eq!(plausible_bits(key), bits, "{key}");
        }
    }

    #[test]
    fn what_is_short_repeats_itself_counts_or_spells_words_has_too_few() {
        for key in [
            "",
            "secret",
            "5f0c1d9ab37e28460cbbd1a9e2f4738",
            &"a".repeat(64),
            &"ab".repeat(32),
            &"deadbeef".repeat(8),
            &"5f0c1d9a".repeat(8),
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdefghijklmnopqrstuvwxyz",
            "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210",
            "Password1234Password1234Password1234",
            "correcthorsebatterystapleandagain",
            "Correct-Horse-Battery-Staple-And-Again",
            "the.quick.brown.fox.jumps.over.the.lazy.dog",
        ] {
            assert!(plausible_bits(key) < MIN_BITS, "{key}");
        }
    }

    #[test]
    fn hardly_a_random_key_is_taken_for_none() {
        // A generator without state worth the name, so that the keys are the same at every run.
        let mut state = 1_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        };
        let mut refused = 0;
        for _ in 0..10_000 {
            let key = format!("{:08x}{:08x}{:08x}{:08x}", next(), next(), next(), next());
            refused += u32::from(plausible_bits(&key) < MIN_BITS);
        }
        assert_eq!(refused, 0);
    }
}
