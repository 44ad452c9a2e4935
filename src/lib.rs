//! Tenantry's doors: command line, configuration, pages and worker. Rules live in `domain`, verbs in `services`.

pub mod api;
pub mod app;
pub mod application;
pub mod calls;
pub mod cli;
pub mod clock;
pub mod config;
mod console;
pub mod database;
pub mod flash;
pub mod gate;
pub mod live;
pub mod logging;
pub mod measure;
pub mod metrics;
pub mod platform;
pub mod portal;
pub mod problem;
pub mod route;
pub mod routes;
pub mod server;
pub mod session;
pub mod tenant;
pub mod watch;
pub mod web;
pub mod worker;
