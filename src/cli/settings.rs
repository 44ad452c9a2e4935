//! The flags that are the same for every subcommand: they override file and environment.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;

use crate::config::Flags;

/// Flags that override the configuration, the same for every subcommand.
#[derive(Debug, Args)]
pub(super) struct Settings {
    /// The configuration file [default: tenantry.toml, if there is one; env: TENANTRY_CONFIG]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The port that pages are served on
    #[arg(long, global = true, value_name = "PORT")]
    port: Option<String>,
    /// The address that is listened on
    #[arg(long, global = true, value_name = "ADDRESS")]
    bind: Option<String>,
    /// The folder of everything that is kept
    #[arg(long, global = true, value_name = "FOLDER")]
    data: Option<String>,
    /// The domain below which every tenant has a name
    #[arg(long, global = true, value_name = "DOMAIN")]
    base_domain: Option<String>,
    /// multi: any number of tenants; single: one, at the base domain
    #[arg(long, global = true, value_name = "MODE")]
    mode: Option<String>,
    /// The one tenant of single mode
    #[arg(long, global = true, value_name = "SLUG")]
    default_tenant: Option<String>,
    /// Any other setting, as in the file: --set sessions.idle=1h
    #[arg(long = "set", global = true, value_name = "KEY=VALUE", value_parser = pair)]
    set: Vec<(String, String)>,
}

/// Settings that hold passwords or keys: other users of the machine can read a command line.
const NOT_ON_THE_COMMAND_LINE: [&str; 6] = [
    "secret",
    "database.url",
    "database.platform_url",
    "database.owner_url",
    "database.direct_url",
    "mail.smtp_url",
];

impl Settings {
    pub(super) fn into_flags(self) -> Flags {
        let named = [
            ("port", self.port),
            ("bind", self.bind),
            ("data", self.data),
            ("base_domain", self.base_domain),
            ("mode", self.mode),
            ("default_tenant", self.default_tenant),
        ];
        let mut values: BTreeMap<String, String> = self.set.into_iter().collect();
        values.extend(
            named
                .into_iter()
                .filter_map(|(key, value)| Some((key.to_owned(), value?))),
        );
        Flags {
            file: self.config,
            values,
        }
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE")?;
    if NOT_ON_THE_COMMAND_LINE.contains(&key) {
        return Err(format!(
            "{key} is secret and a command line is not; use the environment or the file"
        ));
    }
    Ok((key.to_owned(), value.to_owned()))
}
