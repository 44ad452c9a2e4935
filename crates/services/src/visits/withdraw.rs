//! Whoever of the staff asked for a visit ends it from the platform's side, or a key does: the asking is taken back,
//! the visitor is out.

use domain::permission::System;
use domain::{VisitId, VisitState};
use serde_json::json;
use store::visits::{self, Decider};
use store::{Request, Store, StoreError, TenantScope};

use super::Leaver;
use super::ask::PLATFORM;
use super::guest::told;
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};

/// Ends a visit that waits, may begin or runs, if it is this one's to end. It is out within the commit.
///
/// # Errors
/// [`StoreError::NotFound`] for somebody else's, [`VerbError::Conflict`] when it is over, or the database's.
pub fn withdraw(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    by: &Leaver,
    visit: VisitId,
) -> Result<(), VerbError> {
    store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        let found = visits::read(tx, visit)?;
        if by.own.is_some_and(|own| own != found.staff()) {
            return Err(StoreError::NotFound.into());
        }
        let name = told(&found.staff_name, by.key.as_deref());
        let by = Decider {
            id: None,
            name: Some(name.clone()),
        };
        let before = found.state(tx.now());
        if !visits::end(tx, visit, &by)? {
            return Err(VerbError::Conflict(
                "This visit is over already.".to_owned(),
            ));
        }
        let told = json!({ "staff": found.staff_name, "state": VisitState::Ended });
        events::emit(tx, EventKind::VisitEnded, Some(visit.uuid()), &told)?;
        let target = Target::of(TargetKind::Visit, visit.uuid(), found.reason);
        let entry = Entry::done(Action::VisitEnded, target)
            .before(json!({ "state": before }))
            .after(json!({ "state": VisitState::Ended }));
        Ok(audit::record(tx, entry.by_visitor(visit, name))?)
    })
}
