//! The tests that enter by the front door, and those that ask the database itself. One binary, one
//! PostgreSQL of its own, a database a test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod database;
mod support;
