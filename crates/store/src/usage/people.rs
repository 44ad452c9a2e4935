//! Who used what, counted: people by the day, those who came back, and how those who joined in a week came back after it.
//! Ids alone; who they are is in the tenant.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Text, Uuid as SqlUuid};
use domain::{Meter, Sharer, TenantId};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::raw;
use crate::schema::catalogue::usage_shares;

/// How many people of a cohort came in a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct CameBack {
    /// In which week they joined, counted from the first.
    #[diesel(sql_type = Integer)]
    pub cohort: i32,
    /// In which week they came, counted the same.
    #[diesel(sql_type = Integer)]
    pub week: i32,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub people: i64,
}

/// How many people came before and after a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Came {
    /// Before it,
    #[diesel(sql_type = BigInt)]
    pub then: i64,
    /// from it on,
    #[diesel(sql_type = BigInt)]
    pub now: i64,
    /// and both times.
    #[diesel(sql_type = BigInt)]
    pub again: i64,
}

impl PlatformTx<'_> {
    /// How many of a kind had a part on each day, the last one not included.
    ///
    /// # Errors
    /// The database's.
    pub fn sharers_by_day(
        &mut self,
        tenant: TenantId,
        meter: &Meter,
        kind: Sharer,
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Vec<(NaiveDate, i64)>, StoreError> {
        Ok(usage_shares::table
            .filter(usage_shares::tenant_id.eq(tenant.uuid()))
            .filter(usage_shares::meter.eq(meter.as_str()))
            .filter(usage_shares::kind.eq(kind.as_str()))
            .filter(usage_shares::day.ge(from))
            .filter(usage_shares::day.lt(until))
            .group_by(usage_shares::day)
            .order(usage_shares::day)
            .select((usage_shares::day, diesel::dsl::count_star()))
            .load(self.connection())?)
    }

    /// How many people used pages between `from` and `middle`, how many from there until `until`, and how many both times.
    ///
    /// # Errors
    /// The database's.
    pub fn people_came(
        &mut self,
        tenant: TenantId,
        (from, middle, until): (NaiveDate, NaiveDate, NaiveDate),
    ) -> Result<Came, StoreError> {
        Ok(raw::query(
            "select count(*) filter (where there) as then, count(*) filter (where here) as now,
                 count(*) filter (where there and here) as again from (
                 select who, bool_or(day < $4) as there, bool_or(day >= $4) as here from catalogue.usage_shares
                 where tenant_id = $1 and meter = $2 and kind = 'user' and day >= $3 and day < $5 group by who) each",
        )
        .bind::<SqlUuid, _>(tenant.uuid())
        .bind::<Text, _>(Meter::PAGE_VIEWS.as_str())
        .bind::<Date, _>(from)
        .bind::<Date, _>(middle)
        .bind::<Date, _>(until)
        .get_result(self.connection())?)
    }

    /// In which weeks from `first` on people came who joined in one of them: `who` joined in the week at the same place of
    /// `cohorts`.
    ///
    /// # Errors
    /// The database's.
    pub fn came_back(
        &mut self,
        tenant: TenantId,
        first: NaiveDate,
        who: &[String],
        cohorts: &[i32],
    ) -> Result<Vec<CameBack>, StoreError> {
        Ok(raw::query(
            "select c.cohort, (s.day - $3) / 7 as week, count(distinct s.who) as people
             from unnest($4, $5) as c (who, cohort) join catalogue.usage_shares s on s.who = c.who
             where s.tenant_id = $1 and s.meter = $2 and s.kind = 'user' and s.day >= $3 group by 1, 2 order by 1, 2",
        )
        .bind::<SqlUuid, _>(tenant.uuid())
        .bind::<Text, _>(Meter::PAGE_VIEWS.as_str())
        .bind::<Date, _>(first)
        .bind::<Array<Text>, _>(who)
        .bind::<Array<Integer>, _>(cohorts)
        .load(self.connection())?)
    }
}
