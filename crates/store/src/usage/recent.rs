//! The last 30 days of each tenant in one row a meter: what all tenants are compared by.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Text};
use domain::{Meter, TenantId};
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::{tenants, usage_recent};

/// A tenant's last 30 days in one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recent {
    /// Whose.
    pub tenant: TenantId,
    /// As it is shown.
    pub name: String,
    /// The sum of 30 days; of what goes up and down the newest.
    pub amount: i64,
    /// The same of the 30 days before.
    pub before: i64,
    /// The most of one day.
    pub peak: i64,
}

impl PlatformTx<'_> {
    /// Adds up the last 30 days anew, today among them, out of what was measured by the day. `levels` are the meters of what
    /// goes up and down. Done again it is the same.
    ///
    /// # Errors
    /// The database's.
    pub fn gather_recent(&mut self, today: NaiveDate, levels: &[Meter]) -> Result<(), StoreError> {
        let levels: Vec<&str> = levels.iter().map(Meter::as_str).collect();
        raw::query(
            "with found as (
                 select u.tenant_id, u.meter, u.meter = any($2) as is_level,
                     least(coalesce(sum(u.amount) filter (where u.day > $1 - 30), 0), 9e18)::bigint as summed,
                     least(coalesce(sum(u.amount) filter (where u.day <= $1 - 30), 0), 9e18)::bigint as summed_before,
                     coalesce((array_agg(u.amount order by u.day desc) filter (where u.day > $1 - 30))[1], 0) as newest,
                     coalesce((array_agg(u.amount order by u.day desc) filter (where u.day <= $1 - 30))[1], 0) as newest_before,
                     coalesce(max(u.amount) filter (where u.day > $1 - 30), 0) as peak
                 from catalogue.usage_days u join catalogue.tenants t on t.id = u.tenant_id
                 where u.day > $1 - 60 and u.part = 0 and u.meter not like '%.times'
                 group by u.tenant_id, u.meter
             ), told as (
                 insert into catalogue.usage_recent as r (tenant_id, meter, amount, before, peak)
                 select tenant_id, meter, case when is_level then newest else summed end, case when is_level then newest_before else summed_before end, peak
                     from found order by meter, tenant_id
                 on conflict (meter, tenant_id) do update set amount = excluded.amount, before = excluded.before, peak = excluded.peak
                     where (r.amount, r.before, r.peak) is distinct from (excluded.amount, excluded.before, excluded.peak)
             )
             delete from catalogue.usage_recent r where not exists (select from found f where f.tenant_id = r.tenant_id and f.meter = r.meter)",
        )
        .bind::<Date, _>(today)
        .bind::<Array<Text>, _>(levels)
        .execute(self.connection())?;
        Ok(())
    }

    /// The tenants with the most of this in the last 30 days.
    ///
    /// # Errors
    /// The database's.
    pub fn recent_most(&mut self, meter: &Meter, most: i64) -> Result<Vec<Recent>, StoreError> {
        let rows: Vec<(Uuid, String, i64, i64, i64)> = usage_recent::table
            .inner_join(tenants::table)
            .filter(usage_recent::meter.eq(meter.as_str()))
            .filter(raw::not_deleted())
            .order((usage_recent::amount.desc(), usage_recent::tenant_id))
            .limit(most)
            .select((
                usage_recent::tenant_id,
                tenants::name,
                usage_recent::amount,
                usage_recent::before,
                usage_recent::peak,
            ))
            .load(self.connection())?;
        let rows = rows.into_iter();
        Ok(rows
            .map(|(id, name, amount, before, peak)| Recent {
                tenant: TenantId::from_uuid(id),
                name,
                amount,
                before,
                peak,
            })
            .collect())
    }
}
