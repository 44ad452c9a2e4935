//! The last days of each tenant in one row a meter: what all tenants are compared by.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, Date, Integer, Text};
use domain::Meter;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;

impl PlatformTx<'_> {
    /// Adds up the last so many days anew, today among them, out of what was measured by the day, and counts who used pages in
    /// them. `levels` are the meters of what goes up and down. Done again it is the same.
    ///
    /// # Errors
    /// The database's.
    pub fn gather_recent(
        &mut self,
        today: NaiveDate,
        days: i32,
        levels: &[Meter],
    ) -> Result<(), StoreError> {
        let levels: Vec<&str> = levels.iter().map(Meter::as_str).collect();
        raw::query(
            "with found as (
                 select u.tenant_id, u.meter, u.meter = any($2) as is_level,
                     least(coalesce(sum(u.amount) filter (where u.day > $1 - $3), 0), 9e18)::bigint as summed,
                     least(sum(u.amount) filter (where u.day <= $1 - $3), 9e18)::bigint as summed_before,
                     (array_agg(u.amount order by u.day desc))[1] as newest,
                     (array_agg(u.amount order by u.day desc) filter (where u.day <= $1 - $3))[1] as newest_before,
                     coalesce(max(u.amount) filter (where u.day > $1 - $3), 0) as peak
                 from catalogue.usage_days u
                 where u.day > $1 - 2 * $3 and u.part = 0 and u.meter not like '%.times'
                 group by u.tenant_id, u.meter
             ), came as (
                 select tenant_id, who, bool_or(day > $1 - $3) as now, bool_or(day <= $1 - $3) as earlier from catalogue.usage_shares
                 where meter = $4 and kind = 'user' and day > $1 - 2 * $3 group by tenant_id, who
             ), told as (
                 select tenant_id, meter, case when is_level then newest else summed end as amount,
                     case when is_level then newest_before else summed_before end as before, peak from found
                 union all
                 select tenant_id, $5, count(*) filter (where now), case when 2 * $3 <= 92 then count(*) filter (where earlier) end, 0
                     from came group by tenant_id
             ), written as (
                 insert into catalogue.usage_recent as r (days, tenant_id, meter, amount, before, peak)
                 select $3::smallint, w.tenant_id, w.meter, w.amount, w.before, w.peak from told w join catalogue.tenants t on t.id = w.tenant_id
                     order by w.meter, w.tenant_id
                 on conflict (days, meter, tenant_id) do update set amount = excluded.amount, before = excluded.before, peak = excluded.peak
                     where (r.amount, r.before, r.peak) is distinct from (excluded.amount, excluded.before, excluded.peak)
             )
             delete from catalogue.usage_recent r where r.days = $3::smallint
                 and not exists (select from told w where w.tenant_id = r.tenant_id and w.meter = r.meter)",
        )
        .bind::<Date, _>(today)
        .bind::<Array<Text>, _>(levels)
        .bind::<Integer, _>(days)
        .bind::<Text, _>(Meter::PAGE_VIEWS.as_str())
        .bind::<Text, _>(Meter::ACTIVE.as_str())
        .execute(self.connection())?;
        self.write_compared(days)
    }

    /// Lays what tenants are compared by side by side, a row for each.
    fn write_compared(&mut self, days: i32) -> Result<(), StoreError> {
        raw::query(
            "with found as (
                 select $1::smallint as days, tenant_id,
                     max(amount) filter (where meter = 'users') as users, max(before) filter (where meter = 'users') as users_before,
                     max(amount) filter (where meter = 'people.active') as active, max(before) filter (where meter = 'people.active') as active_before,
                     max(amount) filter (where meter = 'storage.bytes') as bytes,
                     max(amount) filter (where meter = 'api.calls') as calls, max(before) filter (where meter = 'api.calls') as calls_before,
                     max(peak) filter (where meter = 'api.calls') as calls_peak,
                     least(sum(amount) filter (where meter in ('api.calls', 'page.views')), 9e18)::bigint as requests,
                     least(sum(amount) filter (where meter in ('api.errors', 'page.errors')), 9e18)::bigint as errors,
                     least(sum(amount) filter (where meter in ('api.micros', 'page.micros')), 9e18)::bigint as micros,
                     max(amount) filter (where meter = 'probes.made') as probes, max(amount) filter (where meter = 'probes.failed') as probes_failed
                 from catalogue.usage_recent where days = $1::smallint and meter in ('users', 'people.active', 'storage.bytes', 'api.calls',
                     'page.views', 'api.errors', 'page.errors', 'api.micros', 'page.micros', 'probes.made', 'probes.failed')
                 group by tenant_id
             ), written as (
                 insert into catalogue.usage_compared as c select * from found order by tenant_id
                 on conflict (days, tenant_id) do update set (users, users_before, active, active_before, bytes, calls, calls_before, calls_peak, requests,
                     errors, micros, probes, probes_failed) = (excluded.users, excluded.users_before, excluded.active, excluded.active_before,
                     excluded.bytes, excluded.calls, excluded.calls_before, excluded.calls_peak, excluded.requests, excluded.errors, excluded.micros,
                     excluded.probes, excluded.probes_failed)
                 where c is distinct from excluded
             )
             delete from catalogue.usage_compared c where c.days = $1::smallint and not exists (select from found f where f.tenant_id = c.tenant_id)",
        )
        .bind::<Integer, _>(days)
        .execute(self.connection())?;
        Ok(())
    }
}
