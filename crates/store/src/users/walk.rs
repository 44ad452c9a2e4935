//! People in the order of their coming, from one to the next: no page is counted, none is skipped.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{UserId, UserStatus};

use super::list::{ListedUser, Row};
use crate::raw;
use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// Where a walk stands: at this person, who came at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WalkStep {
    /// When they came.
    pub created_at: DateTime<Utc>,
    /// Who.
    pub id: UserId,
}

/// The next people of these statuses, or of any, after `step`.
///
/// # Errors
/// The database's.
pub fn walk<P>(
    tx: &mut TenantTx<'_, P>,
    statuses: &[UserStatus],
    step: Option<WalkStep>,
    at_most: i64,
) -> Result<Vec<ListedUser>, StoreError> {
    let mut query = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(raw::StillThere)
        .into_boxed();
    if !statuses.is_empty() {
        query = query.filter(users::status.eq_any(statuses.to_vec()));
    }
    if let Some(step) = step {
        query = query.filter(
            users::created_at.gt(step.created_at).or(users::created_at
                .eq(step.created_at)
                .and(users::id.gt(step.id.uuid()))),
        );
        // Said once more for the index.
        query = query.filter(users::created_at.ge(step.created_at));
    }
    let rows: Vec<Row> = query
        .order((users::created_at, users::id))
        .limit(at_most)
        .select(Row::as_select())
        .load(tx.connection())?;
    Ok(rows.into_iter().map(ListedUser::from).collect())
}
