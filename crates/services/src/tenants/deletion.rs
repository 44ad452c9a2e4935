//! Scheduling a tenant's deletion, with days of grace in which it can be undone. Nothing is erased here.

use chrono::TimeDelta;
use domain::staff::DeleteTenants;
use domain::{FieldErrors, TenantId, TenantState};
use store::StaffTx;
use store::catalogue::{TenantRecord, Turn};

use super::note::Doer;
use super::notices::Told;
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

/// Closes the tenant and schedules its deletion. Where an owner does it, its owners may [`keep`] it until then.
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
    by: &Doer,
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
    let delete_at = tx.now() + TimeDelta::days(i64::from(days));
    let person = match by {
        Doer::Person(id, name) => Some((*id, name.clone())),
        Doer::Key(..) | Doer::Platform => None,
    };
    let turn = Turn {
        from: was.status,
        to: TenantState::DeletionScheduled,
        reason: None,
        before: Some((was.status, reason.as_deref())),
        delete_at: Some(delete_at),
        closed_by: person.as_ref().map(|(id, _)| *id),
    };
    let deed = Deed {
        action: Action::DeletionScheduled,
        event: EventKind::TenantDeleted,
        told: TenantAction::DeletionScheduled,
        by: by.clone(),
        letter: Some(Told::Closing {
            by: person,
            delete_at,
        }),
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
    take_back(tx, &was, &Doer::Platform)
}

/// The same for an owner, of a tenant that an owner closed. What the platform closed is the platform's to open.
///
/// # Errors
/// [`VerbError::Conflict`] when no owner closed it, or the database's.
pub fn keep(
    tx: &mut StaffTx<'_, DeleteTenants>,
    tenant: TenantId,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let was = in_state(tx, tenant, TenantState::DeletionScheduled)?;
    if tx.closed_by(tenant)?.is_none() {
        return Err(VerbError::Conflict(
            "Only whoever runs this portal can take this back.".to_owned(),
        ));
    }
    take_back(tx, &was, by)
}

fn take_back(
    tx: &mut StaffTx<'_, DeleteTenants>,
    was: &TenantRecord,
    by: &Doer,
) -> Result<TenantRecord, VerbError> {
    let to = was.status_before.unwrap_or(TenantState::Active);
    let deed = Deed {
        action: Action::DeletionUndone,
        event: EventKind::TenantUpdated,
        told: TenantAction::DeletionUndone,
        by: by.clone(),
        letter: Some(Told::Kept {
            by: match by {
                Doer::Person(_, name) => Some(name.clone()),
                Doer::Key(..) | Doer::Platform => None,
            },
            resting: to.is_closed(),
        }),
    };
    back(tx, was, deed)
}
