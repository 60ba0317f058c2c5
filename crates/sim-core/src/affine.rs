//! Affine maps and their powers, on which the generator is built.

/// The map `x → multiplier·x + increment (mod 2^32)`.
///
/// A smaller power of two divides 2^32, so for such a modulus it is enough to
/// mask the final result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Affine {
    pub(crate) multiplier: u32,
    pub(crate) increment: u32,
}

impl Affine {
    pub(crate) const IDENTITY: Self = Self { multiplier: 1, increment: 0 };

    pub(crate) const fn apply(self, x: u32) -> u32 {
        self.multiplier.wrapping_mul(x).wrapping_add(self.increment)
    }

    /// The map that applies `self` first and `next` to its result.
    pub(crate) const fn then(self, next: Self) -> Self {
        Self { multiplier: next.multiplier.wrapping_mul(self.multiplier), increment: next.apply(self.increment) }
    }

    /// The map that applies `self` `exponent` times, by repeated squaring.
    pub(crate) const fn power(self, mut exponent: u64) -> Self {
        let mut result = Self::IDENTITY;
        let mut square = self;
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = result.then(square);
            }
            square = square.then(square);
            exponent >>= 1;
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::Affine;

    const DOUBLE: Affine = Affine { multiplier: 2, increment: 0 };
    const ADD_THREE: Affine = Affine { multiplier: 1, increment: 3 };

    #[test]
    fn then_applies_the_left_map_first() {
        assert_eq!(DOUBLE.then(ADD_THREE).apply(10), 23);
        assert_eq!(ADD_THREE.then(DOUBLE).apply(10), 26);
    }

    #[test]
    fn arithmetic_wraps_at_two_to_the_32() {
        assert_eq!(DOUBLE.apply(0x8000_0001), 2);
        assert_eq!(ADD_THREE.apply(u32::MAX), 2);
    }

    #[test]
    fn power_is_repeated_composition() {
        let map = Affine { multiplier: 0xDEAD_BEEF, increment: 0x0BAD_CAFE };
        let mut repeated = Affine::IDENTITY;
        for exponent in 0..100 {
            assert_eq!(map.power(exponent), repeated, "exponent {exponent}");
            repeated = repeated.then(map);
        }
    }

    #[test]
    fn power_takes_any_exponent() {
        // 2^64 - 1 is 3 modulo 4, and adding 2^30 four times is the identity.
        let quarter_turn = Affine { multiplier: 1, increment: 1 << 30 };
        assert_eq!(quarter_turn.power(u64::MAX), quarter_turn.power(3));
    }
}
