//! Distributions of inputs.
