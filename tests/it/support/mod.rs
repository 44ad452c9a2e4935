//! What tests stand on; no test is in here.

pub(crate) mod postgres;
