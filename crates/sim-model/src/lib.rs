//! Monte Carlo models: pure computation, without input, output or clocks.

#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

pub mod distribution;
pub mod formula;
pub mod real;
