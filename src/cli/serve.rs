//! `tenantry serve`: pages and workers, for real tenants.

use super::{Exit, process};
use crate::application;
use crate::config::Config;

pub(super) fn run(config: Config) -> Exit {
    process::run(
        config,
        application::settle,
        |app, port| tracing::info!(address = %app.config.server.bind, port, "serving"),
    )
}
