//! What programs ask for about plans.

use std::collections::BTreeMap;

use domain::FieldErrors;
use domain::staff::ManageTenants;
use domain::tenant_settings::Currency;
use serde::Deserialize;
use services::StaffTx;
use services::tenants::plan_moves::{MOST_NAMED, Which};
use services::tenants::plans::PlanChange;
use utoipa::ToSchema;

use super::fields::ExtraFields;

/// A plan to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPlan {
    /// By which it will be named: 2 to 40 small letters, digits, hyphens and underscores.
    pub key: String,
    /// As it is shown.
    pub name: String,
    /// How much there may be, by resource; what is not here has no limit.
    #[serde(default)]
    pub limits: BTreeMap<String, i64>,
    /// What is switched on and off.
    #[serde(default)]
    pub features: BTreeMap<String, bool>,
    /// For how many days it may be tried; not at all where nothing is said.
    #[schema(minimum = 0, maximum = 365)]
    pub trial_days: Option<i32>,
    /// What it costs a month, in hundredths of the currency; agreed on where nothing is said.
    #[schema(minimum = 0)]
    pub price_cents: Option<i64>,
    /// The prices' currency; USD where nothing is said.
    pub currency: Option<String>,
    /// What more costs a month, by resource.
    #[serde(default)]
    pub extras: BTreeMap<String, ExtraFields>,
    /// How often one key may ask in a minute: queries_per_minute, usage_per_minute, schema_per_minute, from 1 to 1,000,000. What is
    /// not here is as the installation has it.
    #[serde(default)]
    pub rates: BTreeMap<String, i32>,
    /// Whether tenants may choose it by themselves; they may not where nothing is said.
    pub offered: Option<bool>,
    /// Its place among the plans, from 1; behind them where nothing is said.
    #[schema(minimum = 1)]
    pub place: Option<usize>,
    /// Why, in a line.
    #[schema(max_length = 200)]
    pub note: Option<String>,
}

/// What is to be different about a plan; what is not here stays. Other terms make a new version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePlan {
    /// As it is shown.
    pub name: Option<String>,
    /// How much there may be, by resource; null for as much as one likes.
    #[serde(default)]
    pub limits: BTreeMap<String, Option<i64>>,
    /// What is switched on and off.
    #[serde(default)]
    pub features: BTreeMap<String, bool>,
    /// For how many days it may be tried.
    #[schema(minimum = 0, maximum = 365)]
    pub trial_days: Option<i32>,
    /// What it costs a month, in hundredths of the currency.
    #[schema(minimum = 0)]
    pub price_cents: Option<i64>,
    /// True where the price is agreed on from now on; then there is no price_cents.
    pub by_agreement: Option<bool>,
    /// The prices' currency.
    pub currency: Option<String>,
    /// What more costs a month, by resource; null where it cannot be bought any more.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, ExtraFields>)]
    pub extras: BTreeMap<String, Option<ExtraFields>>,
    /// How often one key may ask in a minute: queries_per_minute, usage_per_minute, schema_per_minute; null for as the installation
    /// has it.
    #[serde(default)]
    pub rates: BTreeMap<String, Option<i32>>,
    /// Whether tenants may choose it by themselves.
    pub offered: Option<bool>,
    /// False to bring a retired plan back.
    pub retired: Option<bool>,
    /// Its place among the plans, from 1.
    #[schema(minimum = 1)]
    pub place: Option<usize>,
    /// Why, in a line.
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// The version that this was made from: 409 when there is another by now.
    pub version: Option<i32>,
}

/// Which tenants are moved: all that are on an older version, or these.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveTenants {
    /// All of them.
    #[serde(default)]
    pub all: bool,
    /// These, by id or slug; at most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub tenants: Vec<String>,
}

impl AddPlan {
    pub(super) fn wish(&self) -> Result<PlanChange, FieldErrors> {
        let limits = self.limits.iter();
        let extras = self.extras.iter();
        Ok(PlanChange {
            name: Some(self.name.clone()),
            limits: limits.map(|(key, n)| (key.clone(), Some(*n))).collect(),
            features: self.features.clone().into_iter().collect(),
            trial_days: self.trial_days,
            price_cents: Some(self.price_cents),
            currency: currency(self.currency.as_deref())?,
            extras: extras
                .map(|(key, extra)| (key.clone(), Some((*extra).into())))
                .collect(),
            rates: self
                .rates
                .iter()
                .map(|(key, most)| (key.clone(), Some(*most)))
                .collect(),
            offered: self.offered,
            place: self.place,
            note: self.note.clone(),
            seen: None,
        })
    }
}

impl ChangePlan {
    pub(super) fn wish(&self) -> Result<PlanChange, FieldErrors> {
        let price_cents = match (self.by_agreement, self.price_cents) {
            (Some(true), Some(_)) => {
                let words = "A price that is agreed on is none.";
                return Err(FieldErrors::one("price_cents", words));
            }
            (Some(true), None) => Some(None),
            (_, price) => price.map(Some),
        };
        if self.retired == Some(true) {
            let words = "A plan is retired by DELETE.";
            return Err(FieldErrors::one("retired", words));
        }
        let extras = self.extras.iter();
        Ok(PlanChange {
            name: self.name.clone(),
            limits: self.limits.clone().into_iter().collect(),
            features: self.features.clone().into_iter().collect(),
            trial_days: self.trial_days,
            price_cents,
            currency: currency(self.currency.as_deref())?,
            extras: extras
                .map(|(key, extra)| (key.clone(), extra.map(Into::into)))
                .collect(),
            rates: self.rates.clone().into_iter().collect(),
            offered: self.offered,
            place: self.place,
            note: self.note.clone(),
            seen: self.version,
        })
    }
}

impl MoveTenants {
    pub(super) fn which(
        &self,
        tx: &mut StaffTx<'_, ManageTenants>,
    ) -> Result<Which, services::VerbError> {
        if self.all != self.tenants.is_empty() || self.tenants.len() > MOST_NAMED {
            let words = "Name 1 to 100 tenants, or say all.";
            return Err(FieldErrors::one("tenants", words).into());
        }
        if self.all {
            return Ok(Which::All);
        }
        let ids: Result<Vec<_>, _> = self
            .tenants
            .iter()
            .map(|name| tx.named_tenant(name))
            .collect();
        Ok(Which::Named(ids?))
    }
}

fn currency(typed: Option<&str>) -> Result<Option<Currency>, FieldErrors> {
    let parsed = typed.map(Currency::parse).transpose();
    parsed.map_err(|error| FieldErrors::one("currency", error.to_string()))
}
