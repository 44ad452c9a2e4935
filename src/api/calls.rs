//! What counts as a call of a tenant's, and what a program may ask whatever its plan says.

use services::{StoreError, VerbError};

use super::caller::Caller;
use crate::routes::api::ROOT;

/// What a key may read even where the API is not part of its tenant's plan.
const EVEN_WITHOUT: [&str; 4] = [
    "GET /tenants/{tenant_id}",
    "GET /tenants/{tenant_id}/limits",
    "GET /plans",
    "GET /plans/{plan}",
];

/// What does not count as a call: a program can always learn how much it may do.
const UNCOUNTED: [&str; 5] = [
    "GET /tenants/{tenant_id}/usage",
    "GET /tenants/{tenant_id}/limits",
    "POST /tenants/{tenant_id}/limits/check",
    "GET /plans",
    "GET /plans/{plan}",
];

/// How far a request came in its transaction.
pub(super) enum Turn<T> {
    /// Its key opened, and it did not count as a call yet: nothing was done.
    Uncounted,
    /// The tenant's plan has no API.
    NotInPlan,
    /// To the end.
    Done(T),
}

/// What a program asks to learn why its tenant's plan keeps it out.
pub(super) fn tells_why(caller: &Caller) -> bool {
    EVEN_WITHOUT.iter().any(|route| asks(caller, route))
}

/// Whether it counts as no call.
pub(super) fn is_free(caller: &Caller) -> bool {
    UNCOUNTED.iter().any(|route| asks(caller, route))
}

fn asks(caller: &Caller, route: &str) -> bool {
    let asked = caller.route();
    let parts = asked.split_once(' ').zip(route.split_once(' '));
    parts.is_some_and(|((method, path), (wanted, rest))| {
        method == wanted && path.strip_prefix(ROOT) == Some(rest)
    })
}

/// Whether the key opened its tenant all the same.
pub(super) fn was_proven(error: &VerbError) -> bool {
    matches!(error, VerbError::Store(StoreError::Forbidden(_)))
}
