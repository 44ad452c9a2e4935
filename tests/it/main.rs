//! The tests that enter by the front door, one file a noun, and those that ask the database itself. One
//! binary, one PostgreSQL, a database a test. `docs/TESTING.md` tells how to write one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a test fails by panicking"
)]

mod access;
mod access_api;
mod access_platform;
mod adopt;
mod analytics;
mod api;
mod application;
mod audit;
mod calls;
mod canaries;
mod checkups;
mod cli;
mod closing;
mod console;
mod cookies;
mod database;
mod deploy;
mod edge;
mod examples;
mod far_kills;
mod far_moves;
mod formats;
mod grace;
mod health;
mod hostile;
mod import;
mod invitation;
mod isolation;
mod key_pages;
mod lifecycle;
mod limits;
mod live;
mod me;
mod memory;
mod metrics;
mod mode;
mod move_kills;
mod moves;
mod node_pages;
mod nodes;
mod overview;
mod overview_measured;
mod own_databases;
mod own_queues;
mod password;
mod placements;
mod plans;
mod platform_log;
mod pool_hygiene;
mod pools;
mod processes;
mod provisioning;
mod queue;
mod roles;
mod rolling;
mod rollouts;
mod scalings;
mod secrets;
mod server_kills;
mod sessions;
mod settings;
mod shares;
mod sign_in;
mod sign_up;
mod single;
mod staff;
mod structure;
#[allow(
    dead_code,
    reason = "a vocabulary for tests, whether or not each word is in use today"
)]
mod support;
mod tenant_pages;
mod tenant_processes;
mod tenants;
mod timing;
#[cfg(feature = "postgres-tls")]
mod tls;
mod trace;
mod trace_api;
mod trace_platform;
mod two_worlds;
mod unasked;
mod usage;
mod usage_events;
mod usage_spans;
mod users;
mod visits;
