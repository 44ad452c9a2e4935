//! The platform's side of a visit: asking, a ticket for what was approved, what became of it. It writes into
//! the tenant as the system and reads nothing of its people.

use chrono::TimeDelta;
use domain::permission::System;
use domain::staff::VisitTenants;
use domain::token::VisitTicketKind;
use domain::{TenantId, VisitHours, VisitId, VisitPolicy, VisitReach, VisitState, VisitTicket};
use serde_json::json;
use store::visits::{self, NewVisit};
use store::{Credential, Request, StaffTx, Store, StoreError, TenantScope, TenantTx};

use super::Guest;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};
use crate::letters::{self, Letter, Links, Recipient};
use crate::{TenantEntry, VerbError, tokens};

/// As whom the platform writes into a tenant.
pub(super) const PLATFORM: Credential<'static> = Credential::System("platform");
/// How long an asking waits for an answer.
pub(super) const WAITS: TimeDelta = TimeDelta::days(7);
/// The most characters of a reason.
pub const MAX_REASON: usize = 300;
/// How long a ticket opens.
const TICKET: TimeDelta = TimeDelta::seconds(60);

/// A visit that the platform has written down, to be asked for at its tenant.
#[derive(Debug, Clone)]
pub struct Announced {
    visit: VisitId,
    tenant: TenantId,
    guest: Guest,
}

impl Announced {
    /// Which visit it will be.
    #[must_use]
    pub fn visit(&self) -> VisitId {
        self.visit
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Why; the tenant reads it.
    pub reason: String,
    /// How long, from the approval.
    pub hours: VisitHours,
    /// What for.
    pub reach: VisitReach,
}

/// Writes down on the platform that this guest asks to enter this tenant; [`ask`] then asks it.
///
/// # Errors
/// The database's.
pub fn announce(
    tx: &mut StaffTx<'_, VisitTenants>,
    guest: Guest,
    tenant: TenantId,
) -> Result<Announced, VerbError> {
    let visit = tx.note_visit(guest.id, tenant)?;
    Ok(Announced {
        visit,
        tenant,
        guest,
    })
}

/// Asks the tenant. Its policy lets the visitor in at once, or those who decide get a letter. Answers
/// where the visit stands. What was asked already is not asked again.
///
/// # Errors
/// [`VerbError::Conflict`] when the same person has an open visit there, or the database's.
pub fn ask(
    store: &Store,
    entry: &TenantEntry,
    request: &Request,
    announced: &Announced,
    wish: &Wish,
    portal: &Links,
) -> Result<VisitState, VerbError> {
    if entry.scope.tenant() != announced.tenant {
        return Err(StoreError::NotFound.into());
    }
    store.tenant::<System, _, VerbError>(&entry.scope, PLATFORM, request, |tx| {
        put_down(tx, announced, wish, portal)
    })
}

fn put_down(
    tx: &mut TenantTx<'_, System>,
    announced: &Announced,
    wish: &Wish,
    portal: &Links,
) -> Result<VisitState, VerbError> {
    let guest = &announced.guest;
    let open = visits::open(tx)?;
    if let Some(asked) = open.iter().find(|visit| visit.id() == announced.visit) {
        return Ok(asked.state(tx.now()));
    }
    if open.iter().any(|visit| visit.staff() == guest.id) {
        return Err(VerbError::Conflict(format!(
            "{} has an open visit there already: enter it, or wait for its answer.",
            guest.name
        )));
    }
    let (state, expires_at) = match visits::policy(tx)?.policy {
        VisitPolicy::Allow => (VisitState::Approved, tx.now() + wish.hours.span()),
        VisitPolicy::AskFirst => (VisitState::Asked, tx.now() + WAITS),
    };
    let visit = NewVisit {
        id: announced.visit,
        staff: guest.id,
        name: &guest.name,
        email: &guest.email,
        role: guest.role,
        reason: &wish.reason,
        hours: wish.hours,
        reach: wish.reach,
        state,
        expires_at,
    };
    visits::add(tx, &visit)?;
    tell(tx, &visit, portal)?;
    let told = json!({
        "staff": guest.name, "email": guest.email, "reason": wish.reason,
        "hours": wish.hours.count(), "reach": wish.reach, "state": state, "until": expires_at,
        "key": guest.key,
    });
    let subject = Some(announced.visit.uuid());
    events::emit(tx, EventKind::VisitAsked, subject, &told)?;
    let target = Target::of(TargetKind::Visit, announced.visit.uuid(), &*wish.reason);
    let name = match state {
        VisitState::Approved => audit::both(&guest.told(), None),
        _ => guest.told(),
    };
    let entry = Entry::done(Action::VisitAsked, target).after(told);
    audit::record(tx, entry.by_visitor(announced.visit, name))?;
    Ok(state)
}

/// A letter to each who may decide.
fn tell(
    tx: &mut TenantTx<'_, System>,
    visit: &NewVisit<'_>,
    portal: &Links,
) -> Result<(), VerbError> {
    let path = format!("/visits/{}", visit.id);
    let letter = match visit.state {
        VisitState::Approved => Letter::VisitAllowed {
            visitor: visit.name,
            reason: visit.reason,
            until: visit.expires_at,
            path: &path,
        },
        _ => Letter::VisitAsked {
            visitor: visit.name,
            reason: visit.reason,
            hours: visit.hours.count(),
            reach: visit.reach.words(),
            path: &path,
        },
    };
    for (name, email) in visits::deciders(tx)? {
        let to = Recipient {
            email: &email,
            name: name.as_str(),
        };
        letters::write(tx, portal, to, &letter)?;
    }
    Ok(())
}

/// A ticket onto the tenant's host for a visit that may begin or that runs: it works once, for a minute, and
/// only the latest one. [`super::path`] says where it leads.
///
/// # Errors
/// [`VerbError::Conflict`] when the visit is not this person's or not open, or the database's.
pub fn ticket(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    guest: &Guest,
    visit: VisitId,
) -> Result<VisitTicket, VerbError> {
    let ticket = tokens::draw::<VisitTicketKind>();
    let given = store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        let until = tx.now() + TICKET;
        Ok(visits::set_ticket(
            tx,
            visit,
            guest.id,
            ticket.hash(),
            until,
        )?)
    })?;
    if given {
        Ok(ticket)
    } else {
        Err(VerbError::Conflict(
            "This visit cannot be entered: it waits for an answer, it is over, or it is somebody else's."
                .to_owned(),
        ))
    }
}
