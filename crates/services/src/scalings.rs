//! Asking for more than a tenant has: the price first, then the asking, which the platform decides. Deciding is in
//! `decide`, carrying out in `carry` and `work`, what it costs in `price`.

mod carry;
mod decide;
mod inside;
mod price;
mod told;
pub(crate) mod work;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use domain::staff::ManageTenants;
use domain::{ScalingId, ScalingState, ScalingStrategy, TenantId, TenantState, text};
use store::catalogue::TenantRecord;
pub use store::catalogue::{Scaling, ScalingAsker};
use store::{PlatformTx, StaffTx, StoreError};

use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::limits::Stand;
use crate::platform_audit::{Action, Who};
use crate::tenants::Doer;

pub use decide::{Decision, approve, decline, give};
pub use inside::{Insider, used_of};
pub use price::{Priced, price};
pub use told::{bill, line};

/// The longest note and reason.
pub const MAX_NOTE: usize = 500;
/// How many of the last ones say how long the next takes.
const TYPICAL: i64 = 99;
/// As many as a list shows.
pub const LISTED: i64 = 100;

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct Wish {
    /// By resource, how much of it there may be.
    pub target: BTreeMap<String, i64>,
    /// From when on.
    pub strategy: ScalingStrategy,
    /// Why, where that is said.
    pub note: Option<String>,
}

/// By resource, what is in use and set aside: no limit is asked for that lies below.
pub type Used = BTreeMap<String, i64>;

/// What these stands say is in use. What is not measured is not known to be in use.
#[must_use]
pub fn used(stands: &[Stand]) -> Used {
    let known = stands.iter().filter_map(|stand| {
        let taken = stand.used?.saturating_add(stand.held);
        Some((stand.resource.key.to_string(), taken))
    });
    known.collect()
}

/// Asks for other limits, in the name of whoever it is.
///
/// # Errors
/// [`VerbError::Invalid`] beside `target_limits`, one of its resources, or `note`; [`VerbError::Conflict`] where something is
/// asked for already or the tenant has no limits; the database's.
pub fn ask(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    by: &Doer,
    wish: &Wish,
    used: &Used,
) -> Result<Scaling, VerbError> {
    let record = living(tx, tenant)?;
    if tx.lock_open_scaling(tenant)?.is_some() {
        return Err(VerbError::Conflict(ASKED_ALREADY.to_owned()));
    }
    let scaling = asking(tx, &record, by, wish, used)?;
    if !tx.add_scaling(&scaling)? {
        return Err(VerbError::Conflict(ASKED_ALREADY.to_owned()));
    }
    let job = NewJob::now(
        JobKind::ScalingTell,
        serde_json::json!({ "scaling": scaling.id }),
    );
    jobs::enqueue_for_platform(tx, &job)?;
    told::asked(tx, &record, &scaling, by)?;
    Ok(scaling)
}

const ASKED_ALREADY: &str =
    "Other limits are asked for already. Wait for the answer, or withdraw that first.";

/// The asking as it is written down.
fn asking(
    tx: &mut StaffTx<'_, ManageTenants>,
    record: &TenantRecord,
    by: &Doer,
    wish: &Wish,
    used: &Used,
) -> Result<Scaling, VerbError> {
    let note = text::optional_paragraph(wish.note.as_deref().unwrap_or_default(), MAX_NOTE);
    let note = note.map_err(|error| domain::FieldErrors::one("note", error.to_string()))?;
    let priced = price(tx, record.id, wish, used)?;
    let (kind, id, name) = match by {
        Doer::Person(id, name) => ("person", Some(id.uuid()), name.clone()),
        Doer::Key(id, name) => ("key", Some(id.uuid()), name.clone()),
        Doer::Platform => ("platform", None, Who::acts(tx).name),
    };
    Ok(Scaling {
        id: ScalingId::from_uuid(tx.fresh_uuid()),
        tenant: record.id,
        asked_by: ScalingAsker {
            kind: kind.to_owned(),
            id,
            name,
        },
        asked_at: tx.now(),
        from: priced.from,
        target: priced.target,
        plan: record.plan.clone(),
        plan_version: record.plan_version,
        strategy: wish.strategy,
        note,
        billing: priced.billing,
        state: ScalingState::Asked,
        decided_by: None,
        decided_at: None,
        reason: None,
        due_at: None,
        begun_at: None,
        steps: Vec::new(),
        ended_at: None,
    })
}

/// Takes an asking back, as long as nothing of it is carried out.
///
/// # Errors
/// [`StoreError::NotFound`], [`VerbError::Conflict`] where it is too late, or the database's.
pub fn withdraw(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: ScalingId,
    by: &Doer,
) -> Result<Scaling, VerbError> {
    let record = tx.lock_tenant(tenant)?;
    let mut scaling = tx.lock_scaling(tenant, id)?;
    if !matches!(scaling.state, ScalingState::Asked | ScalingState::Approved) {
        return Err(too_late(&scaling));
    }
    scaling.state = ScalingState::Withdrawn;
    scaling.ended_at = Some(tx.now());
    tx.write_scaling(&scaling)?;
    told::ended(tx, &record, &scaling, (Action::ScalingWithdrawn, by))?;
    Ok(scaling)
}

/// What is said to whoever comes when nothing can be changed any more.
fn too_late(scaling: &Scaling) -> VerbError {
    VerbError::Conflict(format!(
        "This cannot be changed any more: {}.",
        scaling.state.words().to_lowercase()
    ))
}

/// One of this tenant's.
///
/// # Errors
/// [`StoreError::NotFound`], also for another tenant's; the database's.
pub fn one(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    id: ScalingId,
) -> Result<Scaling, StoreError> {
    tx.scaling(tenant, id)
}

/// The tenant's, the newest first.
///
/// # Errors
/// The database's.
pub fn of(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Vec<Scaling>, StoreError> {
    tx.scalings_of(tenant, LISTED)
}

/// Those of all tenants that wait for a decision, the oldest first.
///
/// # Errors
/// The database's.
pub fn undecided(tx: &mut PlatformTx<'_>) -> Result<Vec<Scaling>, StoreError> {
    tx.undecided_scalings(LISTED)
}

/// How many of all tenants wait for a decision.
///
/// # Errors
/// The database's.
pub fn waiting(tx: &mut PlatformTx<'_>) -> Result<i64, StoreError> {
    tx.count_undecided_scalings()
}

/// How long it takes from the decision until the tenant has its numbers: the median of the last ones, and `None` where there
/// was none yet.
///
/// # Errors
/// The database's.
pub fn typical(tx: &mut PlatformTx<'_>) -> Result<Option<TimeDelta>, StoreError> {
    let mut times = tx.scaling_times(TYPICAL)?;
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied())
}

/// A tenant that has limits, held until the transaction ends.
fn living(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let record = tx.lock_tenant(tenant)?;
    if record.status == TenantState::Deleted || !record.status.has_rows() {
        let words = format!(
            "A tenant that is {} has no limits to change.",
            record.status
        );
        return Err(VerbError::Conflict(words));
    }
    Ok(record)
}
