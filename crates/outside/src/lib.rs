//! outside.

pub mod postgres;
