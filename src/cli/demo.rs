//! `tenantry demo`, which is also plain `tenantry`: a server with tenants in it to look around in.

use super::{Exit, process};
use crate::app::App;
use crate::config::Config;

pub(super) fn run(config: Config) -> Exit {
    process::run(config, |_| Ok(()), greet)
}

fn greet(app: &App, port: u16) {
    let base = &app.config.server.base_domain;
    eprintln!("Tenantry is ready: http://acme.{base}:{port}");
    eprintln!("Ctrl-C stops it.");
}
