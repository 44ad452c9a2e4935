//! The plans that can be bought.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::Features;
use serde_json::Value as Json;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::plans;

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
