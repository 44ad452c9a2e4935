//! `tenantry key`: the API keys of a tenant, or of the platform. A key is printed once, when it is made or rotated.

mod deeds;

use clap::{Args, Subcommand};
use domain::KeyId;
use domain::permission::ReadKeys;
use domain::staff::ManagePlatformKeys;
use serde_json::{Value as Json, json};
use services::TenantEntry;
use services::keys::{self, KeyRow};
use services::platform_keys;

use super::Exit;
use super::desk::{self, Desk};
use super::talk::{Talk, moment, moment_or_never};
use super::trouble::Trouble;
use crate::config::Config;

/// The API keys of a tenant, or of the platform.
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(flatten)]
    talk: Talk,
    /// Whose keys: the tenant's slug or id
    #[arg(long, global = true, value_name = "SLUG")]
    tenant: Option<String>,
    /// The platform's own keys
    #[arg(long, global = true, conflicts_with = "tenant")]
    platform: bool,
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The keys, the newest first; those that were revoked stay for 30 days
    List,
    /// Make a key; prints it, this once
    Create {
        /// What it is called
        name: String,
        /// What it may do, like users:read; may stand more than once
        #[arg(long = "may", value_name = "PERMISSION", required = true)]
        permissions: Vec<String>,
        /// For how many days it opens [default: until it is revoked]
        #[arg(long, value_name = "NUMBER")]
        days: Option<i64>,
    },
    /// Put a new key in the place of one; prints it, this once
    Rotate {
        /// The old key's id
        id: String,
        /// For how many days the old key still opens
        #[arg(long, value_name = "NUMBER", default_value_t = 0)]
        overlap_days: i64,
    },
    /// End a key at once
    Revoke {
        /// The key's id
        id: String,
    },
}

pub(super) fn run(config: &Config, asked: &Key) -> Exit {
    desk::at(config, |desk| {
        let whose = match &asked.tenant {
            Some(name) => Whose::Tenant(Box::new(desk.tenant(name)?)),
            None if asked.platform => Whose::Platform,
            None => return Err(Trouble::usage("say whose: --tenant SLUG or --platform")),
        };
        let talk = asked.talk;
        match &asked.what {
            What::List => list(desk, &whose, talk),
            What::Create {
                name,
                permissions,
                days,
            } => deeds::create(desk, &whose, talk, name, permissions, *days),
            What::Rotate { id, overlap_days } => {
                deeds::rotate(desk, &whose, talk, found(id)?, *overlap_days)
            }
            What::Revoke { id } => deeds::revoke(desk, &whose, talk, found(id)?),
        }
    })
}

fn found(id: &str) -> Result<KeyId, Trouble> {
    id.parse()
        .map_err(|_| Trouble::usage(format!("\"{id}\" is not a key's id; `key list` shows them")))
}

/// Who the keys are of.
enum Whose {
    Tenant(Box<TenantEntry>),
    Platform,
}

fn list(desk: &Desk<'_>, whose: &Whose, talk: Talk) -> Result<Exit, Trouble> {
    let keys = match whose {
        Whose::Tenant(tenant) => desk.within::<ReadKeys, _>(tenant, keys::list)?,
        Whose::Platform => desk.platform::<ManagePlatformKeys, _>(platform_keys::list)?,
    };
    let rows = keys.iter().map(|key| {
        vec![
            key.id.to_string(),
            key.name.clone(),
            key.prefix.clone(),
            keys::state(key, desk.now).to_owned(),
            key.permissions.join(" "),
            key.expires_at.map_or_else(|| "never".to_owned(), moment),
            moment_or_never(key.last_used_at),
        ]
    });
    let head = [
        "id",
        "name",
        "begins",
        "state",
        "may",
        "expires",
        "last used",
    ];
    let told: Vec<Json> = keys.iter().map(|key| row(desk, key)).collect();
    talk.list(&head, rows.collect(), &json!({ "keys": told }))
}

fn row(desk: &Desk<'_>, key: &KeyRow) -> Json {
    json!({
        "id": key.id.to_string(),
        "name": key.name,
        "prefix": key.prefix,
        "permissions": key.permissions,
        "state": keys::state(key, desk.now),
        "created_by_name": key.made_by_name,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
        "exposed_at": key.exposed_at,
        "replaced_by": key.replaced_by.map(|id| id.to_string()),
    })
}
