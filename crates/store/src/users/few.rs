//! The people whom a search by beginnings finds, where they are few enough to be named one by one: then
//! they are counted and read by their keys, and no order is walked through in search of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{StatusCounts, UserFilter, UserStatus};
use uuid::Uuid;

use super::narrow::{Search, starts_with};
use crate::schema::tenant::user_words;
use crate::{StoreError, TenantTx};

/// More are not named one by one.
const MOST: i64 = 1_000;

/// The people of a search, all of them, with their statuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Few(BTreeMap<Uuid, UserStatus>);

impl Few {
    /// Who they are.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.0.keys().copied().collect()
    }

    /// How many there are by status.
    pub(super) fn counts(&self) -> StatusCounts {
        let mut counts = StatusCounts::default();
        for status in self.0.values() {
            counts.set(*status, counts.of(*status) + 1);
        }
        counts
    }
}

/// Looks a search up in the words alone, and stops when there are too many; `None` then, and where no
/// beginning is searched for. The longest beginning leads, the others have to be there too.
///
/// # Errors
/// The database's.
pub fn few<P>(tx: &mut TenantTx<'_, P>, filter: &UserFilter) -> Result<Option<Few>, StoreError> {
    let Search::Beginnings(mut terms) = Search::of(filter) else {
        return Ok(None);
    };
    let tenant = tx.tenant().uuid();
    terms.sort_by_key(String::len);
    let Some(longest) = terms.pop() else {
        return Ok(None);
    };
    let others = diesel::alias!(user_words as others);
    let mut query = user_words::table
        .select((user_words::user_id, user_words::status))
        .filter(user_words::tenant_id.eq(tenant))
        .filter(user_words::status.ne(UserStatus::Removed))
        .filter(starts_with(user_words::word, longest))
        .limit(MOST + 1)
        .into_boxed();
    for term in terms {
        let with_term = others
            .filter(others.field(user_words::tenant_id).eq(tenant))
            .filter(starts_with(others.field(user_words::word), term))
            .select(others.field(user_words::user_id));
        query = query.filter(user_words::user_id.eq_any(with_term));
    }
    let rows: Vec<(Uuid, UserStatus)> = query.load(tx.connection())?;
    let all = i64::try_from(rows.len()).is_ok_and(|found| found <= MOST);
    Ok(all.then(|| Few(rows.into_iter().collect())))
}
