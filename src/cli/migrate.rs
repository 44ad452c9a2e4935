//! `tenantry migrate`: makes roles and schema in a database that the operator brings, as its owner, and
//! answers with the two addresses that `serve` runs with and the one for the vendor's own application.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use services::address::{password_of, with_login};
use services::boot::{
    self, APP_LOGIN, BootError, Lockdown, Migrated, Owner, PLATFORM_LOGIN, VENDOR_LOGIN,
};

use super::Exit;
use crate::config::Config;

/// What `tenantry migrate` may be asked for beside migrating.
#[derive(Debug, clap::Args)]
pub(super) struct Wishes {
    /// Write the addresses into this file, for you alone (0600), instead of onto the terminal
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
    /// Give all logins new passwords, though they are not new
    #[arg(long)]
    renew_passwords: bool,
    /// Let the database take this installation's key alone, and the one before it no longer
    #[arg(long)]
    retire_key: bool,
}

/// The address of one login, and whether its password is new and so has to be shown.
struct Address {
    name: &'static str,
    url: String,
    is_new: bool,
}

pub(super) fn run(config: &Config, wishes: &Wishes) -> Exit {
    let Some(owner) = &config.database.owner_url else {
        eprintln!(
            "tenantry: database.owner_url is missing: set TENANTRY_DATABASE_OWNER_URL to the address of the database as its owner. (The PostgreSQL that Tenantry runs itself is migrated at every start.)"
        );
        return Exit::Config;
    };
    let owner = owner.expose_secret();
    let keys = config
        .context_key()
        .and_then(|portal| Ok((portal, config.application_key()?, config.seal_key()?)));
    let (key, applications, seal) = match keys {
        Ok(keys) => keys,
        Err(error) => {
            eprintln!("tenantry: the secret could not be read: {error}");
            return Exit::Config;
        }
    };
    let all = Owner::of_all(owner, &seal);
    let done = boot::migrate(all).and_then(|migrated| {
        boot::give_key(all, &key, wishes.retire_key)?;
        boot::give_application_key(all, &applications, wishes.retire_key)?;
        let addresses = logins(config, owner, &migrated, wishes)?;
        if config.console.is_enabled() && boot::lock_down(all)? == Lockdown::NoRight {
            eprintln!(
                "The SQL console stays off: a superuser must run `tenantry migrate` once, to close the server's own functions to it."
            );
        }
        Ok((migrated, addresses))
    });
    match done {
        Ok((migrated, addresses)) => tell(&migrated, &addresses, wishes.save.as_deref()),
        Err(error) => {
            eprintln!("tenantry: {error}");
            match error {
                BootError::Newer(refusal) => Exit::Refused((&refusal).into()),
                _ => Exit::Database,
            }
        }
    }
}

fn logins(
    config: &Config,
    owner: &str,
    migrated: &Migrated,
    wishes: &Wishes,
) -> Result<Vec<Address>, BootError> {
    [
        ("DATABASE_URL", APP_LOGIN, &config.database.url),
        (
            "PLATFORM_DATABASE_URL",
            PLATFORM_LOGIN,
            &config.database.platform_url,
        ),
        (
            "TENANTRY_APPLICATION_DATABASE_URL",
            VENDOR_LOGIN,
            &config.application.database_url,
        ),
    ]
    .into_iter()
    .map(|(name, login, given)| {
        let is_new = migrated.is_new(login) || wishes.renew_passwords;
        address(name, login, given.as_ref(), owner, is_new)
    })
    .collect()
}

/// A new login gets the password of its configured address, else one that is made here.
fn address(
    name: &'static str,
    login: &'static str,
    given: Option<&SecretString>,
    owner: &str,
    is_new: bool,
) -> Result<Address, BootError> {
    let given = given.map(|url| url.expose_secret().to_owned());
    let chosen = given.as_deref().and_then(password_of);
    let password = match chosen {
        Some(word) => word,
        None => services::tokens::password(),
    };
    if is_new {
        boot::set_password(owner, login, &password)?;
    }
    Ok(Address {
        name,
        is_new: is_new && given.is_none(),
        url: given.unwrap_or_else(|| with_login(owner, login, Some(&password))),
    })
}

fn tell(migrated: &Migrated, addresses: &[Address], save: Option<&Path>) -> Exit {
    for statement in &migrated.prepared {
        eprintln!("{statement}");
    }
    for migration in &migrated.ran {
        eprintln!("migrated {migration}");
    }
    if migrated.ran.is_empty() {
        eprintln!("The schema is up to date.");
    }
    for missed in &migrated.missed {
        eprintln!(
            "tenantry: the database {} did not answer ({}): its tenant is closed until `tenantry migrate` ran while it does",
            missed.database, missed.reason
        );
    }
    let ending = if migrated.missed.is_empty() {
        Exit::Done
    } else {
        Exit::Database
    };
    let lines: String = addresses
        .iter()
        .filter(|address| address.is_new)
        .map(|address| format!("{}={}\n", address.name, address.url))
        .collect();
    if lines.is_empty() {
        return ending;
    }
    match save {
        Some(file) => match write_for_one(file, &lines) {
            Ok(()) => {
                eprintln!("The addresses of the logins are in {}.", file.display());
                ending
            }
            Err(error) => {
                eprintln!(
                    "tenantry: {} could not be written ({error}); `tenantry migrate --renew-passwords` makes new ones",
                    file.display()
                );
                Exit::Output
            }
        },
        None => {
            eprintln!(
                "Run `tenantry serve` with the first two; the third is your application's. They are shown this once:"
            );
            match io::stdout().lock().write_all(lines.as_bytes()) {
                Ok(()) => ending,
                Err(_) => Exit::Output,
            }
        }
    }
}

/// A file that did not exist before, readable by its owner alone from its first moment.
fn write_for_one(file: &Path, text: &str) -> io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)?
        .write_all(text.as_bytes())
}
