//! Whoever of the staff asked for a visit ends it from the platform's side: takes the asking back, or is out.

use domain::permission::System;
use domain::{VisitId, VisitState};
use serde_json::json;
use store::visits::{self, Decider};
use store::{Request, Store, StoreError, TenantScope};

use super::ask::{Guest, PLATFORM};
use crate::VerbError;
use crate::audit::{self, Action, Entry, Target, TargetKind};
use crate::events::{self, EventKind};

/// Ends a visit of one's own that waits, may begin or runs. It is out within the commit.
///
/// # Errors
/// [`StoreError::NotFound`] for somebody else's, [`VerbError::Conflict`] when it is over, or the database's.
pub fn withdraw(
    store: &Store,
    scope: &TenantScope,
    request: &Request,
    guest: &Guest,
    visit: VisitId,
) -> Result<(), VerbError> {
    store.tenant::<System, _, VerbError>(scope, PLATFORM, request, |tx| {
        let found = visits::read(tx, visit)?;
        if found.staff() != guest.id() {
            return Err(StoreError::NotFound.into());
        }
        let by = Decider {
            id: None,
            name: Some(guest.name().to_owned()),
        };
        let before = found.state(tx.now());
        if !visits::end(tx, visit, &by)? {
            return Err(VerbError::Conflict(
                "This visit is over already.".to_owned(),
            ));
        }
        let told = json!({ "staff": guest.name(), "state": VisitState::Ended });
        events::emit(tx, EventKind::VisitEnded, Some(visit.uuid()), &told)?;
        let target = Target::of(TargetKind::Visit, visit.uuid(), found.reason);
        let entry = Entry::done(Action::VisitEnded, target)
            .before(json!({ "state": before }))
            .after(json!({ "state": VisitState::Ended }));
        Ok(audit::record(tx, entry.by_visitor(visit, guest.name()))?)
    })
}
