//! Moving a tenant to another place while its people work: asked for, stopped, undone. The steps are done by a job,
//! in `work`; until the hand-over the tenant lives where it lived, and after it the old copy is kept for some days.

pub mod forecast;
mod keep;
pub(crate) mod work;

use domain::moving::{KEEP_DAYS, MAX_KEEP_DAYS};
use domain::staff::ManageTenants;
use domain::{FieldErrors, MoveId, MoveState, NodeId, PlacementKind, TenantId, TenantState};
use serde_json::json;
use store::moves::NewMove;
pub use store::moves::{Compared, KeptCopy, LONGEST_PAUSE, Move};
use store::{PlatformTx, StaffTx, Store, StoreError};

use crate::VerbError;
use crate::jobs::{self, JobKind, NewJob};
use crate::nodes::DATABASES_ALONE;
use crate::platform_audit::{self, Action, Entry, Target, Who};

pub use forecast::{Forecast, forecast};
pub(crate) use keep::work as discard_ended;

/// Said where this process moves nobody.
const NO_OWNER: &str = "Tenants are moved here once the address of the database's owner is configured: database.owner_url.";
/// How many moves of a tenant are listed.
const LISTED: i64 = 20;

/// A move to be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Where to.
    pub to: PlacementKind,
    /// The server of its new database; where there is most room when `None`.
    pub node: Option<NodeId>,
    /// For how many days the old copy is kept; the usual ones where nothing is said.
    pub keep_days: Option<i32>,
}

/// Asks for a move.
///
/// # Errors
/// [`VerbError::Invalid`] at `keep_days`, [`VerbError::Conflict`] where the tenant cannot be moved there now, or the
/// database's.
pub fn ask(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    asked: Asked,
) -> Result<MoveId, VerbError> {
    let keep_days = asked.keep_days.unwrap_or(KEEP_DAYS);
    if !(0..=MAX_KEEP_DAYS).contains(&keep_days) {
        let words = format!("Choose 0 to {MAX_KEEP_DAYS} days.");
        return Err(FieldErrors::one("keep_days", words).into());
    }
    let record = tx.lock_tenant(tenant)?;
    let leaves = matches!(
        record.status,
        TenantState::DeletionScheduled | TenantState::Deleted
    );
    if leaves || !record.status.has_rows() {
        return Err(VerbError::Conflict(format!(
            "{} is {} and cannot be moved.",
            record.name,
            record.status.as_str().replace('_', " ")
        )));
    }
    if tx.open_move(tenant)?.is_some() {
        let words = format!("{} is being moved already.", record.name);
        return Err(VerbError::Conflict(words));
    }
    let lives = tx.placement_of(tenant)?.ok_or(StoreError::NotFound)?;
    let is_database = asked.to == PlacementKind::Database;
    if asked.node.is_some() && !is_database {
        return Err(FieldErrors::one("node", DATABASES_ALONE).into());
    }
    let elsewhere = asked.node.is_some_and(|node| node != lives.node_id);
    if lives.kind == asked.to && !elsewhere {
        let words = format!(
            "{} lives in {} already{}.",
            record.name,
            words(asked.to),
            if is_database {
                ": choose another server"
            } else {
                ""
            }
        );
        return Err(VerbError::Conflict(words));
    }
    let by = Who::acts(tx).name;
    let id = tx.plan_move(&NewMove {
        tenant,
        to: asked.to,
        to_node: asked.node,
        keep_days,
        asked_by: &by,
    })?;
    let job = NewJob::now(JobKind::TenantMove, json!({ "move": id }));
    jobs::enqueue_for_tenant(tx, tenant, &job)?;
    let names = tx.node_names()?;
    let node = asked.node.and_then(|node| names.get(&node));
    let entry = Entry::done(Action::MoveAsked, Target::tenant(tenant, record.name))
        .before(json!({ "placement": lives.kind, "node": lives.node }))
        .after(json!({ "placement": asked.to, "node": node, "keep_days": keep_days }));
    platform_audit::record(tx, entry)?;
    Ok(id)
}

/// The server to which a tenant goes that lives in a database already, where nobody names one: only on another is it moved to a
/// database. `None` for one that lives elsewhere, or where no other server takes databases.
///
/// # Errors
/// The database's.
pub fn another_server(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
) -> Result<Option<NodeId>, StoreError> {
    match tx.placement_of(tenant)? {
        Some(lives) if lives.kind == PlacementKind::Database => tx.open_node(lives.node_id),
        _ => Ok(None),
    }
}

