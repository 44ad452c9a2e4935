//! `tenantry application`: what the vendor's own application has to be told. It asks no database.

use std::io::{self, Write};

use super::Exit;
use crate::config::Config;
use crate::database;

pub(super) fn run(config: &Config) -> Exit {
    let key = match config.application_key() {
        Ok(key) => key.hex(),
        Err(error) => {
            eprintln!("tenantry: the secret could not be read: {error}");
            return Exit::Config;
        }
    };
    let url = database::for_application(config);
    let line = url.map(|url| format!("DATABASE_URL={url}\n"));
    let line = line.unwrap_or_default();
    eprintln!(
        "Whoever has this key and the login's password enters every tenant as your application: keep both as passwords."
    );
    match writeln!(io::stdout().lock(), "{line}TENANT_KEY={key}") {
        Ok(()) => Exit::Done,
        Err(_) => Exit::Output,
    }
}
