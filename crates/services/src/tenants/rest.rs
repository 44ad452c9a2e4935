//! Putting a tenant to rest and opening it again: suspension with a reason, maintenance with its own words.
//! Its people, keys and jobs are refused by the database from the commit on; nothing of it is lost.

use domain::staff::ManageTenants;
use domain::{FieldErrors, TenantId, TenantState, text};
use serde_json::json;
use store::StaffTx;
use store::catalogue::{TenantRecord, Turn};

use super::note::{self, Doer, Note};
use super::notices::Told;
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::{self, Action, Entry, Target};

/// The most characters of a reason or of maintenance's words.
pub const MAX_REASON: usize = 500;

/// Closes the tenant. The reason is shown on its sign-in page.
///
/// # Errors
/// [`VerbError::Invalid`] beside `reason`, [`VerbError::Conflict`] in a state that does not lead there, or
/// the database's.
pub fn suspend(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    reason: &str,
) -> Result<TenantRecord, VerbError> {
    let reason = words(reason, "reason")?;
    let was = step_from(tx, tenant, TenantState::Suspended)?;
    let before = match was.status {
        TenantState::Trial => TenantState::Trial,
        _ => TenantState::Active,
    };
    let turn = Turn {
        before: Some((before, None)),
        ..Turn::plain(was.status, TenantState::Suspended).because(Some(&reason))
    };
    let deed = Deed {
        letter: Some(Told::Suspended {
            reason: reason.clone(),
        }),
        ..Deed::of_platform(
            Action::TenantSuspended,
            EventKind::TenantSuspended,
            TenantAction::TenantSuspended,
        )
    };
    turn_to(tx, &was, &turn, deed)
}

/// Opens a suspended tenant again, as it was before.
///
/// # Errors
/// [`VerbError::Conflict`] when it is not suspended, or the database's.
pub fn reactivate(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let was = in_state(tx, tenant, TenantState::Suspended)?;
    let to = was.status_before.unwrap_or(TenantState::Active);
    let deed = Deed {
        letter: Some(Told::Reactivated),
        ..Deed::of_platform(
            Action::TenantReactivated,
            EventKind::TenantReactivated,
            TenantAction::TenantReactivated,
        )
    };
    turn_to(tx, &was, &Turn::plain(was.status, to), deed)
}

/// Closes the tenant for a while, with words for those who come.
///
/// # Errors
/// [`VerbError::Invalid`] beside `text`, [`VerbError::Conflict`] in a state that does not lead there, or the
/// database's.
pub fn begin_maintenance(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
    said: &str,
) -> Result<TenantRecord, VerbError> {
    let said = words(said, "text")?;
    let was = step_from(tx, tenant, TenantState::Maintenance)?;
    let reason = was.status_reason.clone();
    let turn = Turn {
        before: Some((was.status, reason.as_deref())),
        ..Turn::plain(was.status, TenantState::Maintenance).because(Some(&said))
    };
    let deed = Deed::of_platform(
        Action::MaintenanceBegan,
        EventKind::TenantUpdated,
        TenantAction::MaintenanceBegan,
    );
    turn_to(tx, &was, &turn, deed)
}

/// Leads the tenant back to where maintenance found it.
///
/// # Errors
/// [`VerbError::Conflict`] when it is not under maintenance, or the database's.
pub fn end_maintenance(
    tx: &mut StaffTx<'_, ManageTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let was = in_state(tx, tenant, TenantState::Maintenance)?;
    let deed = Deed::of_platform(
        Action::MaintenanceEnded,
        EventKind::TenantUpdated,
        TenantAction::MaintenanceEnded,
    );
    back(tx, &was, deed)
}

/// What is written down about a turn, and what the owners are told of it by letter.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) action: Action,
    pub(super) event: EventKind,
    pub(super) told: TenantAction,
    pub(super) by: Doer,
    pub(super) letter: Option<Told>,
}

impl Deed {
    /// A deed of whoever runs the platform, of which no letter tells.
    pub(super) const fn of_platform(action: Action, event: EventKind, told: TenantAction) -> Self {
        Self {
            action,
            event,
            told,
            by: Doer::Platform,
            letter: None,
        }
    }
}

/// Leads back to the state before, with the reason that it had.
pub(super) fn back<P: domain::StaffAccess>(
    tx: &mut StaffTx<'_, P>,
    was: &TenantRecord,
    deed: Deed,
) -> Result<TenantRecord, VerbError> {
    let to = was.status_before.unwrap_or(TenantState::Active);
    let reason = tx.reason_before(was.id)?;
    let mut turn = Turn::plain(was.status, to).because(reason.as_deref());
    if to == TenantState::Suspended {
        // What a reactivation leads back to was not kept over two turns: a trial that runs is one.
        let on_trial = was.trial_ends_at.is_some();
        let open = if on_trial {
            TenantState::Trial
        } else {
            TenantState::Active
        };
        turn.before = Some((open, None));
    }
    turn_to(tx, was, &turn, deed)
}

/// Makes the turn, tells the tenant, writes the log.
pub(super) fn turn_to<P: domain::StaffAccess>(
    tx: &mut StaffTx<'_, P>,
    was: &TenantRecord,
    turn: &Turn<'_>,
    deed: Deed,
) -> Result<TenantRecord, VerbError> {
    let allowed = was.status.step(turn.to);
    allowed.map_err(|step| VerbError::Conflict(step.to_string()))?;
    if !tx.step_tenant(was.id, turn)? {
        return Err(VerbError::Stale);
    }
    let now = tx.tenant_record(was.id)?;
    let before = json!({ "status": was.status, "reason": was.status_reason });
    let after =
        json!({ "status": now.status, "reason": now.status_reason, "delete_at": now.delete_at });
    let note = Note {
        event: deed.event,
        action: deed.told,
        before: before.clone(),
        after: after.clone(),
        by: &deed.by,
        limits: false,
        letter: deed.letter,
    };
    note::tell(tx, &now, note)?;
    let entry = Entry::done(deed.action, Target::tenant(was.id, &*now.name))
        .before(before)
        .after(after);
    platform_audit::record(tx, entry)?;
    Ok(now)
}

/// The tenant, if this state may follow on its own.
pub(super) fn step_from<P: domain::StaffAccess>(
    tx: &mut StaffTx<'_, P>,
    tenant: TenantId,
    to: TenantState,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    let allowed = was.status.step(to);
    allowed.map_err(|step| VerbError::Conflict(step.to_string()))?;
    // Where maintenance, a move or an undone deletion lead back to is not where one goes by oneself.
    let leads_back = matches!(
        was.status,
        TenantState::Maintenance | TenantState::Moving | TenantState::DeletionScheduled
    );
    if leads_back {
        return Err(VerbError::Conflict(format!(
            "{} is {}; end that first.",
            was.name,
            was.status.as_str().replace('_', " ")
        )));
    }
    Ok(was)
}

pub(super) fn in_state<P: domain::StaffAccess>(
    tx: &mut StaffTx<'_, P>,
    tenant: TenantId,
    state: TenantState,
) -> Result<TenantRecord, VerbError> {
    let was = tx.lock_tenant(tenant)?;
    if was.status == state {
        return Ok(was);
    }
    Err(VerbError::Conflict(format!(
        "{} is {} and not {}.",
        was.name,
        was.status.as_str().replace('_', " "),
        state.as_str().replace('_', " ")
    )))
}

fn words(typed: &str, field: &'static str) -> Result<String, VerbError> {
    let mut errors = FieldErrors::new();
    let words = errors.check(field, text::line(typed, MAX_REASON));
    errors.into_result()?;
    Ok(words.unwrap_or_default())
}
