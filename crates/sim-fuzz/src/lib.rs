//! What the fuzz targets share: the service in process, a judge of what it should answer, and bodies to send.
//!
//! The judge knows the published contract and the recurrence, but shares no code with the product, so the same error
//! would have to be made twice.

pub mod judge;
pub mod recurrence;
pub mod service;
pub mod tree;
