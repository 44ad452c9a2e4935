//! Plans as programs see them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::Extra;
use serde::{Deserialize, Serialize};
use services::tenants::Plan;
use services::tenants::plan_moves::{Asked, Which};
use services::tenants::plans::Whole;
use utoipa::ToSchema;

/// Plans, the smallest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plans {
    /// For a tenant's key those that it may choose and its own, which has the terms that the tenant has.
    pub plans: Vec<PlanFields>,
}

/// One plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnePlan {
    /// Which.
    pub plan: PlanFields,
}

/// A plan with the terms of one of its versions.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanFields {
    /// By which it is named.
    pub key: String,
    /// As it is shown.
    pub name: String,
    /// The version with these terms.
    pub version: i32,
    /// The version that whoever comes gets.
    pub current_version: i32,
    /// Since when there is this version.
    pub since: DateTime<Utc>,
    /// How much there may be, by resource; what is not here has no limit.
    pub limits: BTreeMap<String, i64>,
    /// What is switched on and off.
    pub features: BTreeMap<String, bool>,
    /// For how many days it may be tried.
    pub trial_days: i32,
    /// What it costs a month, in hundredths of the currency; null where it is agreed on.
    pub price_cents: Option<i64>,
    /// The prices' currency.
    pub currency: String,
    /// What more costs a month, by resource; what is not here cannot be bought.
    pub extras: BTreeMap<String, ExtraFields>,
    /// How often one key may ask in a minute: queries_per_minute, usage_per_minute, schema_per_minute; what is not here is as the
    /// installation has it. All keys of a tenant together may ask five times as often.
    pub rates: BTreeMap<String, i32>,
    /// Whether tenants may choose it by themselves.
    pub offered: bool,
    /// Since when nobody can be put on it; null where one can.
    pub retired_at: Option<DateTime<Utc>>,
    /// Who made this version; for platform keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made_by: Option<String>,
    /// Why; for platform keys.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What some more of a resource costs a month.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraFields {
    /// How much more at once.
    #[schema(minimum = 1)]
    pub per: i64,
    /// What that costs, in hundredths of the plan's currency.
    #[schema(minimum = 0)]
    pub price_cents: i64,
}

/// The versions of a plan, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVersions {
    /// The plan's key.
    pub plan: String,
    /// Its versions.
    pub versions: Vec<PlanVersion>,
}

/// A version, and who is on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanVersion {
    /// Its terms.
    pub terms: PlanFields,
    /// How many tenants are on it.
    pub tenants: i64,
}

/// Tenants that are moved to the current version of their plan.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedTenants {
    /// The plan's key.
    pub plan: String,
    /// The version that they get.
    pub version: i32,
    /// How many are moved; who was on it already does not count.
    pub tenants: usize,
    /// Whether it is done; a worker moves all of them, one after the other.
    pub done: bool,
}

impl PlanFields {
    /// As a tenant sees it.
    pub(super) fn of(plan: Plan) -> Self {
        Self {
            made_by: None,
            note: None,
            ..Self::whole(plan)
        }
    }

    /// As the platform sees it.
    pub(super) fn whole(plan: Plan) -> Self {
        let terms = plan.terms;
        let extras = terms.extras.into_iter();
        Self {
            key: plan.key,
            name: terms.name,
            version: plan.version,
            current_version: plan.current,
            since: plan.made_at,
            limits: terms.limits,
            features: terms.features.into(),
            trial_days: terms.trial_days,
            price_cents: terms.price_cents,
            currency: terms.currency,
            extras: extras.map(|(key, extra)| (key, extra.into())).collect(),
            rates: terms.rates,
            offered: plan.offered,
            retired_at: plan.retired_at,
            made_by: Some(plan.made_by),
            note: plan.note,
        }
    }
}

impl OnePlan {
    pub(super) fn whole(plan: Plan) -> Self {
        Self {
            plan: PlanFields::whole(plan),
        }
    }
}

impl PlanVersions {
    pub(super) fn of(whole: &Whole) -> Self {
        let version = |plan: &Plan| PlanVersion {
            tenants: whole.tenants(plan.version),
            terms: PlanFields::whole(plan.clone()),
        };
        Self {
            plan: whole.plan.key.clone(),
            versions: whole.versions.iter().map(version).collect(),
        }
    }
}

impl MovedTenants {
    pub(super) fn of(asked: Asked, which: &Which) -> Self {
        Self {
            version: asked.plan.version,
            plan: asked.plan.key,
            tenants: asked.tenants,
            done: asked.tenants == 0 || matches!(which, Which::Named(_)),
        }
    }
}

impl From<Extra> for ExtraFields {
    fn from(extra: Extra) -> Self {
        Self {
            per: extra.per,
            price_cents: extra.price_cents,
        }
    }
}

impl From<ExtraFields> for Extra {
    fn from(extra: ExtraFields) -> Self {
        Self {
            per: extra.per,
            price_cents: extra.price_cents,
        }
    }
}
