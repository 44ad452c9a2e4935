//! How tenants were found when they were looked at last, what of a tenant's rows that is told from, and whose turn it is.

mod fleet;
mod list;
mod note;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::pg::sql_types::Timestamptz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Uuid as SqlUuid};
use domain::checkup::Parts;
use domain::{Health, TenantId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::guard::TenantTx;
use crate::platform::PlatformTx;
use crate::schema::catalogue::checkups;
use crate::{StoreError, raw};

pub use fleet::Fleet;
pub use list::{Counts, Filter, Listed};
pub use note::Change;

/// What a tenant's rows say of its work.
#[derive(Debug, Clone, Default, PartialEq, Eq, QueryableByName)]
pub struct Inside {
    /// Jobs that were given up and are still there.
    #[diesel(sql_type = BigInt)]
    pub given_up: i64,
    /// Jobs that should have been done a while ago.
    #[diesel(sql_type = BigInt)]
    pub stuck: i64,
    /// Since when the oldest of those should be done.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub stuck_since: Option<DateTime<Utc>>,
    /// Letters of the last days that could not be sent.
    #[diesel(sql_type = BigInt)]
    pub letters_failed: i64,
    /// Letters that wait for longer than a while.
    #[diesel(sql_type = BigInt)]
    pub letters_waiting: i64,
    /// Keys that open the tenant.
    #[diesel(sql_type = BigInt)]
    pub keys: i64,
    /// When the first of those ends, within the next days.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub key_ends: Option<DateTime<Utc>>,
}

/// How long is a while, and how far back and ahead is looked.
#[derive(Debug, Clone, Copy)]
pub struct Spans {
    /// After how long work that waits is stuck.
    pub stuck: TimeDelta,
    /// How far back letters count.
    pub letters: TimeDelta,
    /// How far ahead the end of a key counts.
    pub keys: TimeDelta,
}

/// Reads what the tenant's rows say. What its sign-in page needs is read beside it, by `brands`.
///
/// # Errors
/// The database's.
pub fn inside<P>(tx: &mut TenantTx<'_, P>, spans: Spans) -> Result<Inside, StoreError> {
    let (tenant, now) = (tx.tenant().uuid(), tx.now());
    Ok(raw::query(
        "select (select count(*) from node.jobs where tenant_id = $1 and state = 'dead') as given_up,
            w.stuck, w.stuck_since,
            (select count(*) from letters where tenant_id = $1 and state = 'failed' and created_at >= $4) as letters_failed,
            (select count(*) from letters where tenant_id = $1 and state = 'queued' and created_at < $3) as letters_waiting,
            k.keys, k.key_ends
        from (select count(*) as stuck, min(run_at) as stuck_since from node.jobs where tenant_id = $1
                and (state = 'queued' and run_at < $3 or state = 'running' and lease_until < $3)) w,
            (select count(*) as keys, min(expires_at) filter (where expires_at < $5) as key_ends from api_keys
                where tenant_id = $1 and revoked_at is null and coalesce(expires_at > $2, true)) k",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - spans.stuck)
    .bind::<Timestamptz, _>(now - spans.letters)
    .bind::<Timestamptz, _>(now + spans.keys)
    .get_result(tx.connection())?)
}

/// How a tenant was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// As a whole.
    pub health: Health,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When it was looked at.
    pub checked_at: DateTime<Utc>,
    /// How long the look at its rows took; `None` where they could not be read.
    pub milliseconds: Option<i64>,
    /// How many people took a seat; `None` where that could not be read.
    pub people: Option<i64>,
    /// Each part; `None` where a newer version wrote them otherwise.
    pub parts: Option<Parts>,
    /// Why its rows could not be read, in the database's words.
    pub trouble: Option<String>,
}

pub(crate) type Row = (
    Health,
    DateTime<Utc>,
    DateTime<Utc>,
    Option<i64>,
    Option<i64>,
    Json,
    Option<String>,
);

impl From<Row> for Checkup {
    fn from((health, since, checked_at, milliseconds, people, parts, trouble): Row) -> Self {
        Self {
            health,
            since,
            checked_at,
            milliseconds,
            people,
            parts: serde_json::from_value(parts).ok(),
            trouble,
        }
    }
}

macro_rules! columns {
    () => {
        (
            $crate::schema::catalogue::checkups::health,
            $crate::schema::catalogue::checkups::since,
            $crate::schema::catalogue::checkups::checked_at,
            $crate::schema::catalogue::checkups::milliseconds,
            $crate::schema::catalogue::checkups::people,
            $crate::schema::catalogue::checkups::parts,
            $crate::schema::catalogue::checkups::trouble,
        )
    };
}
pub(crate) use columns;

/// Where tenants are that are looked at one behind the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// In the database that has the catalogue.
    Home,
    /// In databases of their own.
    Own,
}

