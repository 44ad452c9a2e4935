//! What the overview counts out of the audit log, by the tenant's own days. Each statement reads a range of
//! an index and no more; which actions mean what is decided above.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid};

pub use crate::audit::log::Entry;
use crate::{StoreError, TenantTx};

/// How often something was done on a day.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DayCount {
    /// The day, as the tenant's zone cuts it.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The action's key.
    #[diesel(sql_type = Text)]
    pub action: String,
    /// How often.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Counts these actions by day since a moment.
///
/// # Errors
/// The database's.
pub fn count_by_day<P>(
    tx: &mut TenantTx<'_, P>,
    actions: &[&str],
    since: DateTime<Utc>,
    zone: &str,
) -> Result<Vec<DayCount>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(crate::raw::query(
        "select (at at time zone $4)::date as day, action, count(*) as count
         from audit_entries where tenant_id = $1 and action = any($2) and at >= $3 group by 1, 2",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Array<Text>, _>(actions)
    .bind::<Timestamptz, _>(since)
    .bind::<Text, _>(zone)
    .load(tx.connection())?)
}

/// How many people went from one status to another on a day.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
pub struct DaySteps {
    /// The day, as the tenant's zone cuts it.
    #[diesel(sql_type = Date)]
    pub day: NaiveDate,
    /// The status before; none for people who are new.
    #[diesel(sql_type = Nullable<Text>)]
    pub from: Option<String>,
    /// The status after.
    #[diesel(sql_type = Nullable<Text>)]
    pub to: Option<String>,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// Counts the steps from status to status by day since a moment, out of the entries of these actions.
///
/// # Errors
/// The database's.
pub fn steps_by_day<P>(
    tx: &mut TenantTx<'_, P>,
    actions: &[&str],
    since: DateTime<Utc>,
    zone: &str,
) -> Result<Vec<DaySteps>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(crate::raw::query(
        "select (at at time zone $4)::date as day, before->>'status' as from, after->>'status' as to, count(*) as count
         from audit_entries where tenant_id = $1 and action = any($2) and at >= $3 and outcome = 'done' group by 1, 2, 3",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Array<Text>, _>(actions)
    .bind::<Timestamptz, _>(since)
    .bind::<Text, _>(zone)
    .load(tx.connection())?)
}

/// The newest entries but those of these actions, looked for among the last few hundred only.
///
/// # Errors
/// The database's.
pub fn recent<P>(
    tx: &mut TenantTx<'_, P>,
    but: &[&str],
    at_most: i64,
) -> Result<Vec<Entry>, StoreError> {
    let tenant = tx.tenant().uuid();
    Ok(crate::raw::query(
        "select seq, id, at, actor_kind, actor_id, actor_name, action, outcome, target_kind, target_id, target_name,
                before, after, address, device, request_id, hash
         from audit_entries where tenant_id = $1 and seq = any(array(
             select last.seq from (
                 select seq, at, action from audit_entries where tenant_id = $1 order by at desc, seq desc limit 300) last
             where last.action <> all($2) order by last.at desc, last.seq desc limit $3))
         order by at desc, seq desc",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Array<Text>, _>(but)
    .bind::<BigInt, _>(at_most)
    .load(tx.connection())?)
}
