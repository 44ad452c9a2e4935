//! Tenantry's doors: command line, configuration, pages and worker. Rules live in `domain`, verbs in `services`.

pub mod cli;
pub mod config;
pub mod logging;
pub mod session;
pub mod web;
