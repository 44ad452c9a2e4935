//! Refusals: what was asked for was rolled back, so the log gets its entry in a transaction of its own.

use domain::permission::Anyone;
use serde_json::{Value as Json, json};
use store::{Credential, Request, Store, StoreError, TenantScope};

use super::{Action, Entry, Target, TargetKind, record};
use crate::VerbError;

/// Writes `access.refused` when the error is a refusal: a missing right, a rule, a limit. `asked` is what
/// was asked for, as `POST /users`. Answers whether it was one.
///
/// # Errors
/// The database's: then the refusal stands, but not in the log.
pub fn refusal(
    store: &Store,
    scope: &TenantScope,
    credential: Credential<'_>,
    request: &Request,
    asked: &str,
    error: &VerbError,
) -> Result<bool, StoreError> {
    let Some(why) = reason(error) else {
        return Ok(false);
    };
    store.tenant::<Anyone, _, StoreError>(scope, credential, request, |tx| {
        let target = Target::named(TargetKind::Page, asked);
        let entry = Entry::refused(Action::AccessRefused, target);
        record(tx, entry.after(why.clone()))
    })?;
    Ok(true)
}

fn reason(error: &VerbError) -> Option<Json> {
    match error {
        VerbError::Store(StoreError::Forbidden(permission)) => {
            Some(json!({ "needs": permission.key() }))
        }
        VerbError::Refused(words) => Some(json!({ "reason": words })),
        VerbError::LimitReached(reached) => {
            Some(json!({ "limit": reached.resource, "hard": reached.hard }))
        }
        _ => None,
    }
}
