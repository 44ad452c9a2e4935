//! `tenantry demo`, which is also plain `tenantry`: a server with tenants in it to look around in.

use std::io::IsTerminal;

use indicatif::ProgressBar;
use services::demo;

use super::{Exit, process};
use crate::app::App;
use crate::application;
use crate::config::Config;

pub(super) fn run(mut config: Config) -> Exit {
    if !config.addresses.mode.is_single() {
        config.sign_up.enable_for_demo();
    }
    config.console.enable_for_demo();
    process::run(config, load, greet)
}

/// Makes the demo's tenants on the first run; finds them on the others.
fn load(app: &App) -> anyhow::Result<()> {
    application::settle(app)?;
    let addresses = &app.config.addresses;
    let bar = if std::io::stderr().is_terminal() {
        ProgressBar::no_length()
    } else {
        ProgressBar::hidden()
    };
    let told = |step: demo::Progress| {
        bar.set_length(u64::try_from(step.of).unwrap_or(0));
        bar.set_position(u64::try_from(step.done).unwrap_or(0));
        bar.set_message(step.tenant);
    };
    demo::load(&app.store, &app.passwords, addresses, app.clock.now(), told)?;
    bar.finish_and_clear();
    Ok(())
}

fn greet(app: &App, port: u16) {
    eprintln!(
        "Tenantry is ready. Everybody's password is {}",
        demo::PASSWORD
    );
    for sign_in in demo::sign_ins(&app.config.addresses) {
        eprintln!("  http://{}:{port}  as {}", sign_in.host, sign_in.owner);
    }
    eprintln!(
        "  http://{}:{port}  as {}, who runs them all",
        app.config.platform.host,
        demo::PLATFORM_OWNER
    );
    eprintln!("Ctrl-C stops it.");
}
