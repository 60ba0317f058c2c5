//! Functions that several distributions need, made of `+ - * / sqrt` and [`real`](crate::real).

pub(super) mod double_double;
pub(super) mod gamma_function;
pub(super) mod incomplete_beta;
pub(super) mod incomplete_gamma;
mod ln1pmx;
mod solve;
pub(super) mod starts;
mod tail_integral;
