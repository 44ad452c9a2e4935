//! Coming in by a ticket and leaving. What a visitor may do while here is the guard's to say.

use chrono::{DateTime, Utc};
use domain::permission::Anyone;
use domain::token::VisitKind;
use domain::{VisitId, VisitReach, VisitState, VisitTicket, VisitToken};
use serde_json::json;
use store::visits::{self, Decider, Visit};
use store::{Actor, StoreError, TenantTx};

use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::{VerbError, tokens};

/// The page of the tenant's host that takes the ticket.
#[must_use]
pub fn path(ticket: &VisitTicket) -> String {
    format!("/visits/enter/{}", ticket.reveal().as_str())
}

/// A visit that has begun.
#[derive(Debug)]
pub struct Entered {
    /// What the cookie carries.
    pub token: VisitToken,
    /// The end in any case.
    pub expires_at: DateTime<Utc>,
    /// What was granted.
    pub reach: VisitReach,
}

/// The visit that a ticket opens, if it still does; looking does not use it up.
///
/// # Errors
/// The database's.
pub fn look(
    tx: &mut TenantTx<'_, Anyone>,
    ticket: &VisitTicket,
) -> Result<Option<Visit>, StoreError> {
    visits::of_ticket(tx, &ticket.hash())
}

/// Uses the ticket up. A cookie that the same visit gave out before stops working.
///
/// # Errors
/// [`StoreError::NotFound`] when the ticket does not work any more, or the database's.
pub fn enter(tx: &mut TenantTx<'_, Anyone>, ticket: &VisitTicket) -> Result<Entered, VerbError> {
    let token = tokens::draw::<VisitKind>();
    let found = visits::begin(tx, &ticket.hash(), token.hash())?.ok_or(StoreError::NotFound)?;
    let told = json!({
        "staff": found.staff_name, "reason": found.reason, "reach": found.reach,
        "until": found.expires_at,
    });
    events::emit(tx, EventKind::VisitEntered, Some(found.id), &told)?;
    let target = Target::of(TargetKind::Visit, found.id, &*found.reason);
    let name = audit::both(&found.staff_name, found.decided_name.as_deref());
    let entry = Entry::done(Action::VisitEntered, target).after(told);
    audit::record(tx, entry.by_visitor(VisitId::from_uuid(found.id), name))?;
    Ok(Entered {
        token,
        expires_at: found.expires_at,
        reach: found.reach,
    })
}

/// Whoever is on a visit here leaves it: the visit is over. Nothing happens where nobody is.
///
/// # Errors
/// The database's.
pub fn leave(tx: &mut TenantTx<'_, Anyone>) -> Result<(), VerbError> {
    let Actor::Visitor(visitor) = tx.actor() else {
        return Ok(());
    };
    let (visit, name) = (visitor.visit, visitor.name.clone());
    let by = Decider {
        id: None,
        name: Some(name.clone()),
    };
    if !visits::end(tx, visit, &by)? {
        return Ok(());
    }
    let told = json!({ "staff": name, "state": VisitState::Ended });
    events::emit(tx, EventKind::VisitEnded, Some(visit.uuid()), &told)?;
    let target = Target::of(TargetKind::Visit, visit.uuid(), name);
    let entry = Entry::done(Action::VisitEnded, target)
        .before(json!({ "state": VisitState::Running }))
        .after(json!({ "state": VisitState::Ended }));
    Ok(audit::record(tx, entry)?)
}