/// Stops a move that did not hand over yet. The tenant stays where it is.
///
/// # Errors
/// [`VerbError::Conflict`] for one that is over, or the database's.
pub fn stop(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: MoveId,
) -> Result<(), VerbError> {
    let line = of_tenant(tx, tenant, id)?;
    if !tx.turn_move(id, MoveState::Cancelled)? {
        return Err(VerbError::Conflict("This move is over.".to_owned()));
    }
    let name = tx.tenant_record(tenant)?.name;
    let entry = Entry::done(Action::MoveStopped, Target::tenant(tenant, name));
    Ok(platform_audit::record(
        tx,
        entry.after(json!({ "placement": line.from })),
    )?)
}

/// Leads the tenant back to where a move found it, with everything that was written since.
///
/// # Errors
/// [`VerbError::Conflict`] where the old copy is gone or the tenant was moved again, or the database's.
pub fn undo(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: MoveId,
) -> Result<MoveId, VerbError> {
    let line = of_tenant(tx, tenant, id)?;
    if tx.latest_move(tenant)? != Some(line.id) {
        return Err(VerbError::Conflict(
            "Only the latest move can be undone.".to_owned(),
        ));
    }
    if kept(tx, &line)?.is_none() {
        return Err(VerbError::Conflict(
            "The old copy is deleted. Ask for a move instead.".to_owned(),
        ));
    }
    let back = Asked {
        to: line.from,
        node: line
            .from_node
            .filter(|_| line.from == PlacementKind::Database),
        keep_days: Some(line.keep_days),
    };
    ask(tx, tenant, back)
}

/// Deletes the old copy of a move before its time. The move cannot be undone after it.
///
/// # Errors
/// [`VerbError::Conflict`] where there is none, or the database's.
pub fn discard(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    id: MoveId,
) -> Result<(), VerbError> {
    let line = of_tenant(tx, tenant, id)?;
    let open = tx.open_move(tenant)?.is_some();
    if open || kept(tx, &line)?.is_none() {
        return Err(VerbError::Conflict(
            "This move keeps no old copy.".to_owned(),
        ));
    }
    tx.end_copies(tenant)?;
    jobs::enqueue_for_platform(tx, &NewJob::now(JobKind::CopiesDiscard, json!({})))?;
    let name = tx.tenant_record(tenant)?.name;
    let entry = Entry::done(Action::CopyDiscarded, Target::tenant(tenant, name));
    Ok(platform_audit::record(
        tx,
        entry.after(json!({ "placement": line.from })),
    )?)
}

/// A move, if it is this tenant's.
///
/// # Errors
/// [`StoreError::NotFound`], or the database's.
pub fn of_tenant(
    tx: &mut PlatformTx<'_>,
    tenant: TenantId,
    id: MoveId,
) -> Result<Move, StoreError> {
    let line = tx.read_move(id)?;
    if line.tenant == tenant {
        Ok(line)
    } else {
        Err(StoreError::NotFound)
    }
}

/// The latest moves of a tenant, the newest first.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut PlatformTx<'_>, tenant: TenantId) -> Result<Vec<Move>, StoreError> {
    tx.moves_of(tenant, LISTED)
}

/// The old copy by which a move can still be undone.
///
/// # Errors
/// The database's.
pub fn kept(tx: &mut PlatformTx<'_>, line: &Move) -> Result<Option<KeptCopy>, StoreError> {
    if tx.latest_move(line.tenant)? != Some(line.id) {
        return Ok(None);
    }
    let now = tx.now();
    let copies = tx.kept_copies(line.tenant)?;
    let mut copies = copies.into_iter();
    Ok(copies.find(|copy| copy.is_left_by(line) && copy.until > now))
}

/// A kind of place, in words that follow "in".
#[must_use]
pub const fn words(kind: PlacementKind) -> &'static str {
    match kind {
        PlacementKind::Shared => "the shared tables",
        PlacementKind::Schema => "a schema of its own",
        PlacementKind::Database => "a database of its own",
    }
}

/// The kind of place that was asked for, by its key.
///
/// # Errors
/// An error at `place` for what does not exist, or where this process does not know who makes places.
pub fn chosen(
    store: &Store,
    place: &'static str,
    key: &str,
    errors: &mut FieldErrors,
) -> Option<PlacementKind> {
    if !store.makes_schemas() {
        errors.add(place, NO_OWNER);
        return None;
    }
    let chosen = key.parse();
    if chosen.is_err() {
        errors.add(place, "Choose shared, schema or database.");
    }
    chosen.ok()
}
