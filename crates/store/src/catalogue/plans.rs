//! The plans that can be bought, each with its terms as one of its versions has them. Versions are written in
//! `plan_versions` and never changed.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::{Extras, Features, Rates, TenantId};
use serde_json::Value as Json;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{plan_versions, plans, tenants};

/// A plan with the terms of one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By which it is named: `starter`.
    pub key: String,
    /// Among the plans, the smallest first.
    pub place: i32,
    /// Whether a tenant may choose it by itself.
    pub offered: bool,
    /// Since when nobody can be put on it any more.
    pub retired_at: Option<DateTime<Utc>>,
    /// The number of the version that whoever comes gets.
    pub current: i32,
    /// The number of the version with these terms.
    pub version: i32,
    /// What it gives and costs.
    pub terms: Terms,
    /// When this version was made.
    pub made_at: DateTime<Utc>,
    /// Who made it, by name as it was then.
    pub made_by: String,
    /// Why, where that was said.
    pub note: Option<String>,
}

/// What a plan gives and costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// As it is shown.
    pub name: String,
    /// By resource.
    pub limits: BTreeMap<String, i64>,
    /// What is switched on.
    pub features: Features,
    /// How long it may be tried before it is paid; none when zero.
    pub trial_days: i32,
    /// A month, in hundredths of the currency; `None` where it is agreed on.
    pub price_cents: Option<i64>,
    /// The price's currency.
    pub currency: String,
    /// What more of a resource costs.
    pub extras: Extras,
    /// How often one key may ask.
    pub rates: Rates,
}

/// The plan's own columns.
pub(super) type Own = (String, i32, bool, i32, Option<DateTime<Utc>>);

pub(super) const OWN: (
    plans::key,
    plans::place,
    plans::offered,
    plans::version,
    plans::retired_at,
) = (
    plans::key,
    plans::place,
    plans::offered,
    plans::version,
    plans::retired_at,
);

/// A version as it lies in the table.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = plan_versions, check_for_backend(diesel::pg::Pg))]
pub(super) struct Version {
    version: i32,
    name: String,
    limits: Json,
    features: Json,
    trial_days: i32,
    price_cents: Option<i64>,
    currency: String,
    extras: Json,
    rates: Json,
    made_at: DateTime<Utc>,
    made_by: String,
    note: Option<String>,
}

pub(super) fn plan((key, place, offered, current, retired_at): Own, version: Version) -> Plan {
    Plan {
        key,
        place,
        offered,
        retired_at,
        current,
        version: version.version,
        terms: Terms {
            name: version.name,
            limits: serde_json::from_value(version.limits).unwrap_or_default(),
            features: serde_json::from_value(version.features).unwrap_or_default(),
            trial_days: version.trial_days,
            price_cents: version.price_cents,
            currency: version.currency,
            extras: serde_json::from_value(version.extras).unwrap_or_default(),
            rates: serde_json::from_value(version.rates).unwrap_or_default(),
        },
        made_at: version.made_at,
        made_by: version.made_by,
        note: version.note,
    }
}

impl PlatformTx<'_> {
    /// Every plan as whoever comes gets it, the smallest first.
    ///
    /// # Errors
    /// The database's.
    pub fn plans(&mut self) -> Result<Vec<Plan>, StoreError> {
        let current = plan_versions::plan
            .eq(plans::key)
            .and(plan_versions::version.eq(plans::version));
        let rows: Vec<(Own, Version)> = plans::table
            .inner_join(plan_versions::table.on(current))
            .order((plans::retired_at.is_not_null(), plans::place))
            .select((OWN, Version::as_select()))
            .load(self.connection())?;
        Ok(rows.into_iter().map(|(own, row)| plan(own, row)).collect())
    }

    /// The plan with this key as whoever comes gets it.
    ///
    /// # Errors
    /// The database's.
    pub fn plan(&mut self, key: &str) -> Result<Option<Plan>, StoreError> {
        let current = plan_versions::plan
            .eq(plans::key)
            .and(plan_versions::version.eq(plans::version));
        let row: Option<(Own, Version)> = plans::table
            .inner_join(plan_versions::table.on(current))
            .filter(plans::key.eq(key))
            .select((OWN, Version::as_select()))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(own, row)| plan(own, row)))
    }

    /// The plan with the terms of this version.
    ///
    /// # Errors
    /// The database's.
    pub fn plan_at(&mut self, key: &str, version: i32) -> Result<Option<Plan>, StoreError> {
        let row: Option<(Own, Version)> = plans::table
            .inner_join(plan_versions::table.on(plan_versions::plan.eq(plans::key)))
            .filter(plans::key.eq(key))
            .filter(plan_versions::version.eq(version))
            .select((OWN, Version::as_select()))
            .first(self.connection())
            .optional()?;
        Ok(row.map(|(own, row)| plan(own, row)))
    }

    /// What the plan that the tenant is on is called, in the version that it is on.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], or the database's.
    pub fn plan_name(&mut self, tenant: TenantId) -> Result<String, StoreError> {
        Ok(tenants::table
            .inner_join(
                plan_versions::table.on(plan_versions::plan
                    .eq(tenants::plan)
                    .and(plan_versions::version.eq(tenants::plan_version))),
            )
            .filter(tenants::id.eq(tenant.uuid()))
            .select(plan_versions::name)
            .first(self.connection())?)
    }

    /// The same plan as [`PlatformTx::plan`], held until the transaction ends.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_plan(&mut self, key: &str) -> Result<Option<Plan>, StoreError> {
        let held: Option<String> = plans::table
            .filter(plans::key.eq(key))
            .select(plans::key)
            .for_update()
            .first(self.connection())
            .optional()?;
        match held {
            Some(_) => self.plan(key),
            None => Ok(None),
        }
    }
}
