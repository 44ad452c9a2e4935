//! `tenantry tenant migrate`: one tenant's own schema brought to a version of the application's migrations.

use clap::Args;
use domain::Direction;
use domain::staff::ManageTenants;
use serde_json::json;
use services::rollouts::alone::{self, Wanted};

use super::found;
use crate::cli::Exit;
use crate::cli::desk::Desk;
use crate::cli::talk::Talk;
use crate::cli::trouble::Trouble;

/// What one tenant's schema is to be brought to.
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// Its slug or id
    tenant: String,
    /// To which version [default: the newest]
    #[arg(long)]
    version: Option<String>,
    /// Go back to this version: what newer ones made is deleted
    #[arg(long, conflicts_with = "version")]
    back_to: Option<String>,
    /// Only try it, and take all of it back
    #[arg(long)]
    dry_run: bool,
    /// Also while a rollout over all tenants is open
    #[arg(long)]
    force: bool,
}

pub(super) fn run(desk: &Desk<'_>, talk: Talk, asked: &Asked) -> Result<Exit, Trouble> {
    let tenant = found(desk, &asked.tenant)?;
    let back = asked.back_to.is_some();
    if back && !asked.dry_run {
        talk.confirm("What newer versions made in this tenant, and what was written into it, is deleted. Go on?")?;
    }
    let wanted = Wanted {
        direction: if back { Direction::Down } else { Direction::Up },
        version: asked.back_to.clone().or_else(|| asked.version.clone()),
        dry_run: asked.dry_run,
        force: asked.force || back,
        backup_before: false,
    };
    let store = desk.store.clone();
    let came =
        desk.platform::<ManageTenants, _>(|tx| alone::migrate(tx, &store, tenant, &wanted))?;
    let rows = came.ran.iter().map(|ran| {
        vec![
            ran.version.clone(),
            ran.name.clone(),
            format!("{:.1} ms", milliseconds(ran.microseconds)),
        ]
    });
    let json = json!({
        "migration_id": came.id,
        "executed_migrations": came.ran.iter().map(|ran| json!({
            "version": ran.version, "name": ran.name, "execution_time_ms": milliseconds(ran.microseconds),
        })).collect::<Vec<_>>(),
        "schema_version": came.version,
        "dry_run": asked.dry_run,
    });
    talk.list(&["version", "name", "took"], rows.collect(), &json)
}

fn milliseconds(microseconds: i64) -> f64 {
    std::time::Duration::from_micros(u64::try_from(microseconds).unwrap_or(0)).as_secs_f64()
        * 1000.0
}
