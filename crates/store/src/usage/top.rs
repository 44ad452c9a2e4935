//! The tenants that use most, and what they have used by now: for a collector of figures, which must not grow with the number
//! of tenants.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Date, Text, Uuid as SqlUuid};
use domain::{Meter, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{tenants, usage_hours};

/// What a tenant has used of something by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// Whose.
    pub tenant: TenantId,
    /// What was measured.
    pub meter: String,
    /// How much.
    pub amount: i64,
}

/// What is asked for of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Since {
    /// Whose.
    pub tenant: TenantId,
    /// What was measured.
    pub meter: Meter,
    /// From this day of the tenant's own on.
    pub day: NaiveDate,
    /// Whether it goes up and down.
    pub is_level: bool,
}

#[derive(Debug, QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    tenant_id: Uuid,
    #[diesel(sql_type = Text)]
    meter: String,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

impl PlatformTx<'_> {
    /// The tenants whose sum of these was greatest in the last 30 days, the greatest first.
    ///
    /// # Errors
    /// The database's.
    pub fn top_tenants(
        &mut self,
        meters: &[Meter],
        most: i64,
    ) -> Result<Vec<TenantId>, StoreError> {
        let meters: Vec<&str> = meters.iter().map(Meter::as_str).collect();
        let rows: Vec<Row> = raw::query(
            "select r.tenant_id, '' as meter, least(sum(r.amount), 9e18)::bigint as amount from catalogue.usage_recent r
             join catalogue.tenants t on t.id = r.tenant_id
             where r.days = 30 and r.meter = any($1) and t.status <> 'deleted' group by r.tenant_id order by sum(r.amount) desc, r.tenant_id limit $2",
        )
        .bind::<Array<Text>, _>(meters)
        .bind::<BigInt, _>(most)
        .load(self.connection())?;
        let rows = rows.into_iter();
        Ok(rows.map(|row| TenantId::from_uuid(row.tenant_id)).collect())
    }

    /// What was used of each of these: the sum since its day, or of what goes up and down the newest.
    ///
    /// # Errors
    /// The database's.
    pub fn used_since(&mut self, of: &[Since]) -> Result<Vec<Amount>, StoreError> {
        let rows: Vec<Row> = raw::query(
            "select u.tenant_id, u.meter, case when bool_or(w.is_level) then (array_agg(u.amount order by u.day desc))[1]
                 else least(sum(u.amount), 9e18)::bigint end as amount
             from unnest($1, $2, $3, $4) as w (tenant_id, meter, since, is_level)
             join catalogue.usage_days u on u.tenant_id = w.tenant_id and u.meter = w.meter and u.day >= w.since and u.part = 0
             group by u.tenant_id, u.meter order by u.tenant_id, u.meter",
        )
        .bind::<Array<SqlUuid>, _>(of.iter().map(|one| one.tenant.uuid()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(of.iter().map(|one| one.meter.as_str()).collect::<Vec<_>>())
        .bind::<Array<Date>, _>(of.iter().map(|one| one.day).collect::<Vec<_>>())
        .bind::<Array<Bool>, _>(of.iter().map(|one| one.is_level).collect::<Vec<_>>())
        .load(self.connection())?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|row| Amount {
                tenant: TenantId::from_uuid(row.tenant_id),
                meter: row.meter,
                amount: row.amount,
            })
            .collect())
    }

    /// How many tenants used one of these within this long.
    ///
    /// # Errors
    /// The database's.
    pub fn active_tenants(
        &mut self,
        meters: &[Meter],
        within: TimeDelta,
    ) -> Result<i64, StoreError> {
        let since: DateTime<Utc> = self.now() - within;
        let meters: Vec<&str> = meters.iter().map(Meter::as_str).collect();
        Ok(usage_hours::table
            .filter(usage_hours::hour.gt(since))
            .filter(usage_hours::meter.eq_any(meters))
            .filter(usage_hours::part.eq(0))
            .select(diesel::dsl::count(usage_hours::tenant_id).aggregate_distinct())
            .first(self.connection())?)
    }

    /// How many tenants there are in each status.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_by_status(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        Ok(tenants::table
            .group_by(tenants::status)
            .select((tenants::status, diesel::dsl::count_star()))
            .load(self.connection())?)
    }
}
