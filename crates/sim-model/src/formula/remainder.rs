//! The remainder of a division, exact and in bounded time.

/// `x - y * floor(x / y)`, computed exactly and rounded once. Its sign is that of `y`. NaN if `y` is 0, `x` is infinite
/// or one of them is NaN.
pub(super) fn floored_remainder(x: f64, y: f64) -> f64 {
    let remainder = truncated_remainder(x, y);
    if remainder != 0.0 && (remainder < 0.0) != (y < 0.0) { remainder + y } else { remainder }
}

/// `x - y * trunc(x / y)`, which is always a double. Its sign is that of `x`.
fn truncated_remainder(x: f64, y: f64) -> f64 {
    if !x.is_finite() || y.is_nan() || y == 0.0 {
        return f64::NAN;
    }
    if x.abs() < y.abs() {
        return x;
    }
    let (number, x_exponent) = parts(x);
    let (divisor, y_exponent) = parts(y);
    let mut remainder = number % divisor;
    // Since |x| is not below |y|, neither is its exponent.
    let mut shift = x_exponent - y_exponent;
    while shift > 0 && remainder > 0 {
        // A remainder has at most 53 bits: 64 more leave room.
        let step = shift.min(64);
        let shifted = (u128::from(remainder) << step) % u128::from(divisor);
        remainder = u64::try_from(shifted).unwrap_or(0);
        shift -= step;
    }
    from_parts(remainder, y_exponent).copysign(x)
}

/// The whole number and the exponent of two that a finite double is the product of.
fn parts(value: f64) -> (u64, u32) {
    let bits = value.abs().to_bits();
    let exponent = u32::try_from(bits >> 52).unwrap_or(0);
    let fraction = bits & ((1 << 52) - 1);
    // Subnormal numbers have the exponent of the smallest normal ones, and no leading 1.
    if exponent == 0 { (fraction, 1) } else { (fraction | 1 << 52, exponent) }
}

/// The double of these parts. The number is below 2^53, so it fits.
fn from_parts(number: u64, exponent: u32) -> f64 {
    if number == 0 {
        return 0.0;
    }
    // Move the leading 1 to bit 52, as far as the exponent goes.
    let shift = (number.leading_zeros() - 11).min(exponent - 1);
    let number = number << shift;
    let exponent = if number >> 52 == 0 { 0 } else { u64::from(exponent - shift) };
    f64::from_bits(exponent << 52 | number & ((1 << 52) - 1))
}
