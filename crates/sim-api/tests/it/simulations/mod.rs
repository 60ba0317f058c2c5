//! Laws of the simulations.

mod addresses;
mod batches;
mod bodies;
mod properties;
