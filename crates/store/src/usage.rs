//! What was measured of tenants: written down in flushes, each of which counts once, and kept in months.

mod compare;
mod people;
mod process;
mod read;
mod recent;
mod top;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::sql_types::Timestamptz;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, SmallInt, Text, Uuid as SqlUuid};
use domain::{Sharer, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::tenants;

pub use compare::{Compared, Places};
pub use people::{Came, CameBack};
pub use process::{Cause, Flush, Gap, Loss};
pub use read::{Dated, Share, Sharers};
pub use top::{Amount, Since};

/// Amounts of one hour or one day each, in the order of their keys: so that no two flushes wait for each other in a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amounts<T> {
    tenants: Vec<Uuid>,
    meters: Vec<String>,
    parts: Vec<i16>,
    at: Vec<T>,
    amounts: Vec<i64>,
}

impl<T: Ord> FromIterator<(TenantId, String, T, i16, i64)> for Amounts<T> {
    fn from_iter<I: IntoIterator<Item = (TenantId, String, T, i16, i64)>>(rows: I) -> Self {
        let rows = rows.into_iter();
        let mut rows: Vec<_> = rows
            .map(|(tenant, meter, at, part, amount)| (tenant.uuid(), meter, at, part, amount))
            .collect();
        rows.sort_unstable();
        let mut amounts = Self {
            tenants: Vec::with_capacity(rows.len()),
            meters: Vec::with_capacity(rows.len()),
            parts: Vec::with_capacity(rows.len()),
            at: Vec::with_capacity(rows.len()),
            amounts: Vec::with_capacity(rows.len()),
        };
        for (tenant, meter, at, part, amount) in rows {
            amounts.tenants.push(tenant);
            amounts.meters.push(meter);
            amounts.at.push(at);
            amounts.parts.push(part);
            amounts.amounts.push(amount);
        }
        amounts
    }
}

/// Whose part of something was how much on a day.
pub type NewShare = (TenantId, NaiveDate, String, Sharer, String, i64);

impl PlatformTx<'_> {
    /// In which time zone these tenants count their days; whoever is not there any more is left out.
    ///
    /// # Errors
    /// The database's.
    pub fn zones(&mut self, of: &[TenantId]) -> Result<Vec<(TenantId, String)>, StoreError> {
        let ids: Vec<Uuid> = of.iter().map(|tenant| tenant.uuid()).collect();
        let rows: Vec<(Uuid, String)> = tenants::table
            .filter(tenants::id.eq_any(ids))
            .filter(raw::not_deleted())
            .select((tenants::id, tenants::timezone))
            .load(self.connection())?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(id, zone)| (TenantId::from_uuid(id), zone))
            .collect())
    }

    /// Adds to what was measured in hours; with `most` keeps the greater of both instead.
    ///
    /// # Errors
    /// The database's.
    pub fn add_hours(
        &mut self,
        amounts: &Amounts<DateTime<Utc>>,
        most: bool,
    ) -> Result<(), StoreError> {
        raw::query(
            "insert into catalogue.usage_hours as u (tenant_id, meter, part, hour, amount) select * from unnest($1, $2, $3, $4, $5)
             on conflict (tenant_id, meter, hour, part) do update set amount =
                 case when $6 then greatest(u.amount, excluded.amount) else least(u.amount::numeric + excluded.amount, 9e18)::bigint end",
        )
        .bind::<Array<SqlUuid>, _>(&amounts.tenants)
        .bind::<Array<Text>, _>(&amounts.meters)
        .bind::<Array<SmallInt>, _>(&amounts.parts)
        .bind::<Array<Timestamptz>, _>(&amounts.at)
        .bind::<Array<BigInt>, _>(&amounts.amounts)
        .bind::<Bool, _>(most)
        .execute(self.connection())?;
        Ok(())
    }

    /// The same by days.
    ///
    /// # Errors
    /// The database's.
    pub fn add_days(&mut self, amounts: &Amounts<NaiveDate>, most: bool) -> Result<(), StoreError> {
        raw::query(
            "insert into catalogue.usage_days as u (tenant_id, meter, part, day, amount) select * from unnest($1, $2, $3, $4, $5)
             on conflict (tenant_id, meter, day, part) do update set amount =
                 case when $6 then greatest(u.amount, excluded.amount) else least(u.amount::numeric + excluded.amount, 9e18)::bigint end",
        )
        .bind::<Array<SqlUuid>, _>(&amounts.tenants)
        .bind::<Array<Text>, _>(&amounts.meters)
        .bind::<Array<SmallInt>, _>(&amounts.parts)
        .bind::<Array<Date>, _>(&amounts.at)
        .bind::<Array<BigInt>, _>(&amounts.amounts)
        .bind::<Bool, _>(most)
        .execute(self.connection())?;
        Ok(())
    }

    /// Adds to whose part was how much.
    ///
    /// # Errors
    /// The database's.
    pub fn add_shares(&mut self, mut shares: Vec<NewShare>) -> Result<(), StoreError> {
        shares.sort_unstable_by(|one, other| {
            let key = |share: &NewShare| (share.0.uuid(), share.1);
            key(one).cmp(&key(other)).then_with(|| {
                let rest = |share: &NewShare| (share.2.clone(), share.3.as_str(), share.4.clone());
                rest(one).cmp(&rest(other))
            })
        });
        let of = |share: &NewShare| share.0.uuid();
        raw::query(
            "insert into catalogue.usage_shares as u (tenant_id, day, meter, kind, who, amount) select * from unnest($1, $2, $3, $4, $5, $6)
             on conflict (tenant_id, day, meter, kind, who) do update set amount = least(u.amount::numeric + excluded.amount, 9e18)::bigint",
        )
        .bind::<Array<SqlUuid>, _>(shares.iter().map(of).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(shares.iter().map(|share| share.1).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(shares.iter().map(|share| share.2.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(shares.iter().map(|share| share.3.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(shares.iter().map(|share| share.4.as_str()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(shares.iter().map(|share| share.5).collect::<Vec<_>>())
        .execute(self.connection())?;
        Ok(())
    }

    /// Makes the months between these days, where they are not there; answers how many tables were made.
    ///
    /// # Errors
    /// The database's.
    pub fn keep_usage(&mut self, since: NaiveDate, until: NaiveDate) -> Result<i32, StoreError> {
        Ok(diesel::select(keep_usage(since, until)).get_result(self.connection())?)
    }

    /// Drops the months of hours, days and shares that end before these days; answers how many tables went.
    ///
    /// # Errors
    /// The database's.
    pub fn drop_usage(
        &mut self,
        hours: NaiveDate,
        days: NaiveDate,
        shares: NaiveDate,
    ) -> Result<i32, StoreError> {
        Ok(diesel::select(drop_usage(hours, days, shares)).get_result(self.connection())?)
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    /// See the migration.
    #[sql_name = "catalogue.keep_usage"]
    fn keep_usage(since: Date, until: Date) -> Integer;
    /// See the migration.
    #[sql_name = "catalogue.drop_usage"]
    fn drop_usage(hours: Date, days: Date, shares: Date) -> Integer;
}
