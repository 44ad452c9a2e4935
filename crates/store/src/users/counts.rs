//! How many people there are by status: kept beside the rows for the whole tenant, counted for a
//! filter.

use diesel::dsl::count_star;
use diesel::prelude::*;
use domain::{StatusCounts, UserFilter, UserStatus};

use super::few::Few;
use super::narrow::{Search, narrowed, starts_with};
use crate::schema::tenant::{user_counts, user_words, users};
use crate::{StoreError, TenantTx};

/// The whole tenant's.
///
/// # Errors
/// The database's.
pub fn count<P>(tx: &mut TenantTx<'_, P>) -> Result<StatusCounts, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = user_counts::table
        .filter(user_counts::tenant_id.eq(tx.tenant().uuid()))
        .select((
            user_counts::invited,
            user_counts::active,
            user_counts::suspended,
            user_counts::inactive,
        ))
        .first(tx.connection())
        .optional()?;
    let (invited, active, suspended, inactive) = row.unwrap_or_default();
    Ok(StatusCounts {
        invited,
        active,
        suspended,
        inactive,
    })
}

/// Those of a filter, whatever statuses it names: what the tabs show.
///
/// # Errors
/// The database's.
pub fn counts<P>(
    tx: &mut TenantTx<'_, P>,
    filter: &UserFilter,
    few: Option<&Few>,
) -> Result<StatusCounts, StoreError> {
    let is_narrowed = !filter.roles.is_empty() || !filter.departments.is_empty();
    let rows: Vec<(UserStatus, i64)> = match (is_narrowed, Search::of(filter), few) {
        (false, Search::Nothing, _) => return count(tx),
        (false, Search::Beginnings(_), Some(few)) => return Ok(few.counts()),
        (false, Search::Beginnings(terms), None) => by_words(tx, terms)?,
        _ => users::table
            .filter(narrowed(tx.tenant().uuid(), filter, few))
            .group_by(users::status)
            .select((users::status, count_star()))
            .load(tx.connection())?,
    };
    let mut counts = StatusCounts::default();
    for (status, count) in rows {
        counts.set(status, count);
    }
    Ok(counts)
}

/// Counted on the words alone: the longest term leads, the others have to be there too.
fn by_words<P>(
    tx: &mut TenantTx<'_, P>,
    mut terms: Vec<String>,
) -> Result<Vec<(UserStatus, i64)>, StoreError> {
    let tenant = tx.tenant().uuid();
    terms.sort_by_key(String::len);
    let Some(longest) = terms.pop() else {
        return Ok(Vec::new());
    };
    let others = diesel::alias!(user_words as others);
    let mut query = user_words::table
        .group_by(user_words::status)
        .select((
            user_words::status,
            diesel::dsl::count(user_words::user_id).aggregate_distinct(),
        ))
        .filter(user_words::tenant_id.eq(tenant))
        .filter(user_words::status.ne(UserStatus::Removed))
        .filter(starts_with(user_words::word, longest))
        .into_boxed();
    for term in terms {
        let with_term = others
            .filter(others.field(user_words::tenant_id).eq(tenant))
            .filter(starts_with(others.field(user_words::word), term))
            .select(others.field(user_words::user_id));
        query = query.filter(user_words::user_id.eq_any(with_term));
    }
    Ok(query.load(tx.connection())?)
}

/// New people came, each with a status.
pub(super) fn arrive<P>(
    tx: &mut TenantTx<'_, P>,
    statuses: impl Iterator<Item = UserStatus>,
) -> Result<(), StoreError> {
    let mut more = StatusCounts::default();
    for status in statuses {
        more.set(status, more.of(status) + 1);
    }
    if more.total() == 0 {
        return Ok(());
    }
    diesel::insert_into(user_counts::table)
        .values((
            user_counts::tenant_id.eq(tx.tenant().uuid()),
            user_counts::invited.eq(more.invited),
            user_counts::active.eq(more.active),
            user_counts::suspended.eq(more.suspended),
            user_counts::inactive.eq(more.inactive),
        ))
        .on_conflict(user_counts::tenant_id)
        .do_update()
        .set((
            user_counts::invited.eq(user_counts::invited + more.invited),
            user_counts::active.eq(user_counts::active + more.active),
            user_counts::suspended.eq(user_counts::suspended + more.suspended),
            user_counts::inactive.eq(user_counts::inactive + more.inactive),
        ))
        .execute(tx.connection())?;
    Ok(())
}

/// So many went from one status to another.
pub(super) fn shift<P>(
    tx: &mut TenantTx<'_, P>,
    from: UserStatus,
    to: UserStatus,
    people: i64,
) -> Result<(), StoreError> {
    if from == to || people == 0 {
        return Ok(());
    }
    let mut step = StatusCounts::default();
    step.set(from, -people);
    step.set(to, people);
    diesel::update(user_counts::table)
        .filter(user_counts::tenant_id.eq(tx.tenant().uuid()))
        .set((
            user_counts::invited.eq(user_counts::invited + step.invited),
            user_counts::active.eq(user_counts::active + step.active),
            user_counts::suspended.eq(user_counts::suspended + step.suspended),
            user_counts::inactive.eq(user_counts::inactive + step.inactive),
        ))
        .execute(tx.connection())?;
    Ok(())
}
