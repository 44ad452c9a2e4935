//! A tenant as the API gives it: the reference's fields and words.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use services::brands::Brand;
use services::tenants::{Contact, Found};
use utoipa::ToSchema;

use super::settings::Settings;
use super::usage::limits;

/// One tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct OneTenant {
    /// Which.
    pub tenant: TenantFacts,
}

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantFacts {
    /// Which.
    pub id: String,
    /// The name.
    pub name: String,
    /// A name of its own.
    pub schema_name: String,
    /// The host of its pages.
    pub domain: Option<String>,
    /// Where it stands: provisioning, trial, active, suspended, maintenance, moving, failed, deletion_scheduled or deleted.
    pub status: String,
    /// What those are told who meet it at rest.
    pub status_reason: Option<String>,
    /// The plan's key.
    pub plan: String,
    /// The version of the plan that it has.
    pub plan_version: i32,
    /// Where its rows are: `shared` beside those of others, or `schema`; none before it has its place.
    pub placement: Option<String>,
    /// The name of the server that they are on.
    pub node: Option<String>,
    /// When the trial ends or ended.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// When it is to be deleted.
    pub delete_at: Option<DateTime<Utc>>,
    /// How it writes and counts; the features are those of its own, beside the plan's.
    pub settings: Settings,
    /// What it may have, by resource; without a number there is no limit.
    pub limits: BTreeMap<String, i64>,
    /// To be sent with a change, which is refused when somebody was faster.
    pub version: i32,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub updated_at: DateTime<Utc>,
}

impl TenantFacts {
    pub(in crate::api) fn of(found: &Found) -> Self {
        let record = &found.record;
        Self {
            id: record.id.to_string(),
            name: record.name.clone(),
            schema_name: record.alias.clone(),
            domain: found.hosts.first().cloned(),
            status: record.status.to_string(),
            status_reason: record.status_reason.clone(),
            plan: record.plan.clone(),
            plan_version: record.plan_version,
            placement: found.placement.as_ref().map(|place| place.kind.to_string()),
            node: found.placement.as_ref().map(|place| place.node.clone()),
            trial_ends_at: record.trial_ends_at,
            delete_at: record.delete_at,
            settings: Settings::of(&record.settings),
            limits: limits(found),
            version: record.version,
            created_at: record.created_at,
            updated_at: record.updated_at,
        }
    }
}

/// How a tenant looks.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ShownBranding {
    /// As it was sent; the portal's pages show no picture.
    pub logo_url: Option<String>,
    /// As `#007bff`; none where the tenant looks as everybody does at first.
    pub primary_color: Option<String>,
    /// As `#6c757d`.
    pub secondary_color: Option<String>,
    /// As it was sent, or the tenant's name.
    pub company_name: String,
    /// Always false: no stylesheet of a tenant's own is applied.
    pub custom_css_applied: bool,
}

impl ShownBranding {
    pub(super) fn of(found: &Found, brand: Option<Brand>) -> Self {
        let config = found.record.product_config.json();
        let kept = |name: &str| {
            let text = config.get("branding").and_then(|kept| kept.get(name));
            text.and_then(|text| text.as_str()).map(ToOwned::to_owned)
        };
        let (primary_color, secondary_color) = match brand {
            Some(brand) => (Some(brand.primary), brand.secondary),
            None => (None, None),
        };
        Self {
            logo_url: kept("logo_url"),
            primary_color,
            secondary_color,
            company_name: kept("company_name").unwrap_or_else(|| found.record.name.clone()),
            custom_css_applied: false,
        }
    }
}

/// Whom to ask about a tenant.
#[derive(Debug, Default, Serialize, serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactFields {
    /// Who is asked; empty for nobody.
    pub name: Option<String>,
    /// Their address; empty for none.
    pub email: Option<String>,
    /// Their telephone number; empty for none.
    pub phone: Option<String>,
}

impl ContactFields {
    pub(super) fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.clone(),
            email: contact.email.clone(),
            phone: contact.phone.clone(),
        }
    }
}
