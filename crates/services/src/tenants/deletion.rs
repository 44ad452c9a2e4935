//! Scheduling a tenant's deletion, with days of grace in which it can be undone. Nothing is erased here.

use chrono::TimeDelta;
use domain::staff::DeleteTenants;
use domain::{FieldErrors, TenantId, TenantState};
use store::StaffTx;
use store::catalogue::{TenantRecord, Turn};

use super::rest::{Deed, back, in_state, step_from, turn_to};
use crate::VerbError;
use crate::audit::Action as TenantAction;
use crate::events::EventKind;
use crate::platform_audit::Action;

/// What the API takes for the typed name.
pub const CONFIRMATION: &str = "DELETE_PERMANENTLY";

/// The days of grace that the operator allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grace {
    /// At least.
    pub least: u16,
    /// Where nobody says otherwise.
    pub usual: u16,
    /// At most.
    pub most: u16,
}

impl Default for Grace {
    fn default() -> Self {
        Self {
            least: 1,
            usual: 30,
            most: 90,
        }
    }
}

/// How whoever asks has shown that they mean it.
#[derive(Debug, Clone, Copy)]
pub enum Sure<'a> {
    /// The tenant's name was typed, on a page.
    Name(&'a str),
    /// `DELETE_PERMANENTLY` or `DELETE-` and the id, by the API.
    Word(&'a str),
}

/// Closes the tenant and schedules its deletion.
///
/// # Errors
/// [`VerbError::Invalid`] beside `name`, `confirmation` or `days`, [`VerbError::Conflict`] in a state that
/// does not lead there, or the database's.
pub fn schedule(
    tx: &mut StaffTx<'_, DeleteTenants>,
    tenant: TenantId,
    sure: Sure<'_>,
    days: Option<u16>,
    grace: Grace,
) -> Result<TenantRecord, VerbError> {
    let was = step_from(tx, tenant, TenantState::DeletionScheduled)?;
    let mut errors = FieldErrors::new();
    match sure {
        Sure::Name(typed) if typed.trim() == was.name => {}
        Sure::Name(_) => errors.add("name", format!("Type the name exactly: {}", was.name)),
        Sure::Word(word) if word == CONFIRMATION || word == format!("DELETE-{tenant}") => {}
        Sure::Word(_) => errors.add("confirmation", format!("Send {CONFIRMATION}.")),
    }
    let days = days.unwrap_or(grace.usual);
    if !(grace.least..=grace.most).contains(&days) {
        let (least, most) = (grace.least, grace.most);
        errors.add("days", format!("Choose {least} to {most} days."));
    }
    errors.into_result()?;
    let reason = was.status_reason.clone();
    let turn = Turn {
        from: was.status,
        to: TenantState::DeletionScheduled,
        reason: None,
        before: Some((was.status, reason.as_deref())),
        delete_at: Some(tx.now() + TimeDelta::days(i64::from(days))),
    };
    let deed = Deed {
        action: Action::DeletionScheduled,
        told: (EventKind::TenantDeleted, TenantAction::DeletionScheduled),
    };
    turn_to(tx, &was, &turn, deed)
}

/// Takes the tenant off the schedule: it is what it was before.
///
/// # Errors
/// [`VerbError::Conflict`] when its deletion is not scheduled, or the database's.
pub fn undo(
    tx: &mut StaffTx<'_, DeleteTenants>,
    tenant: TenantId,
) -> Result<TenantRecord, VerbError> {
    let was = in_state(tx, tenant, TenantState::DeletionScheduled)?;
    let deed = Deed {
        action: Action::DeletionUndone,
        told: (EventKind::TenantUpdated, TenantAction::DeletionUndone),
    };
    back(tx, &was, deed)
}
