//! How many people there are by status: kept beside the rows for the whole tenant, counted for a
//! filter.

use diesel::dsl::{count_distinct, count_star};
use diesel::prelude::*;
use domain::{StatusCounts, UserFilter, UserStatus};

use super::list;
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
) -> Result<StatusCounts, StoreError> {
    let narrowed = !filter.roles.is_empty() || !filter.departments.is_empty();
    let rows: Vec<(UserStatus, i64)> = match (narrowed, list::Search::of(filter)) {
        (false, list::Search::Nothing) => return count(tx),
        (false, list::Search::Beginnings(terms)) => by_words(tx, &terms)?,
        _ => {
            let tenant = tx.tenant().uuid();
            list::narrowed(tenant, filter)
                .select((users::id, users::status))
                .into_counts(tx)?
        }
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
    terms: &[String],
) -> Result<Vec<(UserStatus, i64)>, StoreError> {
    let tenant = tx.tenant().uuid();
    let mut terms: Vec<&String> = terms.iter().collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
    let Some((first, rest)) = terms.split_first() else {
        return Ok(Vec::new());
    };
    let removed = UserStatus::Removed;
    let mut query = user_words::table
        .filter(user_words::tenant_id.eq(tenant))
        .filter(user_words::status.ne(removed))
        .filter(list::starts_with(user_words::word, first.as_str()))
        .into_boxed();
    for term in rest {
        query = query.filter(user_words::user_id.eq_any(list::people_with(tenant, term)));
    }
    Ok(query
        .group_by(user_words::status)
        .select((user_words::status, count_distinct(user_words::user_id)))
        .load(tx.connection())?)
}
