//! `tenantry audit verify`: reads the chains of all tenants, or of one, and says which entry is wrong. It
//! changes nothing, and works beside a running server.

use std::io::{self, Write};
use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use domain::permission::System;
use services::audit::log::{self, Anchor, Proof};
use services::{Credential, Request, Store, StoreError, TenantEntry};

use super::Exit;
use crate::clock::Clock;
use crate::config::Config;
use crate::database::{self, Ready};

/// How long reading one chain may take.
const PATIENCE: Duration = Duration::from_secs(3600);

/// What to do with the audit logs.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Read every chain from its start; exit 1 if one does not hold
    Verify {
        /// Only this tenant's
        #[arg(long, value_name = "SLUG")]
        tenant: Option<String>,
        /// The end of the chain as an earlier check printed it; needs --tenant
        #[arg(long, value_name = "NUMBER:HASH", requires = "tenant")]
        anchor: Option<Anchor>,
    },
}

pub(super) fn run(config: &Config, what: &Audit) -> Exit {
    let Audit::Verify { tenant, anchor } = what;
    let Ready {
        mut pools, cluster, ..
    } = match database::at_hand(config) {
        Ok(ready) => ready,
        Err(error) => {
            eprintln!("tenantry: {error}");
            return Exit::Database;
        }
    };
    // A chain of millions takes minutes; nobody waits for a page here.
    pools.statement_timeout = Some(PATIENCE);
    let checked = verify(&Store::open(&pools), tenant.as_deref(), anchor.as_ref());
    if let Some(cluster) = cluster
        && let Err(error) = cluster.stop()
    {
        eprintln!("tenantry: {error}");
    }
    checked.unwrap_or_else(|error| {
        eprintln!("tenantry: {error}");
        Exit::Database
    })
}

fn verify(store: &Store, slug: Option<&str>, anchor: Option<&Anchor>) -> Result<Exit, StoreError> {
    let now = Clock::default().now();
    let mut found = false;
    let mut holds = true;
    for id in store.platform(now, |tx| tx.tenant_ids())? {
        let Some(tenant) = store.resolve_tenant(id)? else {
            continue;
        };
        if slug.is_some_and(|slug| slug != tenant.slug) {
            continue;
        }
        found = true;
        let proof = prove(store, &tenant, now, anchor)?;
        holds &= proof.verdict.reason.is_none();
        if writeln!(io::stdout().lock(), "{}", told(&tenant.slug, &proof)).is_err() {
            return Ok(Exit::Output);
        }
    }
    if let (Some(slug), false) = (slug, found) {
        eprintln!("tenantry: there is no tenant \"{slug}\"");
        return Ok(Exit::Usage);
    }
    Ok(if holds { Exit::Done } else { Exit::Disproved })
}

fn prove(
    store: &Store,
    tenant: &TenantEntry,
    now: DateTime<Utc>,
    anchor: Option<&Anchor>,
) -> Result<Proof, StoreError> {
    let request = Request {
        now,
        request_id: uuid::Uuid::nil(),
        address: None,
        device: "command line".to_owned(),
    };
    let credential = Credential::System("audit.verify");
    store.tenant::<System, _, _>(&tenant.scope, credential, &request, |tx| {
        log::verify(tx, anchor)
    })
}

fn told(slug: &str, proof: &Proof) -> String {
    match (&proof.verdict.reason, proof.verdict.bad_seq, &proof.end) {
        (Some(reason), Some(seq), _) => format!("{slug}: entry {seq}: {reason}"),
        (Some(reason), None, _) => format!("{slug}: {reason}"),
        (None, _, Some(end)) => {
            format!(
                "{slug}: {} entries hold; the end is {end}",
                proof.verdict.entries
            )
        }
        (None, _, None) => format!("{slug}: no entries"),
    }
}
