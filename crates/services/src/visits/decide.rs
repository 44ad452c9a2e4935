//! The tenant's side of a visit: letting in, declining, ending, and what it says to such askings at all.

use domain::permission::{ManageVisits, System};
use domain::{VisitHours, VisitId, VisitPolicy, VisitReach, VisitState};
use serde_json::json;
use store::visits::{self, Decider, Decision, Visit};
use store::{Actor, StoreError, TenantTx};

use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};

/// Lets the visitor in, from now and for the hours that were asked for; with no more than was asked for.
/// Answers their name.
///
/// # Errors
/// [`VerbError::Conflict`] when it was decided already or lapsed, or the database's.
pub fn approve(
    tx: &mut TenantTx<'_, ManageVisits>,
    visit: VisitId,
    reach: VisitReach,
) -> Result<String, VerbError> {
    let found = visits::read(tx, visit)?;
    if reach == VisitReach::Write && found.reach == VisitReach::Read {
        return Err(VerbError::Refused(
            "Only reading was asked for, so no more can be granted.".to_owned(),
        ));
    }
    let hours = VisitHours::new(found.hours).map_err(|_| StoreError::NotFound)?;
    let decision = Decision {
        state: VisitState::Approved,
        reach,
        expires_at: tx.now() + hours.span(),
        by: decider(tx),
    };
    decide(
        tx,
        &found,
        &decision,
        Action::VisitApproved,
        EventKind::VisitApproved,
    )
}

/// Declines to let the visitor in. Answers their name.
///
/// # Errors
/// [`VerbError::Conflict`] when it was decided already or lapsed, or the database's.
pub fn decline(tx: &mut TenantTx<'_, ManageVisits>, visit: VisitId) -> Result<String, VerbError> {
    let found = visits::read(tx, visit)?;
    let decision = Decision {
        state: VisitState::Declined,
        reach: found.reach,
        expires_at: found.expires_at,
        by: decider(tx),
    };
    decide(
        tx,
        &found,
        &decision,
        Action::VisitDeclined,
        EventKind::VisitDeclined,
    )
}

fn decide(
    tx: &mut TenantTx<'_, ManageVisits>,
    found: &Visit,
    decision: &Decision,
    action: Action,
    event: EventKind,
) -> Result<String, VerbError> {
    if !visits::decide(tx, found.id(), decision)? {
        return Err(VerbError::Conflict(
            "This was decided already, or the request has expired.".to_owned(),
        ));
    }
    let told = json!({
        "staff": found.staff_name, "reason": found.reason, "reach": decision.reach,
        "state": decision.state, "until": decision.expires_at,
    });
    events::emit(tx, event, Some(found.id), &told)?;
    let entry = Entry::done(action, target(found))
        .before(json!({ "state": VisitState::Asked, "reach": found.reach }));
    audit::record(tx, entry.after(told))?;
    Ok(found.staff_name.clone())
}

/// Ends a visit at once: the visitor's very next request is refused. Answers their name.
///
/// # Errors
/// [`VerbError::Conflict`] when it is over, or the database's.
pub fn end(tx: &mut TenantTx<'_, ManageVisits>, visit: VisitId) -> Result<String, VerbError> {
    let found = visits::read(tx, visit)?;
    let by = decider(tx);
    if !visits::end(tx, visit, &by)? {
        return Err(VerbError::Conflict(
            "This visit is over already.".to_owned(),
        ));
    }
    let told = json!({ "staff": found.staff_name, "state": VisitState::Ended });
    events::emit(tx, EventKind::VisitEnded, Some(found.id), &told)?;
    let entry = Entry::done(Action::VisitEnded, target(&found))
        .before(json!({ "state": found.state(tx.now()) }));
    audit::record(tx, entry.after(json!({ "state": VisitState::Ended })))?;
    Ok(found.staff_name)
}

/// What is said to those who ask from now on.
///
/// # Errors
/// [`VerbError::Stale`] when somebody chose in the meantime, or the database's.
pub fn set_policy(
    tx: &mut TenantTx<'_, ManageVisits>,
    version: i32,
    policy: VisitPolicy,
) -> Result<(), VerbError> {
    let before = visits::policy(tx)?;
    if before.version != version {
        return Err(VerbError::Stale);
    }
    if before.policy == policy {
        return Ok(());
    }
    if !visits::set_policy(tx, version, policy)? {
        return Err(VerbError::Stale);
    }
    let target = Target::named(TargetKind::Visit, "support access");
    let entry = Entry::done(Action::VisitPolicyChanged, target)
        .before(json!({ "policy": before.policy }))
        .after(json!({ "policy": policy }));
    Ok(audit::record(tx, entry)?)
}

/// Writes down which visits ran out, in the tenant's sweep.
pub(crate) fn expire(tx: &mut TenantTx<'_, System>) -> Result<(), VerbError> {
    for (visit, name) in visits::expire(tx)? {
        let target = Target::of(TargetKind::Visit, visit.uuid(), name);
        let over = json!({ "state": VisitState::Expired });
        audit::record(tx, Entry::done(Action::VisitExpired, target).after(over))?;
    }
    Ok(())
}

fn decider(tx: &TenantTx<'_, ManageVisits>) -> Decider {
    match tx.actor() {
        Actor::User(user) => Decider {
            id: Some(user.id),
            name: Some(user.name.clone()),
        },
        Actor::Key(key) => Decider {
            id: None,
            name: Some(format!("the key {}", key.name)),
        },
        _ => Decider::default(),
    }
}

pub(super) fn target(visit: &Visit) -> Target {
    Target::of(TargetKind::Visit, visit.id, &*visit.staff_name)
}
