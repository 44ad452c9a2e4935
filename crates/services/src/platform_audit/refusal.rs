//! Refusals on the platform: what was asked for was rolled back, so the log gets its entry in a
//! transaction of its own.

use domain::staff::AnyStaff;
use serde_json::{Value as Json, json};
use store::{Request, StaffCredential, Store, StoreError};

use super::{Action, Entry, Target, TargetKind, record};
use crate::VerbError;

/// Writes `access.refused` when the error is a refusal: a missing right, a rule. `asked` is what was asked
/// for, as `POST /staff`. Answers whether it was one.
///
/// # Errors
/// The database's: then the refusal stands, but not in the log.
pub fn refusal(
    store: &Store,
    credential: StaffCredential<'_>,
    request: &Request,
    asked: &str,
    error: &VerbError,
) -> Result<bool, StoreError> {
    let Some(why) = reason(error) else {
        return Ok(false);
    };
    store.staff::<AnyStaff, _, StoreError>(credential, request, |tx| {
        let target = Target::named(TargetKind::Page, asked);
        let entry = Entry::refused(Action::AccessRefused, target);
        record(tx, entry.after(why.clone()))
    })?;
    Ok(true)
}

fn reason(error: &VerbError) -> Option<Json> {
    match error {
        VerbError::Store(StoreError::StaffForbidden(permission)) => {
            Some(json!({ "needs": permission.key() }))
        }
        VerbError::Refused(words) => Some(json!({ "reason": words })),
        _ => None,
    }
}
