//! Monte Carlo models whose report is the same bytes for the same request, on every machine.
//!
//! A [`Model`] has inputs with distributions, formulas over them, and outputs. [`Model::check`] finds all its errors or
//! prepares it; a [`Run`] draws samples and ends with a [`Report`]. The crate is pure computation, without input, output or
//! clocks.
//!
//! ```
//! use std::sync::Arc;
//!
//! use sim_model::{Model, Run};
//!
//! let model: Model = serde_json::from_str(
//!     r#"{
//!         "inputs": {
//!             "units": {"kind": "normal", "mean": 1000, "sd": 100},
//!             "price": {"kind": "triangular", "min": 8, "mode": 10, "max": 12}
//!         },
//!         "constants": {"fixed": 2000},
//!         "formulas": {"profit": "units * (price - 6) - fixed"},
//!         "outputs": {"profit": {"quantiles": [0.5], "thresholds": [0]}}
//!     }"#,
//! )
//! .unwrap();
//! let model = Arc::new(model.check().unwrap());
//!
//! let mut run = Run::new(model, 7, 100_000).unwrap();
//! let report = loop {
//!     if let Some(report) = run.advance().unwrap() {
//!         break report;
//!     }
//! };
//! let profit = &report.outputs["profit"];
//! assert!((profit.mean.value.unwrap() - 2_000.0).abs() < 20.0);
//! assert!(profit.thresholds[0].above.value.unwrap() > 0.95);
//! ```
//!
//! # What makes it exact
//!
//! - **Draws are addressed.** A draw is a function of the seed, the name of the input and the number of the sample
//!   ([`sim_core::Draws`]); the inverse of the distribution function makes a value of it. Threads, pieces and other inputs
//!   change nothing, and a longer run begins with the samples of a shorter one.
//! - **Functions round correctly.** [`real`] has the only ones that are used beside `+ - * /` and the square root.
//! - **Sums do not round.** Sums and sums of squares are exact integers; quantiles are order statistics, whatever the number of
//!   samples. So statistics of disjoint samples merge in any order.
//!
//! `docs/numerics.md` specifies all that. It is [`ENGINE`] 1: reports never change.

#![forbid(unsafe_code)]
#![doc(test(attr(deny(warnings))))]

mod checked;
mod digest;
pub mod distribution;
mod evaluation;
pub mod formula;
mod model;
pub mod real;
mod report;
mod run;
mod statistics;

pub use checked::CheckedModel;
pub use model::*;
pub use report::*;
pub use run::{ENGINE, Progress, Run, Shard};

/// The examples of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
