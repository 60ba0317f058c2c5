//! Numbers of about 32 digits: the unevaluated sum of two doubles.
//!
//! Sums by Knuth ("The Art of Computer Programming" 2, section 4.2.2), products and
//! quotients by Dekker ("A floating-point technique for extending the available
//! precision", Numerische Mathematik 18, 1971). No fused multiply-add is needed.

/// A sum `high + low`, where `low` is at most half a unit in the last place of `high`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::distribution) struct DoubleDouble {
    high: f64,
    low: f64,
}

/// The sum of two doubles and what rounding lost of it.
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let b_in_sum = sum - a;
    (sum, (a - (sum - b_in_sum)) + (b - b_in_sum))
}

/// Like [`two_sum`], if `a` is at least as large as `b`.
fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// The halves of a double, 26 bits each.
fn split(a: f64) -> (f64, f64) {
    let shifted = 134_217_729.0 * a;
    let high = shifted - (shifted - a);
    (high, a - high)
}

/// The product of two doubles and what rounding lost of it.
fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, lost)
}

impl From<f64> for DoubleDouble {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl DoubleDouble {
    pub(in crate::distribution) const ZERO: Self = Self { high: 0.0, low: 0.0 };

    fn normal(high: f64, low: f64) -> Self {
        let (high, low) = quick_two_sum(high, low);
        Self { high, low }
    }

    /// The nearest double.
    pub(in crate::distribution) fn to_double(self) -> f64 {
        self.high
    }

    pub(in crate::distribution) fn add(self, other: f64) -> Self {
        self.plus(other.into())
    }

    pub(in crate::distribution) fn plus(self, other: Self) -> Self {
        let (high, lost) = two_sum(self.high, other.high);
        let (low, lost_low) = two_sum(self.low, other.low);
        let (high, low) = quick_two_sum(high, low + lost);
        Self::normal(high, low + lost_low)
    }

    pub(in crate::distribution) fn minus(self, other: Self) -> Self {
        self.plus(Self { high: -other.high, low: -other.low })
    }

    pub(in crate::distribution) fn times(self, factor: f64) -> Self {
        let (high, lost) = two_product(self.high, factor);
        Self::normal(high, lost + self.low * factor)
    }

    pub(in crate::distribution) fn product(self, other: Self) -> Self {
        let (high, lost) = two_product(self.high, other.high);
        Self::normal(high, lost + (self.high * other.low + self.low * other.high))
    }

    /// This divided by `divisor`.
    pub(in crate::distribution) fn ratio_of(self, divisor: Self) -> Self {
        let first = self.high / divisor.high;
        let rest = self.minus(divisor.times(first));
        let second = rest.high / divisor.high;
        let rest = rest.minus(divisor.times(second));
        Self::normal(first, second).add(rest.high / divisor.high)
    }

    /// This divided by `divisor`, as the nearest double.
    pub(in crate::distribution) fn ratio(self, divisor: Self) -> f64 {
        self.ratio_of(divisor).to_double()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_keeps_what_a_double_would_lose() {
        let sum = DoubleDouble::from(1.0).add(1e-25).add(-1.0);
        assert_eq!(sum.to_double(), 1e-25);
    }

    #[test]
    fn a_quotient_times_its_divisor_is_the_dividend() {
        let third = DoubleDouble::from(1.0).ratio_of(DoubleDouble::from(3.0));
        let error = third.times(3.0).add(-1.0).to_double();
        assert!(error.abs() < 1e-31, "{error}");
    }

    #[test]
    fn a_product_keeps_what_a_double_would_lose() {
        // (1 + e)(1 - e) = 1 - e²
        let e = 2.0_f64.recip() * f64::EPSILON * 4.0;
        let product = DoubleDouble::from(1.0 + e).times(1.0 - e);
        assert_eq!(product.add(-1.0).to_double(), -e * e);
    }
}
