//! Migrating one tenant's own schema, forward or back, at once: a try before a rollout, or a way out for one tenant.

use domain::staff::ManageTenants;
use domain::{Direction, FieldErrors, RolloutId, TargetState, TenantId};
use serde_json::json;
use store::rollouts::{NoRun, Ran};
use store::{StaffCredential, StaffTx, Store, StoreError};

use super::{NO_OWNER, target, version_of};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Who};
use crate::tenants::note::{self, Doer, Note};

/// What one tenant's schema is to be brought to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Forward or back.
    pub direction: Direction,
    /// To which version; forward to the newest where nothing is said, and back to none.
    pub version: Option<String>,
    /// Whether it is only tried, and all of it taken back.
    pub dry_run: bool,
    /// Whether it is done although a rollout is open, or although it deletes what newer versions made.
    pub force: bool,
    /// Whether a backup is made before.
    pub backup_before: bool,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Came {
    /// Under which name it is kept; `None` when it was only tried.
    pub id: Option<RolloutId>,
    /// What ran, in its order.
    pub ran: Vec<Ran>,
    /// The version that stands afterwards; empty for none.
    pub version: String,
}

/// Brings one tenant's own schema to a version: all of it, or nothing.
///
/// # Errors
/// [`VerbError::Invalid`] beside what is wrong, [`VerbError::Conflict`] for a tenant in the shared tables or while a
/// rollout is open, [`VerbError::Migration`] when a script is refused.
pub fn migrate(
    tx: &mut StaffTx<'_, ManageTenants>,
    store: &Store,
    tenant: TenantId,
    wanted: &Wanted,
) -> Result<Came, VerbError> {
    let schema = schema_of(tx, store, tenant, wanted)?;
    let version = version_of(tx, wanted.direction, wanted.version.as_deref())?;
    let mut runner = store.runner().map_err(as_verb)?;
    let given = runner.given().map_err(as_verb)?;
    if wanted.dry_run {
        let tried = runner.try_out(&given, &schema, wanted.direction, &version);
        let ran = tried.map_err(as_verb)?;
        return Ok(Came {
            id: None,
            ran,
            version,
        });
    }
    match runner.bring(&given, &schema, (wanted.direction, &version), None) {
        Ok(ran) => {
            let who = Who::acts(tx);
            let id = note(
                tx,
                tenant,
                &schema,
                wanted.direction,
                &version,
                &who,
                Ok(&ran),
            )?;
            Ok(Came {
                id: Some(id),
                ran,
                version,
            })
        }
        Err(error) => {
            // This transaction takes back what it did, so what failed is written down in another.
            let (words, who) = (error.to_string(), Who::acts(tx));
            let credential = StaffCredential::System("migration");
            let request = tx.request().clone();
            store.staff::<ManageTenants, _, VerbError>(credential, &request, |tx| {
                note(
                    tx,
                    tenant,
                    &schema,
                    wanted.direction,
                    &version,
                    &who,
                    Err(&words),
                )
                .map(drop)
            })?;
            Err(as_verb(error))
        }
    }
}

/// The schema that may be migrated by itself.
fn schema_of(
    tx: &mut StaffTx<'_, ManageTenants>,
    store: &Store,
    tenant: TenantId,
    wanted: &Wanted,
) -> Result<String, VerbError> {
    if !store.makes_schemas() {
        return Err(VerbError::Conflict(NO_OWNER.to_owned()));
    }
    if wanted.backup_before {
        let words = "This version of Tenantry makes no backups: back the database up yourself, then leave this out.";
        return Err(FieldErrors::one("backup_before", words).into());
    }
    if tx.open_move(tenant)?.is_some() {
        return Err(VerbError::Conflict(
            "This tenant is being moved.".to_owned(),
        ));
    }
    if tx.open_rollout()?.is_some() && !wanted.force {
        let words = "A rollout over all tenants is not over yet. To go before it, send force.";
        return Err(VerbError::Conflict(words.to_owned()));
    }
    if wanted.direction == Direction::Down && !wanted.force && !wanted.dry_run {
        let words = "Going back deletes what newer versions made, with what was written into it. To do it, send force.";
        return Err(VerbError::Conflict(words.to_owned()));
    }
    tx.own_schema(tenant)?.ok_or_else(|| {
        VerbError::Conflict(
            "This tenant lives in the shared tables, which are migrated for all who live there: ask for a rollout.".to_owned(),
        )
    })
}

fn note(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    schema: &str,
    direction: Direction,
    version: &str,
    who: &Who,
    came: Result<&[Ran], &str>,
) -> Result<RolloutId, VerbError> {
    let id = tx.note_alone(tenant, schema, direction, version, &who.name, came)?;
    let versions: Vec<&str> = came
        .unwrap_or_default()
        .iter()
        .map(|ran| ran.version.as_str())
        .collect();
    let what = json!({ "direction": direction, "version": version, "ran": versions });
    let record = tx.tenant_record(tenant)?;
    let (event, action, end) = match came {
        Ok(_) => (
            EventKind::SchemaMigrated,
            TenantAction::TablesMigrated,
            TargetState::Done,
        ),
        Err(_) => (
            EventKind::SchemaMigrationFailed,
            TenantAction::TablesNotMigrated,
            TargetState::Failed,
        ),
    };
    if came.is_err() || !versions.is_empty() {
        let told = |event, action| Note {
            event,
            action,
            before: json!({}),
            after: what.clone(),
            by: &Doer::Platform,
            limits: false,
            letter: None,
        };
        note::tell(tx, &record, told(event, action))?;
    }
    let entry = Entry::done(Action::SchemaMigrated, target(id, version).at(tenant));
    let entry = entry.after(
        json!({ "tenant": record.name, "state": end, "migration": what, "error": came.err() }),
    );
    platform_audit::record(tx, entry.of(who.clone()))?;
    Ok(id)
}

pub(super) fn as_verb(error: NoRun) -> VerbError {
    match error {
        NoRun::NoSchema(error) => error.into(),
        NoRun::Database(error) => error.into(),
        NoRun::Held => StoreError::Busy.into(),
        NoRun::Script { .. } | NoRun::NoWayBack(_) => VerbError::Migration(error.to_string()),
    }
}
