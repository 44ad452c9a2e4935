//! The whole record of a tenant, as the platform reads and changes it. Nothing of its people.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::tenant_settings::{Currency, DatePattern, TimePattern};
use domain::{
    EmailAddress, Features, NodeId, PlacementKind, ProductConfig, TenantId, TenantSettings,
    TenantState,
};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::StoreError;
use crate::platform::PlatformTx;
use crate::schema::catalogue::tenants;

/// Whom to ask about a tenant, and where bills go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// Where bills go.
    pub billing_email: Option<String>,
    /// Who is asked.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
    /// Their telephone.
    pub phone: Option<String>,
}

/// Where a tenant's rows are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The server's name.
    pub node: String,
    /// The server.
    pub node_id: NodeId,
    /// Whose tables they are in.
    pub kind: PlacementKind,
    /// Raised by each move.
    pub epoch: i32,
}

/// How many people a tenant has and may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    /// In use.
    pub used: i64,
    /// The most there can be.
    pub limit: i64,
}

/// A tenant as the platform sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct TenantRecord {
    /// Which.
    pub id: TenantId,
    /// The DNS label.
    pub slug: String,
    /// What the API calls `schema_name`.
    pub alias: String,
    /// The name as shown.
    pub name: String,
    /// Its state.
    pub status: TenantState,
    /// What those are told who meet it at rest.
    pub status_reason: Option<String>,
    /// Where maintenance or an undone deletion leads back to.
    pub status_before: Option<TenantState>,
    /// Since when it has the state.
    pub status_changed_at: DateTime<Utc>,
    /// The plan's key.
    pub plan: String,
    /// The version of the plan.
    pub plan_version: i32,
    /// When the trial ends or ended.
    pub trial_ends_at: Option<DateTime<Utc>>,
    /// How it writes and counts.
    pub settings: TenantSettings,
    /// Where it differs from the plan, by resource.
    pub limits: BTreeMap<String, i64>,
    /// The product's own configuration.
    pub product_config: ProductConfig,
    /// Whom to ask.
    pub contact: Contact,
    /// Whether it is made up to look around in.
    pub demo: bool,
    /// Raised by each change.
    pub version: i32,
    /// When it is to be deleted.
    pub delete_at: Option<DateTime<Utc>>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
}

