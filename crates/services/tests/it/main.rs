//! The plumbing against a real database, without the doors: jobs, letters, schedules, the audit chain.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    clippy::disallowed_methods,
    unreachable_pub,
    missing_docs,
    reason = "tests may fail loudly, read the clock and ask the database themselves"
)]

extern crate tenantry_services as services;

mod audit;
mod bench;
mod demo;
mod helper;
mod jobs;
mod keys;
mod letters;
mod tenants;
mod users;
