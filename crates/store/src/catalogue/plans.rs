//! The plans that can be bought.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::{Features, TenantId, TenantState};
use serde_json::Value as Json;
use uuid::Uuid;

use super::record::features_json;
use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::{plans, tenants};

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// By which it is named: `starter`.
    pub key: String,
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
    /// Whether a tenant may choose it by itself.
    pub offered: bool,
}

type Row = (String, String, Json, Json, i32, Option<i64>, String, bool);

fn plan((key, name, limits, features, trial_days, price_cents, currency, offered): Row) -> Plan {
    Plan {
        key,
        name,
        limits: serde_json::from_value(limits).unwrap_or_default(),
        features: serde_json::from_value(features).unwrap_or_default(),
        trial_days,
        price_cents,
        currency,
        offered,
    }
}

const COLUMNS: (
    plans::key,
    plans::name,
    plans::limits,
    plans::features,
    plans::trial_days,
    plans::price_cents,
    plans::currency,
    plans::offered,
) = (
    plans::key,
    plans::name,
    plans::limits,
    plans::features,
    plans::trial_days,
    plans::price_cents,
    plans::currency,
    plans::offered,
);

impl PlatformTx<'_> {
    /// Every plan, the smallest first.
    ///
    /// # Errors
    /// The database's.
    pub fn plans(&mut self) -> Result<Vec<Plan>, StoreError> {
        let rows: Vec<Row> = plans::table
            .order(plans::place)
            .select(COLUMNS)
            .load(self.connection())?;
        Ok(rows.into_iter().map(plan).collect())
    }

    /// The plan with this key, held until the transaction ends.
    ///
    /// # Errors
    /// The database's.
    pub fn lock_plan(&mut self, key: &str) -> Result<Option<Plan>, StoreError> {
        let row: Option<Row> = plans::table
            .filter(plans::key.eq(key))
            .select(COLUMNS)
            .for_update()
            .first(self.connection())
            .optional()?;
        Ok(row.map(plan))
    }

    /// Writes a plan as it is to be; its key stays.
    ///
    /// # Errors
    /// The database's.
    pub fn set_plan_terms(&mut self, plan: &Plan) -> Result<(), StoreError> {
        diesel::update(plans::table.filter(plans::key.eq(&plan.key)))
            .set((
                plans::name.eq(&plan.name),
                plans::limits.eq(serde_json::to_value(&plan.limits).unwrap_or_default()),
                plans::features.eq(features_json(&plan.features)),
                plans::trial_days.eq(plan.trial_days),
                plans::price_cents.eq(plan.price_cents),
                plans::currency.eq(&plan.currency),
                plans::offered.eq(plan.offered),
            ))
            .execute(self.connection())?;
        Ok(())
    }

    /// The tenants on a plan that are not deleted.
    ///
    /// # Errors
    /// The database's.
    pub fn tenants_on_plan(&mut self, key: &str) -> Result<Vec<TenantId>, StoreError> {
        let ids: Vec<Uuid> = tenants::table
            .filter(tenants::plan.eq(key))
            .filter(tenants::status.ne(TenantState::Deleted))
            .order(tenants::id)
            .select(tenants::id)
            .load(self.connection())?;
        Ok(ids.into_iter().map(TenantId::from_uuid).collect())
    }

    /// The plan with this key.
    ///
    /// # Errors
    /// The database's.
    pub fn plan(&mut self, key: &str) -> Result<Option<Plan>, StoreError> {
        let row: Option<Row> = plans::table
            .filter(plans::key.eq(key))
            .select(COLUMNS)
            .first(self.connection())
            .optional()?;
        Ok(row.map(plan))
    }
}
