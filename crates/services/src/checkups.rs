//! How tenants are: looked at by a job every five minutes, written down, and told when it changes. Pages and programs read what
//! was written down and look at nothing themselves.

mod parts;
mod read;
mod round;
mod run;

use domain::TenantId;
use domain::staff::ManageTenants;
use serde_json::{Value as Json, json};
use store::{StaffTx, StoreError};

use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::platform_audit::{self, Action, Entry, Target, TargetKind};

pub use parts::{KEYS, LETTERS, SLOW, STUCK, STUCK_LONG};
pub use read::{Fleet, Listing, MIGRATION_TIME, Uptime, fleet, list, of, summary, uptime};
pub(crate) use run::work;
pub use store::checkups::{Checkup, Counts, Filter, Listed};

/// What was asked for to be looked at.
pub const ALL: &str = "all tenants";

/// Asks for a look at one tenant now, or at all of them. Whoever asks while that is being done asks for nothing more; false then.
///
/// # Errors
/// No such tenant, or the database's.
pub fn ask(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: Option<TenantId>,
) -> Result<bool, VerbError> {
    let target = match tenant {
        Some(tenant) => Target::tenant(tenant, tx.tenant_record(tenant)?.name),
        None => Target::named(TargetKind::Tenant, ALL),
    };
    let payload = payload(tenant);
    if tx.works_on(JobKind::CheckupsRun.key(), &payload)? {
        return Ok(false);
    }
    jobs::enqueue_for_platform(tx, &NewJob::now(JobKind::CheckupsRun, payload))?;
    platform_audit::record(tx, Entry::done(Action::HealthAsked, target))?;
    Ok(true)
}

/// Whether such a look is being done.
///
/// # Errors
/// The database's.
pub fn is_asked(
    tx: &mut store::PlatformTx<'_>,
    tenant: Option<TenantId>,
) -> Result<bool, StoreError> {
    tx.works_on(JobKind::CheckupsRun.key(), &payload(tenant))
}

fn payload(tenant: Option<TenantId>) -> Json {
    tenant.map_or_else(
        || json!({ "all": true }),
        |one| json!({ "tenant": one.uuid() }),
    )
}