/// Whose turn is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Where.
    pub lane: Lane,
    /// Not looked at since then.
    pub before: DateTime<Utc>,
    /// At most so many.
    pub most: i64,
    /// This one alone.
    pub only: Option<TenantId>,
    /// Not these.
    pub passed: &'a [TenantId],
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Drifted {
    #[diesel(sql_type = BigInt)]
    findings: i64,
    #[diesel(sql_type = BigInt)]
    behind: i64,
}

/// What stands against the shape of a tenant's tables.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    /// What the last look found that the migrations do not make, or not so.
    pub findings: i64,
    /// Migrations of the application that are released and did not run there.
    pub behind: i64,
}

impl PlatformTx<'_> {
    /// Open tenants that were not looked at since this moment: those that wait longest first, and behind them those whose
    /// database was silent a minute ago.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_to_check(&mut self, turn: &Turn<'_>) -> Result<Vec<TenantId>, StoreError> {
        let passed: Vec<Uuid> = turn.passed.iter().map(|tenant| tenant.uuid()).collect();
        let due: Vec<Due> = raw::query(
            "select t.id from catalogue.tenants t left join catalogue.checkups c on c.tenant_id = t.id
                left join catalogue.placements p on p.tenant_id = t.id left join catalogue.databases d on d.name = p.database_name
            where t.status in ('trial', 'active') and (c.checked_at is null or c.checked_at < $1) and ($3 is null or t.id = $3)
                and (p.database_name is not null) = $4 and t.id <> all ($5)
            order by (d.silent_since is not null), c.checked_at nulls first, t.id limit $2",
        )
        .bind::<Timestamptz, _>(turn.before)
        .bind::<BigInt, _>(turn.most)
        .bind::<Nullable<SqlUuid>, _>(turn.only.map(|tenant| tenant.uuid()))
        .bind::<Bool, _>(turn.lane == Lane::Own)
        .bind::<Array<SqlUuid>, _>(passed)
        .load(self.connection())?;
        let ids = due.into_iter().map(|due| TenantId::from_uuid(due.id));
        Ok(ids.collect())
    }

    /// What stands against the shape of the tenant's tables, wherever they are.
    ///
    /// # Errors
    /// The database's.
    pub fn shape_of(&mut self, tenant: TenantId) -> Result<Shape, StoreError> {
        let Drifted { findings, behind } = raw::query(
            "with spaces as (select coalesce((select schema_name from catalogue.own_places where tenant_id = $1 limit 1), 'shared') as space)
            select (select count(*) from catalogue.drifts d where d.schema_name = s.space) as findings,
                (select count(*) from catalogue.vendor_migrations v where v.released_at is not null and not exists (
                    select from node.ledger l where l.schema_name = s.space and l.version = v.version)) as behind from spaces s",
        )
        .bind::<SqlUuid, _>(tenant.uuid())
        .get_result(self.connection())?;
        Ok(Shape { findings, behind })
    }

    /// How the tenant was found last; `None` where nobody looked yet.
    ///
    /// # Errors
    /// The database's.
    pub fn checkup_of(&mut self, tenant: TenantId) -> Result<Option<Checkup>, StoreError> {
        let row: Option<Row> = checkups::table
            .find(tenant.uuid())
            .select(columns!())
            .first(self.connection())
            .optional()?;
        Ok(row.map(Checkup::from))
    }

    /// Forgets how the tenants were found that are looked at no more.
    ///
    /// # Errors
    /// The database's.
    pub fn forget_checkups(&mut self) -> Result<usize, StoreError> {
        Ok(raw::query(
            "delete from catalogue.checkups c using catalogue.tenants t where t.id = c.tenant_id and t.status not in ('trial', 'active', 'moving')",
        )
        .execute(self.connection())?)
    }
}
