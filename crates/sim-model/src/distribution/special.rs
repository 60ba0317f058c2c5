//! Functions that several distributions need, made of `+ - * / sqrt` and [`real`](crate::real).

pub(super) mod double_double;
pub(super) mod gamma_function;
