//! Who joined a tenant and who left it, by the tenant's own days: what growth is counted from.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Text, Timestamptz, Uuid as SqlUuid};
use domain::UserId;
use uuid::Uuid;

use crate::schema::tenant::users;
use crate::{StoreError, TenantTx};

/// A day on which somebody joined or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Joining {
    /// The day, as the tenant's zone cuts it.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// How many were added, whatever became of them.
    #[diesel(sql_type = BigInt)]
    pub joined: i64,
    /// How many were removed and are not back.
    #[diesel(sql_type = BigInt)]
    pub left: i64,
}

/// Since a moment, in order.
///
/// # Errors
/// The database's.
pub fn by_day<P>(
    tx: &mut TenantTx<'_, P>,
    since: DateTime<Utc>,
    zone: &str,
) -> Result<Vec<Joining>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(crate::raw::query(
        r#"select day, sum(joined)::bigint as joined, sum("left")::bigint as "left" from (
             select (created_at at time zone $3)::date as day, 1 as joined, 0 as "left" from users
                 where tenant_id = $1 and created_at >= $2
             union all select (removed_at at time zone $3)::date, 0, 1 from users
                 where tenant_id = $1 and status = 'removed' and removed_at >= $2) each
           group by day order by day"#,
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Timestamptz, _>(since)
    .bind::<Text, _>(zone)
    .load(tx.connection())?)
}

/// Who joined since a moment and is not removed, and when.
///
/// # Errors
/// The database's.
pub fn newcomers<P>(
    tx: &mut TenantTx<'_, P>,
    since: DateTime<Utc>,
) -> Result<Vec<(UserId, DateTime<Utc>)>, StoreError> {
    let rows: Vec<(Uuid, DateTime<Utc>)> = users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(crate::raw::StillThere)
        .filter(users::created_at.ge(since))
        .order((users::created_at, users::id))
        .select((users::id, users::created_at))
        .load(tx.connection())?;
    let rows = rows.into_iter();
    Ok(rows.map(|(id, at)| (UserId::from_uuid(id), at)).collect())
}

/// How many people have which role; a custom one is "custom".
///
/// # Errors
/// The database's.
pub fn by_role<P>(tx: &mut TenantTx<'_, P>) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(users::table
        .filter(users::tenant_id.eq(tx.tenant().uuid()))
        .filter(crate::raw::StillThere)
        .group_by(users::role)
        .order((count_star().desc(), users::role))
        .select((users::role, count_star()))
        .load(tx.connection())?)
}
