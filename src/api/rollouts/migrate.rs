//! `POST /tenants/{tenant_id}/migrate`: one tenant's own schema brought to a version.

use std::time::Duration;

use domain::staff::ManageTenants;
use serde::{Deserialize, Serialize};
use services::rollouts::alone::{self, Came, Wanted};
use utoipa::ToSchema;

use super::direction;
use crate::api::door::Door;
use crate::api::tenants::named;
use crate::api::{Body, Outcome, PlatformApi};

/// What one tenant's schema is to be brought to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Migrate {
    /// up, or down; up where nothing is said.
    #[schema(pattern = "^(up|down)$")]
    pub direction: Option<String>,
    /// The last version that stands afterwards: forward the newest where nothing is said, and back none.
    #[schema(max_length = 40)]
    pub version: Option<String>,
    /// Whether it is only tried, and all of it taken back.
    pub dry_run: Option<bool>,
    /// Whether it is done although a rollout over all tenants is open, or although going back deletes data.
    pub force: Option<bool>,
    /// Whether a backup is made before: this version makes none, and refuses true.
    pub backup_before: Option<bool>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Migrated {
    /// Under which name it is kept; null when it was only tried.
    pub migration_id: Option<String>,
    /// What ran, in its order.
    pub executed_migrations: Vec<Executed>,
    /// How many milliseconds all of it took.
    pub total_execution_time_ms: f64,
    /// The version that stands afterwards; empty for none.
    pub schema_version: String,
    /// Whether a backup was made before.
    pub backup_created: bool,
    /// Whether it was only tried.
    pub dry_run: bool,
}

/// A migration that ran.
#[derive(Debug, Serialize, ToSchema)]
pub struct Executed {
    /// Its version.
    pub version: String,
    /// What it is called.
    pub name: String,
    /// How many milliseconds it took.
    pub execution_time_ms: f64,
    /// success.
    pub status: String,
}

/// `POST /tenants/{tenant_id}/migrate`
///
/// # Errors
/// No right, a tenant in the shared tables, a script that is refused, or no database.
pub async fn tenant(api: PlatformApi<ManageTenants>, body: Body<Migrate>) -> Outcome<Migrated> {
    let name = api.part::<String>("tenant_id");
    let store = api.app().store.clone();
    api.write(body, move |tx, body: &Migrate| {
        let tenant = named(tx, name.as_ref())?;
        let wanted = Wanted {
            direction: direction(body.direction.as_deref())?,
            version: body.version.clone(),
            dry_run: body.dry_run.unwrap_or(false),
            force: body.force.unwrap_or(false),
            backup_before: body.backup_before.unwrap_or(false),
        };
        let came = alone::migrate(tx, &store, tenant, &wanted)?;
        Ok(fields(came, wanted.dry_run))
    })
    .await
}

fn fields(came: Came, dry_run: bool) -> Migrated {
    let total = came.ran.iter().map(|ran| ran.microseconds).sum();
    let executed = came.ran.into_iter().map(|ran| Executed {
        execution_time_ms: milliseconds(ran.microseconds),
        version: ran.version,
        name: ran.name,
        status: "success".to_owned(),
    });
    Migrated {
        migration_id: came.id.map(|id| id.to_string()),
        executed_migrations: executed.collect(),
        total_execution_time_ms: milliseconds(total),
        schema_version: came.version,
        backup_created: false,
        dry_run,
    }
}

fn milliseconds(microseconds: i64) -> f64 {
    Duration::from_micros(u64::try_from(microseconds).unwrap_or(0)).as_secs_f64() * 1000.0
}
