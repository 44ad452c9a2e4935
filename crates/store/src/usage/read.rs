//! Reading what was measured of one tenant.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::sum;
use diesel::prelude::*;
use domain::{Meter, Sharer, TenantId};

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{usage_days, usage_hours, usage_shares};

/// How much there was when: `part` is the piece of a histogram, 0 for everything else.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Dated<T> {
    /// What was measured.
    pub meter: String,
    /// The hour's beginning, or the day.
    pub at: T,
    /// The piece of a histogram.
    pub part: i16,
    /// How much.
    pub amount: i64,
}

/// Whose part of something was how much.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Share {
    /// A person's or key's id, or a route's pattern.
    pub who: String,
    /// How much.
    pub amount: i64,
}

/// How many had a part in something.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Sharers {
    /// In what.
    pub meter: String,
    /// What kind of ones.
    pub kind: String,
    /// How many.
    pub count: i64,
}

impl PlatformTx<'_> {
    /// What was measured of the tenant by hours, in their order.
    ///
    /// # Errors
    /// The database's.
    pub fn usage_by_hour(
        &mut self,
        tenant: TenantId,
        meters: &[Meter],
        (from, until): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<Vec<Dated<DateTime<Utc>>>, StoreError> {
        Ok(usage_hours::table
            .filter(usage_hours::tenant_id.eq(tenant.uuid()))
            .filter(usage_hours::meter.eq_any(words(meters)))
            .filter(usage_hours::hour.ge(from))
            .filter(usage_hours::hour.lt(until))
            .order((usage_hours::hour, usage_hours::meter, usage_hours::part))
            .select((
                usage_hours::meter,
                usage_hours::hour,
                usage_hours::part,
                usage_hours::amount,
            ))
            .load(self.connection())?)
    }

    /// What was measured of the tenant by days, in their order.
    ///
    /// # Errors
    /// The database's.
    pub fn usage_by_day(
        &mut self,
        tenant: TenantId,
        meters: &[Meter],
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Dated<NaiveDate>>, StoreError> {
        Ok(usage_days::table
            .filter(usage_days::tenant_id.eq(tenant.uuid()))
            .filter(usage_days::meter.eq_any(words(meters)))
            .filter(usage_days::day.ge(from))
            .filter(usage_days::day.lt(until))
            .order((usage_days::day, usage_days::meter, usage_days::part))
            .select((
                usage_days::meter,
                usage_days::day,
                usage_days::part,
                usage_days::amount,
            ))
            .load(self.connection())?)
    }

    /// Who had the greatest part in these days, the last one not included, and how much all of that kind together had.
    ///
    /// # Errors
    /// The database's.
    pub fn usage_shares(
        &mut self,
        tenant: TenantId,
        meter: &Meter,
        kind: Sharer,
        (from, until): (NaiveDate, NaiveDate),
        most: i64,
    ) -> Result<Vec<Share>, StoreError> {
        let amount = sum(usage_shares::amount);
        let rows = usage_shares::table
            .filter(usage_shares::tenant_id.eq(tenant.uuid()))
            .filter(usage_shares::meter.eq(meter.as_str()))
            .filter(usage_shares::kind.eq(kind.as_str()))
            .filter(usage_shares::day.ge(from))
            .filter(usage_shares::day.lt(until))
            .group_by(usage_shares::who)
            .select((
                usage_shares::who,
                diesel::dsl::sql::<diesel::sql_types::BigInt>(
                    "least(sum(usage_shares.amount), 9e18)::bigint",
                ),
            ))
            .order((amount.desc(), usage_shares::who))
            .limit(most);
        Ok(rows.load(self.connection())?)
    }

    /// How many of each kind had a part in each of these meters, in these days, the last one not included.
    ///
    /// # Errors
    /// The database's.
    pub fn count_sharers_of(
        &mut self,
        tenant: TenantId,
        meters: &[Meter],
        kinds: &[Sharer],
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Sharers>, StoreError> {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
        Ok(usage_shares::table
            .filter(usage_shares::tenant_id.eq(tenant.uuid()))
            .filter(usage_shares::meter.eq_any(words(meters)))
            .filter(usage_shares::kind.eq_any(kinds))
            .filter(usage_shares::day.ge(from))
            .filter(usage_shares::day.lt(until))
            .group_by((usage_shares::meter, usage_shares::kind))
            .select((
                usage_shares::meter,
                usage_shares::kind,
                diesel::dsl::count(usage_shares::who).aggregate_distinct(),
            ))
            .load(self.connection())?)
    }

    /// How many of a kind had a part in these days, the last one not included.
    ///
    /// # Errors
    /// The database's.
    pub fn count_sharers(
        &mut self,
        tenant: TenantId,
        meter: &Meter,
        kind: Sharer,
        (from, until): (NaiveDate, NaiveDate),
    ) -> Result<i64, StoreError> {
        Ok(usage_shares::table
            .filter(usage_shares::tenant_id.eq(tenant.uuid()))
            .filter(usage_shares::meter.eq(meter.as_str()))
            .filter(usage_shares::kind.eq(kind.as_str()))
            .filter(usage_shares::day.ge(from))
            .filter(usage_shares::day.lt(until))
            .select(diesel::dsl::count(usage_shares::who).aggregate_distinct())
            .first(self.connection())?)
    }
}

fn words(meters: &[Meter]) -> Vec<&str> {
    meters.iter().map(Meter::as_str).collect()
}
