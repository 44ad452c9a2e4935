//! The places of the list of tenants: what comes after one, in its own order.

use diesel::prelude::*;
use domain::{CursorKey, Order, TenantCursor};

use super::list::Condition;
use crate::raw;
use crate::schema::catalogue::tenants;

/// What comes after this place, in its own order.
pub(super) fn follows(last: &TenantCursor) -> Condition<'_> {
    use tenants::{created_at, id, name_folded as name, plan, status, trial_ends_at as trial};
    let up = last.order == Order::Ascending;
    let at = last.id;
    macro_rules! after {
        ($column:expr, $value:expr, $then_up:expr, $then_down:expr) => {
            if up {
                Box::new($column.gt($value).or($column.eq($value).and($then_up)))
            } else {
                Box::new($column.lt($value).or($column.eq($value).and($then_down)))
            }
        };
    }
    match &last.key {
        CursorKey::Name(key) => after!(name, key, id.gt(at), id.lt(at)),
        CursorKey::Created(key) => after!(created_at, key, id.gt(at), id.lt(at)),
        CursorKey::People(key) => after!(raw::people(), *key, id.gt(at), id.lt(at)),
        CursorKey::Plan(key, then) => after!(
            plan,
            key,
            name.gt(then).or(name.eq(then).and(id.gt(at))),
            name.lt(then).or(name.eq(then).and(id.lt(at)))
        ),
        CursorKey::Status(key, then) => after!(
            status,
            key,
            name.gt(then).or(name.eq(then).and(id.gt(at))),
            name.lt(then).or(name.eq(then).and(id.lt(at)))
        ),
        // Without a trial is last in both directions.
        CursorKey::TrialEnd(None) if up => Box::new(trial.is_null().and(id.gt(at))),
        CursorKey::TrialEnd(None) => Box::new(trial.is_null().and(id.lt(at))),
        CursorKey::TrialEnd(Some(key)) if up => Box::new(
            trial.is_null().or(trial
                .gt(key)
                .or(trial.eq(key).and(id.gt(at)))
                .assume_not_null()),
        ),
        CursorKey::TrialEnd(Some(key)) => Box::new(
            trial.is_null().or(trial
                .lt(key)
                .or(trial.eq(key).and(id.lt(at)))
                .assume_not_null()),
        ),
    }
}
