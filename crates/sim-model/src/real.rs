//! Elementary functions with the same bits on every target.
//!
//! Each returns the double nearest to the true value ("correctly rounded"), so
//! the definition of the function fixes its bits and no implementation does.
//! The crate `pxfm` computes them; the tests compare it with CORE-MATH, an
//! independent implementation that is proven to round correctly.
//!
//! Nothing else in this crate may call the functions of the platform: `clippy.toml`
//! refuses them. `+ - * /` and `sqrt` are exact by IEEE 754 and need no wrapper.
//! No function here is a fused multiply-add.

/// e to the power of `x`.
#[inline]
#[must_use]
pub fn exp(x: f64) -> f64 {
    pxfm::f_exp(x)
}

/// e to the power of `x`, minus 1: accurate for small `x`.
#[inline]
#[must_use]
pub fn expm1(x: f64) -> f64 {
    pxfm::f_expm1(x)
}

/// The natural logarithm.
#[inline]
#[must_use]
pub fn ln(x: f64) -> f64 {
    pxfm::f_log(x)
}

/// The natural logarithm of `1 + x`: accurate for small `x`.
#[inline]
#[must_use]
pub fn log1p(x: f64) -> f64 {
    pxfm::f_log1p(x)
}

/// The decimal logarithm.
#[inline]
#[must_use]
pub fn log10(x: f64) -> f64 {
    pxfm::f_log10(x)
}

/// `x` to the power of `y`; NaN if either of them is.
#[inline]
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    pxfm::f_pow(x, y)
}

/// The cube root.
#[inline]
#[must_use]
pub fn cbrt(x: f64) -> f64 {
    pxfm::f_cbrt(x)
}

/// The sine of an angle in radians.
#[inline]
#[must_use]
pub fn sin(x: f64) -> f64 {
    pxfm::f_sin(x)
}

/// The cosine of an angle in radians.
#[inline]
#[must_use]
pub fn cos(x: f64) -> f64 {
    pxfm::f_cos(x)
}

/// The tangent of an angle in radians.
#[inline]
#[must_use]
pub fn tan(x: f64) -> f64 {
    pxfm::f_tan(x)
}

/// The angle of the point (`x`, `y`) in radians, from -π to π.
#[inline]
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    let angle = pxfm::f_atan2(y, x);
    // An angle too small for a double keeps the sign of y, which pxfm drops.
    if angle == 0.0 { angle.copysign(y) } else { angle }
}

/// The error function.
#[inline]
#[must_use]
pub fn erf(x: f64) -> f64 {
    pxfm::f_erf(x)
}

/// The complementary error function, `1 - erf(x)`: accurate for large `x`.
#[inline]
#[must_use]
pub fn erfc(x: f64) -> f64 {
    pxfm::f_erfc(x)
}

#[cfg(test)]
mod tests;