/// The row as it lies in the table.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = tenants, check_for_backend(diesel::pg::Pg))]
pub(super) struct Row {
    id: Uuid,
    slug: String,
    alias: String,
    name: String,
    status: TenantState,
    status_reason: Option<String>,
    status_before: Option<String>,
    status_changed_at: DateTime<Utc>,
    plan: String,
    plan_version: i32,
    trial_ends_at: Option<DateTime<Utc>>,
    locale: String,
    timezone: String,
    currency: String,
    date_format: String,
    time_format: String,
    features: Json,
    limits: Json,
    product_config: Json,
    billing_email: Option<String>,
    contact_name: Option<String>,
    contact_email: Option<String>,
    contact_phone: Option<String>,
    demo: bool,
    version: i32,
    delete_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<Row> for TenantRecord {
    /// What was checked when it was written needs no complaint when it is read: what cannot be read is the
    /// default.
    fn from(row: Row) -> Self {
        let fallback = TenantSettings::default();
        let settings = TenantSettings {
            locale: row.locale.parse().unwrap_or_default(),
            timezone: row.timezone.parse().unwrap_or_default(),
            currency: Currency::parse(&row.currency).unwrap_or(fallback.currency),
            date_format: DatePattern::parse(&row.date_format).unwrap_or(fallback.date_format),
            time_format: TimePattern::parse(&row.time_format).unwrap_or(fallback.time_format),
            features: serde_json::from_value(row.features).unwrap_or_default(),
        };
        Self {
            id: TenantId::from_uuid(row.id),
            slug: row.slug,
            alias: row.alias,
            name: row.name,
            status: row.status,
            status_reason: row.status_reason,
            status_before: row.status_before.and_then(|word| word.parse().ok()),
            status_changed_at: row.status_changed_at,
            plan: row.plan,
            plan_version: row.plan_version,
            trial_ends_at: row.trial_ends_at,
            settings,
            limits: serde_json::from_value(row.limits).unwrap_or_default(),
            product_config: ProductConfig::try_from(row.product_config).unwrap_or_default(),
            contact: Contact {
                billing_email: row.billing_email,
                name: row.contact_name,
                email: row.contact_email,
                phone: row.contact_phone,
            },
            demo: row.demo,
            version: row.version,
            delete_at: row.delete_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// What people change of a tenant's record, as it is to be.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The name as shown.
    pub name: String,
    /// The alias.
    pub alias: String,
    /// How it writes and counts.
    pub settings: TenantSettings,
    /// Where it differs from the plan.
    pub limits: BTreeMap<String, i64>,
    /// The product's own configuration.
    pub product_config: ProductConfig,
    /// Whom to ask.
    pub contact: Contact,
}

impl Change {
    /// Nothing changed yet.
    #[must_use]
    pub fn of(record: &TenantRecord) -> Self {
        Self {
            name: record.name.clone(),
            alias: record.alias.clone(),
            settings: record.settings.clone(),
            limits: record.limits.clone(),
            product_config: record.product_config.clone(),
            contact: record.contact.clone(),
        }
    }
}

pub(super) fn features_json(features: &Features) -> Json {
    serde_json::to_value(features).unwrap_or_default()
}

impl PlatformTx<'_> {
    /// Writes the record as it is to be, if it is still at this version. False when somebody was faster.
    ///
    /// # Errors
    /// The database's.
    pub fn change_tenant(
        &mut self,
        tenant: TenantId,
        version: i32,
        change: &Change,
    ) -> Result<bool, StoreError> {
        use tenants::dsl as t;
        let now = self.now();
        let settings = &change.settings;
        let limits = serde_json::to_value(&change.limits).unwrap_or_default();
        let changed = diesel::update(t::tenants)
            .filter(t::id.eq(tenant.uuid()))
            .filter(t::version.eq(version))
            .set((
                (
                    t::name.eq(&change.name),
                    t::alias.eq(&change.alias),
                    t::locale.eq(settings.locale.as_str()),
                    t::timezone.eq(settings.timezone.as_str()),
                    t::currency.eq(settings.currency.as_str()),
                    t::date_format.eq(settings.date_format.as_str()),
                    t::time_format.eq(settings.time_format.as_str()),
                    t::features.eq(features_json(&settings.features)),
                ),
                (
                    t::limits.eq(limits),
                    t::product_config.eq(change.product_config.json()),
                    t::billing_email.eq(&change.contact.billing_email),
                    t::contact_name.eq(&change.contact.name),
                    t::contact_email.eq(&change.contact.email),
                    t::contact_phone.eq(&change.contact.phone),
                    t::version.eq(t::version + 1),
                    t::updated_at.eq(now),
                ),
            ))
            .execute(self.connection())?;
        self.tell_directories()?;
        Ok(changed == 1)
    }

    /// Whether another tenant has this alias.
    ///
    /// # Errors
    /// The database's.
    pub fn alias_is_taken(
        &mut self,
        alias: &str,
        but: Option<TenantId>,
    ) -> Result<bool, StoreError> {
        let but = but.map_or(Uuid::nil(), TenantId::uuid);
        Ok(diesel::select(diesel::dsl::exists(
            tenants::table
                .filter(tenants::alias.eq(alias))
                .filter(tenants::id.ne(but)),
        ))
        .get_result(self.connection())?)
    }
}

/// The address of whoever is asked first.
impl Contact {
    /// The contact of a tenant whose owner has this name and address.
    #[must_use]
    pub fn owner(name: &str, email: &EmailAddress) -> Self {
        Self {
            billing_email: Some(email.to_string()),
            name: Some(name.to_owned()),
            email: Some(email.to_string()),
            phone: None,
        }
    }
}
